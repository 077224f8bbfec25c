import { plainBytes } from "../binary-body.ts";
import { essenceOf } from "../media-type.ts";
import type { ResponseInfo } from "../result.ts";
import { type BodyFormat, formatOf } from "./body-format.ts";
import { charsetOf, decodeText } from "./charset.ts";

/** The value of a body, or its text where it is not what it should be. */
export type Reading = { readonly value: unknown } | { readonly unreadable: string };

/** Reads a whole body as the format that is declared for it. */
export function readBody(body: readonly Buffer[], format: BodyFormat, charset: string | undefined): Reading {
  if (format === "bytes") return { value: plainBytes(joinChunks(body)) };
  const text = decodeText(joinChunks(body), charset);
  return format === "json" ? parseJson(text) : { value: text };
}

/** Reads a body of which nothing is declared, as its content type says, else as text. */
export function readByContentType(body: readonly Buffer[], response: ResponseInfo): unknown {
  const contentType = contentTypeOf(response);
  const format = contentType === "" ? "text" : formatOf(essenceOf(contentType));
  const reading = readBody(body, format, charsetOf(contentType));
  return "value" in reading ? reading.value : reading.unreadable;
}

/** Value of the header, empty where there is none. */
export function contentTypeOf({ headers }: ResponseInfo): string {
  return String(headers["content-type"] ?? "");
}

function parseJson(text: string): Reading {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { unreadable: text }; // The result says so, with the text; the parser's message adds nothing.
  }
}

function joinChunks(body: readonly Buffer[]): Buffer {
  return body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body);
}
