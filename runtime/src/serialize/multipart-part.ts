import { isBinary, isBlob } from "../binary-body.ts";
import { invalidOption } from "../errors.ts";
import { essenceOf, isJson, isRange } from "../media-type.ts";
import type { PartEncoding, RequestContent } from "../operation.ts";
import { Part, type PartOptions } from "../part.ts";
import { assertHeaderText } from "./fields.ts";
import { compilePartHeaders } from "./part-headers.ts";
import { compileUrlEncoded } from "./url-encoded.ts";
import { isStructured, jsonText, textOf } from "./value-text.ts";

/** One part, its bytes not yet read. */
export interface WrittenPart {
  /** Header lines, each with its line break. */
  readonly head: string;
  /** Text, bytes, a stream or a function that opens one. */
  readonly body: unknown;
  readonly contentType: string | undefined;
}

/** Compiles a multipart body within another. */
export type Nest = (content: RequestContent, where: string) => (body: unknown, headers: string[]) => unknown;

/**
 * Compiles one part.
 *
 * @param name - undefined for a part that is told by its position
 * @see RFC 7578 §4
 */
export function compilePart(
  name: string | undefined,
  encoding: PartEncoding,
  { where, nest }: { where: string; nest: Nest },
): (given: unknown) => WrittenPart {
  const writeHeaders = compilePartHeaders(encoding.headers, where);
  return (given) => {
    const { value, options } = given instanceof Part ? given : new Part(given, {});
    const declared = contentTypeOf(value, options, encoding);
    const headers: string[] = [];
    const body = isWritten(value, options)
      ? value
      : writeValue(value, { ...encoding, mediaType: declared ?? "" }, { where, nest, headers });
    const contentType = headers[1] ?? declared;
    const filename = options.filename ?? filenameOf(value);
    const type = contentType === undefined ? "" : typeLine(contentType, where);
    const head = disposition(name, filename) + type + writeHeaders(options.headers ?? {});
    return { head, body, contentType };
  };
}

/** The caller's word, then what a Blob says of itself, then the document's, then what the value is. */
function contentTypeOf(value: unknown, options: PartOptions, encoding: PartEncoding): string | undefined {
  if (options.contentType !== undefined) return options.contentType;
  if (isBlob(value) && value.type !== "") return value.type;
  const declared = encoding.contentType?.split(",").map((type) => type.trim());
  const first = declared?.find((type) => type !== "" && !isRange(type));
  if (first !== undefined) return first;
  if (isBinary(value)) return "application/octet-stream";
  return isStructured(value) ? "application/json" : undefined;
}

/** Bytes, and text whose media type its caller gives with it. */
function isWritten(value: unknown, { contentType }: PartOptions): boolean {
  return isBinary(value) || (typeof value === "string" && contentType !== undefined);
}

function writeValue(
  value: unknown,
  content: RequestContent,
  { where, nest, headers }: { where: string; nest: Nest; headers: string[] },
): unknown {
  const essence = essenceOf(content.mediaType);
  if (isJson(essence)) return jsonText(value, where);
  if (essence === "application/x-www-form-urlencoded") return compileUrlEncoded(content, where)(value);
  if (essence.startsWith("multipart/")) return nest(content, where)(value, headers);
  if (isStructured(value)) throw invalidOption(where, `must be text or bytes, being of ${essence}`);
  return textOf(value, where);
}

/** Servers take for a file what has a name; `blob` is what browsers call one that has none. */
function filenameOf(value: unknown): string | undefined {
  if (!isBinary(value)) return undefined;
  const { name } = Object(value) as Partial<File>;
  return isBlob(value) && typeof name === "string" ? name : "blob";
}

function disposition(name: string | undefined, filename: string | undefined): string {
  const file = filename === undefined ? "" : `; filename="${quote(filename)}"`;
  if (name !== undefined) return `Content-Disposition: form-data; name="${quote(name)}"${file}\r\n`;
  return file === "" ? "" : `Content-Disposition: attachment${file}\r\n`;
}

/** What a Blob of any class says of itself may be anything. */
function typeLine(contentType: string, where: string): string {
  return `Content-Type: ${assertHeaderText(contentType, `${where}: contentType`)}\r\n`;
}

/** @see WHATWG HTML §4.10.21.8, multipart form data */
function quote(text: string): string {
  return text.toWellFormed().replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}
