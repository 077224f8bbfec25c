import { UnreadableMessage } from "./decode-style.ts";

export interface Part {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly name: string | undefined;
  readonly filename: string | undefined;
  readonly content: Buffer;
}

/** Takes a multipart body apart. @see RFC 2046 §5.1.1, RFC 7578 */
export function decodeMultipart(body: Buffer, contentType: string): Part[] {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new UnreadableMessage(`${contentType} has no boundary`);
  const text = `\r\n${body.toString("latin1")}`;
  const [, ...sections] = text.split(`\r\n--${boundary}`);
  const last = sections.pop();
  if (!last?.startsWith("--")) throw new UnreadableMessage("the last boundary is not closed");
  return sections.map((section) => decodePart(section));
}

function decodePart(section: string): Part {
  // Transport padding may follow the boundary; then header fields, an empty line, the content.
  const start = section.indexOf("\r\n");
  const end = section.indexOf("\r\n\r\n", start);
  if (start < 0 || end < 0) throw new UnreadableMessage("a part has no end of its header");
  const fields = Buffer.from(section.slice(start + 2, Math.max(start + 2, end)), "latin1").toString("utf8");
  const headers = Object.fromEntries(
    fields.split("\r\n").flatMap((line) => {
      const colon = line.indexOf(":");
      return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
  const disposition = headers["content-disposition"] ?? "";
  return {
    headers,
    name: parameterOf(disposition, "name"),
    filename: parameterOf(disposition, "filename"),
    content: Buffer.from(section.slice(end + 4), "latin1"),
  };
}

/** As browsers write it: `"`, CR and LF percent-encoded, all else as it is. @see WHATWG HTML, multipart/form-data */
function parameterOf(disposition: string, name: string): string | undefined {
  const [, value] = new RegExp(`;\\s*${name}="([^"]*)"`, "i").exec(disposition) ?? [];
  return value?.replace(/%(22|0D|0A)/gi, decodeURIComponent);
}
