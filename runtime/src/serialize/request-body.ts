import { type BodyStream, isBinary, isBlob, isBytes, isStream, viewBytes } from "../binary-body.ts";
import { invalidOption } from "../errors.ts";
import { essenceOf, isInRange, isJson, isMediaType, isRange, sequenceKind } from "../media-type.ts";
import type { RequestBody, RequestContent } from "../operation.ts";
import { assertHeaderText } from "./fields.ts";
import { compileMultipart } from "./multipart.ts";
import { omitReadOnly } from "./read-only.ts";
import { compileSequence } from "./sequence.ts";
import { compileUrlEncoded } from "./url-encoded.ts";
import { isStructured, jsonText, textOf } from "./value-text.ts";

/** What to hand to undici; appends `content-type`, and the length of a stream where it is known, to the headers. */
export type WriteBody = (input: BodyInput, headers: string[]) => unknown;

export interface BodyInput {
  readonly body?: unknown;
  /** Which of the declared media types the body is; default the first. */
  readonly contentType?: string | undefined;
}

type WriteContent = (body: unknown, headers: string[]) => unknown;

/** Compiles a declared body into a function of a call's input. */
export function compileBody(declared: RequestBody | undefined, operation: string): WriteBody {
  const [preferred] = declared?.content ?? [];
  if (declared === undefined || preferred === undefined) return () => undefined;
  const writePreferred = compileContent(preferred, operation);
  const choose = compileChoice(declared.content, operation);
  return ({ body, contentType }, headers) => {
    if (body === undefined) {
      if (declared.required) throw invalidOption(`${operation}: body`, "is required");
      return undefined;
    }
    const write = contentType === undefined ? writePreferred : choose(contentType);
    return write(body, headers);
  };
}

/** Finds what a content type is declared as: by its name, else by the narrowest range. Compiles on first use. */
function compileChoice(
  contents: readonly RequestContent[],
  operation: string,
): (contentType: string) => WriteContent {
  const compiled = new Map<string, WriteContent>();
  const byWidth = contents.toSorted((a, b) => widthOf(a) - widthOf(b));
  return (contentType) => {
    const known = compiled.get(contentType);
    if (known !== undefined) return known;
    const declared =
      contents.find(({ mediaType }) => mediaType === contentType) ??
      byWidth.find(({ mediaType }) => isInRange(contentType, mediaType));
    const where = `${operation}: contentType`;
    if (declared === undefined || isRange(contentType)) {
      const names = contents.map(({ mediaType }) => mediaType).join(", ");
      throw invalidOption(where, `must be a media type of ${names}`);
    }
    // What the document says itself is sent as it is.
    if (declared.mediaType !== contentType && !isMediaType(contentType))
      throw invalidOption(where, "must be one media type, such as image/png");
    const content = { ...declared, mediaType: assertHeaderText(contentType, where) };
    const write = compileContent(content, operation);
    // Of the types of a range there may be any number.
    if (declared.mediaType === contentType) compiled.set(contentType, write);
    return write;
  };
}

/** 0 for one media type, 3 for any. */
function widthOf({ mediaType }: RequestContent): number {
  const essence = essenceOf(mediaType);
  if (!essence.includes("*")) return 0;
  if (essence.startsWith("*")) return 3;
  return essence.endsWith("*") ? 2 : 1;
}

function compileContent(content: RequestContent, operation: string): WriteContent {
  const { mediaType, readOnly } = content;
  if (sequenceKind(essenceOf(mediaType)) !== undefined) return compileFormat(content, `${operation}: body`);
  const write = isRange(mediaType)
    ? compileRange(content, operation)
    : compileFormat(content, `${operation}: body`);
  if (readOnly === undefined) return write;
  return (body, headers) => write(omitReadOnly(body, readOnly, `${operation}: body`), headers);
}

/** The generator types bodies by the same rules. */
function compileFormat(content: RequestContent, where: string): WriteContent {
  const { mediaType } = content;
  const essence = essenceOf(mediaType);
  if (essence.startsWith("multipart/")) return compileMultipart(content, where);
  const write = compileWriter(essence, content, where);
  return (body, headers) => {
    const written = write(body, headers);
    headers.push("content-type", mediaType);
    return written;
  };
}

function compileWriter(essence: string, content: RequestContent, where: string): WriteContent {
  const sequence = sequenceKind(essence);
  if (isJson(essence) && sequence === undefined) return (body) => jsonText(body, where);
  if (essence === "application/x-www-form-urlencoded") return compileUrlEncoded(content, where);
  const writeItems = sequence && compileSequence(sequence, content, where);
  return (body, headers) => {
    if (body instanceof Blob) return body;
    if (isBytes(body)) return isBlob(body) ? openForeignBlob(body, headers) : viewBytes(body);
    if (typeof body === "string") return body;
    if (writeItems !== undefined) return writeItems(body);
    if (isStream(body)) return body;
    if (isStructured(body) || body === null)
      throw invalidOption(where, `must be text, bytes or a stream, being of ${essence}`);
    return textOf(body, where);
  };
}

/** undici knows a Blob by its name, which one of a package need not have. */
function openForeignBlob(blob: Blob, headers: string[]): () => BodyStream {
  headers.push("content-length", String(blob.size));
  return () => blob.stream();
}

/** A range leaves the type to the call, to a Blob, or to what else the body is. */
function compileRange(content: RequestContent, operation: string): WriteContent {
  const { mediaType: range } = content;
  return (body, headers) => {
    const mediaType = typeOf(body);
    if (!isInRange(mediaType, range))
      throw invalidOption(`${operation}: contentType`, `is required, the document says ${range} only`);
    return compileFormat({ ...content, mediaType }, `${operation}: body`)(body, headers);
  };
}

function typeOf(body: unknown): string {
  if (isBlob(body) && body.type !== "") return body.type;
  if (isBinary(body)) return "application/octet-stream";
  return isStructured(body) || body === null ? "application/json" : "text/plain";
}
