import { invalidOption } from "../errors.ts";
import { essenceOf, isJson } from "../media-type.ts";
import type { PartEncoding, RequestContent } from "../operation.ts";
import { encodeFormText } from "./percent-encoding.ts";
import { compileQueryStyle, hasStyle, queryEncoders } from "./query-style.ts";
import { joinPair, type Pair } from "./styles.ts";
import { isStructured, jsonText, listEntries, listItems, textOf } from "./value-text.ts";

type WritePairs = (value: unknown) => readonly Pair[];

/** The text of a value of a media type, for where only text can go: parameters declared by `content`. */
export function writeContentText(mediaType: string, value: unknown, where: string): string {
  const essence = essenceOf(mediaType);
  if (isJson(essence)) return jsonText(value, where);
  if (essence === "application/x-www-form-urlencoded") return compileUrlEncoded({}, where)(value);
  return textOf(value, where);
}

/**
 * Compiles `application/x-www-form-urlencoded`. A property whose encoding names a style is written as a query
 * parameter is; any other by its content type, one value for each item of a list.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` for what is no object
 * @see OpenAPI 3.2, Encoding Object
 */
export function compileUrlEncoded(
  content: Pick<RequestContent, "encoding" | "required">,
  where: string,
): (body: unknown) => string {
  const writers = new Map(
    Object.entries(content.encoding ?? {}).map(([name, declared]) => [
      name,
      compileProperty(name, declared, `${where}.${name}`),
    ]),
  );
  return (body) => {
    if (!isStructured(body) || Array.isArray(body)) throw invalidOption(where, "must be an object");
    assertRequired(body, content, where);
    const pairs = listEntries(body, where).flatMap(([name, value]) => {
      const write = writers.get(name) ?? compileProperty(name, {}, `${where}.${name}`);
      return write(value);
    });
    return pairs.map(joinPair).join("&");
  };
}

function compileProperty(name: string, encoding: PartEncoding, where: string): WritePairs {
  const label = encodeFormText(name);
  if (hasStyle(encoding)) {
    const expand = compileQueryStyle(encoding, queryEncoders(encoding), where);
    return (value) => expand(label, value);
  }
  const { contentType = "" } = encoding;
  const write = (value: unknown) => encodeFormText(writeContentText(contentType, value, where));
  return (value) => (Array.isArray(value) ? listItems(value) : [value]).map((item) => [label, write(item)]);
}

/** A list of properties that a form must have; one that is null counts as given. */
export function assertRequired(
  body: object,
  { required = [] }: Pick<RequestContent, "required">,
  where: string,
): void {
  for (const name of required) {
    if (!Object.hasOwn(body, name) || body[name as keyof typeof body] === undefined)
      throw invalidOption(`${where}.${name}`, "is required");
  }
}
