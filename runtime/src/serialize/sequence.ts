import { isBlob, isBytes, viewBytes } from "../binary-body.ts";
import { invalidOption } from "../errors.ts";
import type { SequenceKind } from "../media-type.ts";
import type { RequestContent } from "../operation.ts";
import { discardBody } from "../replayable-body.ts";
import type { ItemSource } from "../sequence-body.ts";
import { omitReadOnly } from "./read-only.ts";
import { jsonText } from "./value-text.ts";

/** What stands before an item; RFC 7464 §2.2 for records. */
const STARTS: Readonly<Record<SequenceKind, string>> = { lines: "", records: "\x1e" };

/** What items that are there at once are sent together in, in characters. */
const CHUNK_LENGTH = 16 * 1024;

type WriteChunk = (item: unknown) => Uint8Array | string;

/**
 * Compiles a body that is a sequence of JSON values: each is written once it is asked for, without those that are
 * read-only. Bytes among them are sent as they are, for whoever streams a file of lines.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` for what is no iterable, nor a function, which gives one for each attempt
 */
export function compileSequence(
  kind: SequenceKind,
  { readOnly }: Pick<RequestContent, "readOnly">,
  where: string,
): (body: unknown) => unknown {
  const omit = (item: unknown) => (readOnly === undefined ? item : omitReadOnly(item, readOnly, where));
  const start = STARTS[kind];
  const write: WriteChunk = (item) =>
    isBytes(item) && !isBlob(item) ? viewBytes(item) : `${start}${jsonText(omit(item), where)}\n`;
  const open = (source: unknown) => {
    if (!isItemSource(source)) throw invalidOption(where, "must be a list of items, or an iterable of them");
    return Symbol.asyncIterator in source ? writeAwaited(source, write) : writePresent(source, write);
  };
  return (body) => {
    if (typeof body === "function") return () => open(body());
    if (Array.isArray(body)) return () => open(body);
    if (!isItemSource(body)) return open(body);
    // Any other may be good for one reading. `return` is how a body that is never sent is let go of.
    return { [Symbol.asyncIterator]: () => open(body), return: () => discardBody(body) };
  };
}

function isItemSource(value: unknown): value is ItemSource<unknown> & object {
  return (
    Symbol.asyncIterator in Object(value) || (typeof value === "object" && Symbol.iterator in Object(value))
  );
}

async function* writeAwaited(
  source: AsyncIterable<unknown>,
  write: WriteChunk,
): AsyncGenerator<Uint8Array, void> {
  for await (const item of source) yield bytesOf(write(item));
}

/** Many items are small: each by itself would be a packet. */
async function* writePresent(source: Iterable<unknown>, write: WriteChunk): AsyncGenerator<Uint8Array, void> {
  let text = "";
  for (const item of source) {
    const chunk = write(item);
    if (typeof chunk === "string") text += chunk;
    if (text.length < CHUNK_LENGTH && typeof chunk === "string") continue;
    if (text !== "") yield Buffer.from(text);
    text = "";
    if (typeof chunk !== "string") yield chunk;
  }
  if (text !== "") yield Buffer.from(text);
}

function bytesOf(chunk: Uint8Array | string): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}
