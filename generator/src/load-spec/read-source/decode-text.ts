import { isUtf8 } from "node:buffer";

export interface DecodedText {
  readonly text: string;
  /** Number of the first line that is not in the encoding that it should be in, counted from 1. */
  readonly badLine?: number;
}

/**
 * Decodes the bytes of a document, without its byte order mark.
 *
 * A byte order mark comes first, then UTF-16 by its zero bytes, then the charset that the server names, then UTF-8.
 * What is not UTF-8 after all is taken for Windows-1252, of which every byte has a meaning.
 *
 * @param charset - as in a Content-Type; one that is not known counts for nothing
 * @see YAML 1.2.2 §5.2
 */
export function decodeText(bytes: Uint8Array, charset?: string): DecodedText {
  const encoding = encodingOf(bytes) ?? knownLabel(charset) ?? "utf-8";
  if (encoding !== "utf-8" || isUtf8(bytes)) return { text: new TextDecoder(encoding).decode(bytes) };
  return { text: new TextDecoder("windows-1252").decode(bytes), badLine: firstBadLine(bytes) };
}

function encodingOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first === undefined || second === undefined) return undefined;
  // A document begins with ASCII.
  if (first === 0 && second !== 0) return "utf-16be";
  return second === 0 && first !== 0 ? "utf-16le" : undefined;
}

function knownLabel(charset: string | undefined): string | undefined {
  if (charset === undefined) return undefined;
  try {
    return new TextDecoder(charset).encoding;
  } catch {
    return undefined; // not a charset: what the server says means nothing
  }
}

function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
  return line;
}

const LINE_FEED = 0x0a;
