import { TextDecoder } from "node:util";

/**
 * Decodes a text: by its byte order mark, else by the charset of its content type, else by that of an XML declaration,
 * else as UTF-8. A charset that nobody knows counts as none. The byte order mark is left out.
 *
 * @param declared - what {@link charsetOf} says of the content type
 * @see WHATWG Encoding §6, RFC 7303 §3
 */
export function decodeText(bytes: Buffer, declared: string | undefined): string {
  const charset = findMark(bytes) ?? declared ?? findXmlEncoding(bytes);
  if (charset === undefined || charset === UTF_8) {
    const text = bytes.toString();
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }
  return createDecoder(charset).decode(bytes);
}

const UTF_8 = "utf-8";

/** Charset of a content type in lower case; undefined where it has none. */
export function charsetOf(contentType: string): string | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase();
  return charset === "utf8" ? UTF_8 : charset;
}

/** UTF-8's own mark is looked for in the text. */
function findMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

const XML_START = Buffer.from("<?xml");
/** Longer than any declaration is. */
const XML_DECLARATION_BYTES = 200;

function findXmlEncoding(bytes: Buffer): string | undefined {
  if (bytes[0] !== XML_START[0] || !bytes.subarray(0, XML_START.length).equals(XML_START)) return undefined;
  const declaration = bytes.toString("latin1", 0, XML_DECLARATION_BYTES);
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(declaration)?.[1];
}

function createDecoder(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder(); // Nobody knows what it is: UTF-8 is the likeliest.
  }
}
