import { type Bytes, isBlob, isBytes, viewBytes } from "../binary-body.ts";
import { listAccepted, mediaTypeOf } from "../deserialize/accept.ts";
import { formatOf, isSequence, type SequenceFormat } from "../deserialize/body-format.ts";
import { invalidOption } from "../errors.ts";
import { essenceOf, isRange } from "../media-type.ts";
import type { Operation, ResponseContent } from "../operation.ts";
import type { OperationInput } from "../serialize.ts";
import type { ReplyOptions } from "./mocked-client.ts";

/** An answer as it goes on the wire. */
export interface WrittenAnswer {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** As it comes, in one piece or in many. */
  readonly chunks: Iterable<Buffer> | AsyncIterable<Buffer>;
}

type Items = Iterable<unknown> | AsyncIterable<unknown>;

/** Writes a body as its document declares it for a status. */
export function writeDeclared(
  operation: Operation,
  input: OperationInput,
  {
    status,
    body,
    options,
  }: { readonly status: number; readonly body: unknown; readonly options: ReplyOptions },
): WrittenAnswer {
  const content = chooseContent(
    operation,
    status,
    (input as { accept?: string }).accept,
    options.contentType,
  );
  if (content === undefined) return writeUndeclared(undefined, options);
  const mediaType = options.contentType ?? mediaTypeOf(content);
  if (isRange(mediaType) && mediaType !== "*/*")
    throw invalidOption("reply: contentType", `is required: the document says ${mediaType} only`);
  const format = mediaType === "*/*" ? undefined : formatOf(essenceOf(mediaType));
  if (format === undefined || (body === undefined && !isSequence(format)))
    return writeUndeclared(body, options);
  const headers = { "content-type": mediaType, ...options.headers };
  if (isBytes(body)) return { headers, chunks: writeBytes(body) };
  if (format === "json") return { headers, chunks: [Buffer.from(JSON.stringify(body))] };
  if (isSequence(format) && isIterable(body)) return { headers, chunks: writeItems(body, format, content) };
  if (typeof body === "string" || typeof body === "number" || typeof body === "boolean")
    return { headers, chunks: [Buffer.from(String(body))] };
  const expected = isSequence(format) ? "a list of items, or an iterable" : "text or bytes";
  throw invalidOption(
    "reply: body",
    `can't be sent as ${mediaType}: give ${expected}, or another contentType`,
  );
}

/** Writes text and bytes as they are, anything else as JSON. */
export function writeUndeclared(body: unknown, { headers, contentType }: ReplyOptions): WrittenAnswer {
  if (body === undefined) return { headers: { ...headers }, chunks: [] };
  const mediaType = contentType ?? defaultTypeOf(body);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    headers: { "content-type": mediaType, ...headers },
    chunks: isBytes(body) ? writeBytes(body) : [Buffer.from(text)],
  };
}

function defaultTypeOf(body: unknown): string {
  if (typeof body === "string") return "text/plain";
  if (!isBytes(body)) return "application/json";
  return (isBlob(body) && body.type) || "application/octet-stream";
}

/** Answers with these have no body, whatever is declared (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const BODILESS: readonly number[] = [204, 205, 304];

/** Undefined where there is no body. */
function chooseContent(
  { method, responses }: Operation,
  status: number,
  accept: string | undefined,
  contentType: string | undefined,
): ResponseContent | undefined {
  if (method === "HEAD" || BODILESS.includes(status)) return undefined;
  const range = `${Math.floor(status / 100)}XX`;
  // The 401 that every call with a token may have is declared by nobody, perhaps.
  const declared = responses[status] ?? responses[range] ?? responses["default"] ?? ["*/*"];
  const named = declared.find((content) => mediaTypeOf(content) === contentType);
  return named ?? (range === "2XX" ? listAccepted(declared, accept) : declared)[0];
}

async function* writeItems(
  items: Items,
  format: SequenceFormat,
  content: ResponseContent,
): AsyncGenerator<Buffer, void> {
  for await (const item of items) {
    if (format === "events") yield Buffer.from(writeEvent(Object(item), content));
    else yield Buffer.from(`${format === "records" ? "\x1e" : ""}${JSON.stringify(item)}\n`);
  }
}

interface GivenEvent {
  readonly event?: string;
  readonly data: unknown;
  readonly id?: string;
  readonly retry?: number;
}

/** @see WHATWG HTML §9.2.6 */
function writeEvent({ event = "message", data, id, retry }: GivenEvent, content: ResponseContent): string {
  const { data: byDefault = "json", events = {} } = typeof content === "string" ? {} : content;
  const isText = (Object.hasOwn(events, event) ? events[event] : byDefault) === "text";
  const lines = (isText ? String(data) : JSON.stringify(data)).split(/\r\n|\r|\n/);
  const fields = [
    ...(event === "message" ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(retry === undefined ? [] : [`retry: ${retry}`]),
    ...lines.map((line) => `data: ${line}`),
  ];
  return `${fields.join("\n")}\n\n`;
}

/** A list of items, or what makes them; not a text, though that has its letters. */
function isIterable(body: unknown): body is Items {
  if (typeof body !== "object" || body === null) return false;
  return Symbol.iterator in body || Symbol.asyncIterator in body;
}

function writeBytes(bytes: Bytes): WrittenAnswer["chunks"] {
  return isBlob(bytes) ? readBlob(bytes) : [Buffer.from(viewBytes(bytes))];
}

async function* readBlob(blob: Blob): AsyncGenerator<Buffer, void> {
  yield Buffer.from(await blob.arrayBuffer());
}
