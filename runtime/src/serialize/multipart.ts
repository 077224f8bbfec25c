import { randomUUID } from "node:crypto";
import { type BodyStream, type Bytes, isBlob, isBytes, viewBytes } from "../binary-body.ts";
import { essenceOf } from "../media-type.ts";
import type { RequestContent } from "../operation.ts";
import { discardBody, isReplayable } from "../replayable-body.ts";
import type { WrittenPart } from "./multipart-part.ts";
import { compileParts } from "./multipart-parts.ts";

/** Text or bytes in memory or in a file, a stream, or a function that opens one. */
type Segment = string | Bytes | BodyStream | (() => BodyStream);

/**
 * Compiles a multipart body. Where all of it is in memory it is written at once, else as it is sent; it can be sent
 * again when each of its parts can. Its length is declared where every part has one.
 *
 * @see RFC 7578, RFC 2046 §5.1
 */
export function compileMultipart(
  content: RequestContent,
  where: string,
): (body: unknown, headers: string[]) => unknown {
  const partsOf = compileParts(content, where, compileMultipart);
  const type = withoutBoundary(content.mediaType);
  return (body, headers) => {
    const parts = partsOf(body);
    const boundary = `----${randomUUID()}`;
    headers.push("content-type", `${type}${rootType(type, parts)}; boundary=${boundary}`);
    return assemble(listSegments(parts, boundary), headers);
  };
}

/** Ours is the only one: a reader that takes another would find parts where somebody's text has them. */
function withoutBoundary(mediaType: string): string {
  return mediaType.replace(/;\s*boundary[^;=]*=\s*("(?:[^"\\]|\\.)*"|[^;]*)/gi, "");
}

/** RFC 2387 §3.1: a compound object says what its root, the first part, is. */
function rootType(type: string, [root]: readonly WrittenPart[]): string {
  if (essenceOf(type) !== "multipart/related" || /;\s*type=/i.test(type) || !root) return "";
  return `; type="${essenceOf(root.contentType ?? "text/plain")}"`;
}

function listSegments(parts: readonly WrittenPart[], boundary: string): Segment[] {
  const segments = parts.flatMap(({ head, body }) => [`--${boundary}\r\n${head}\r\n`, body, "\r\n"]);
  return [...segments, `--${boundary}--\r\n`] as Segment[];
}

function assemble(segments: readonly Segment[], headers: string[]): unknown {
  if (segments.every(isInMemory)) return Buffer.concat(segments.map(bytesOf));
  const length = segments.reduce((sum, segment) => sum + lengthOf(segment), 0);
  if (!Number.isNaN(length)) headers.push("content-length", String(length));
  if (segments.every(isReplayable)) return () => readAll(segments);
  // `return` is how a body that is never sent is let go of.
  return {
    [Symbol.asyncIterator]: () => readAll(segments),
    return: () => segments.forEach(discardBody),
  };
}

async function* readAll(segments: readonly Segment[]): AsyncGenerator<Uint8Array, void> {
  try {
    for (const segment of segments) {
      if (isInMemory(segment)) yield bytesOf(segment);
      else if (isBlob(segment)) yield* segment.stream();
      else yield* typeof segment === "function" ? segment() : segment;
    }
  } finally {
    segments.forEach(discardBody);
  }
}

function isInMemory(segment: Segment): segment is string | Uint8Array | ArrayBuffer {
  return typeof segment === "string" || (isBytes(segment) && !isBlob(segment));
}

function bytesOf(segment: string | Uint8Array | ArrayBuffer): Uint8Array {
  return typeof segment === "string" ? Buffer.from(segment) : viewBytes(segment);
}

/** In bytes; NaN for a stream. */
function lengthOf(segment: Segment): number {
  if (typeof segment === "string") return Buffer.byteLength(segment);
  if (isInMemory(segment)) return segment.byteLength;
  return isBlob(segment) ? segment.size : Number.NaN;
}
