import { invalidOption } from "../errors.ts";
import type { Parameter } from "../operation.ts";
import { assertHeaderText, compileHeader } from "./fields.ts";

/** Set by other means, or by none (RFC 7578 §4.7). */
const OWN_HEADERS = new Set(["content-type", "content-disposition", "content-transfer-encoding"]);

/**
 * Compiles the headers of one part: those that the document declares by their schemas, others as text.
 *
 * @returns header lines, each with its line break
 */
export function compilePartHeaders(
  declared: readonly Parameter[] = [],
  where: string,
): (given: Readonly<Record<string, unknown>>) => string {
  const wanted = declared.filter(({ name }) => !OWN_HEADERS.has(name.toLowerCase()));
  const writers = new Map(
    wanted.map((header) => [header.name.toLowerCase(), compileHeader(header, `${where}: ${header.name}`)]),
  );
  return (given) => {
    const lines = Object.entries(given).map(([name, value]) => {
      assertName(name, where);
      const write =
        writers.get(name.toLowerCase()) ?? compileHeader({ name, type: "any" }, `${where}: ${name}`);
      const text = value === undefined || value === null ? undefined : write(value);
      return text === undefined ? "" : `${name}: ${assertHeaderText(text, where)}\r\n`;
    });
    const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
    for (const { name, required } of wanted) {
      if (required && !names.has(name.toLowerCase()))
        throw invalidOption(`${where}: ${name}`, "is a required header of this part: part() takes it");
    }
    return lines.join("");
  };
}

/** @see RFC 9110 §5.6.2, token */
function assertName(name: string, where: string): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
    throw invalidOption(`${where}: headers`, "may only have names that are tokens");
  if (OWN_HEADERS.has(name.toLowerCase()))
    throw invalidOption(`${where}: headers`, "may not have what contentType and filename say");
}
