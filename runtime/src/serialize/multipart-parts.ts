import { isBinary } from "../binary-body.ts";
import { invalidOption } from "../errors.ts";
import { essenceOf } from "../media-type.ts";
import type { PartEncoding, RequestContent } from "../operation.ts";
import { Part } from "../part.ts";
import { compilePart, type Nest, type WrittenPart } from "./multipart-part.ts";
import { compileQueryStyle, hasStyle } from "./query-style.ts";
import { assertRequired } from "./url-encoded.ts";
import { isStructured, listEntries, listItems } from "./value-text.ts";

/**
 * Compiles what the parts of a body are: one for each property of an object, or for each item where the property is a
 * list; one for each item of a list, without names.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` for what is neither, and for what is required and missing
 * @see OpenAPI 3.2, Encoding Usage and Restrictions
 */
export function compileParts(
  content: RequestContent,
  where: string,
  nest: Nest,
): (body: unknown) => readonly WrittenPart[] {
  const { encoding = {}, prefixEncoding = [], itemEncoding = {} } = content;
  const isForm = essenceOf(content.mediaType) === "multipart/form-data";
  const compileProperty = isForm ? compileField : compileNamed;
  const properties = new Map(
    Object.entries(encoding).map(([name, declared]) => {
      return [name, compileProperty(name, declared, { where: `${where}.${name}`, nest })];
    }),
  );
  const writeNamed = ([name, value]: [string, unknown]) => {
    const write = properties.get(name) ?? compileNamed(name, {}, { where: `${where}.${name}`, nest });
    return write(value);
  };
  return (body) => {
    if (!isStructured(body)) throw invalidOption(where, "must be an object or a list");
    if (!Array.isArray(body)) {
      assertRequired(body, content, where);
      return listEntries(body, where).flatMap(writeNamed);
    }
    // A form as a list has an object of one property for each part, so that their order is given.
    if (isForm) return body.flatMap((item) => listEntries(Object(item), where)).flatMap(writeNamed);
    return listItems(body).map((item, index) => {
      const declared = prefixEncoding[index] ?? itemEncoding;
      return compilePart(undefined, declared, { where: `${where}[${index}]`, nest })(item);
    });
  };
}

interface Place {
  readonly where: string;
  readonly nest: Nest;
}

/**
 * A property whose encoding names a style is written as a query parameter is, without percent-encoding. Bytes have no
 * style, though generators of documents give them one.
 */
function compileField(name: string, encoding: PartEncoding, place: Place) {
  const writeParts = compileNamed(name, encoding, place);
  if (!hasStyle(encoding)) return writeParts;
  const expand = compileQueryStyle(encoding, PLAIN, place.where);
  return (value: unknown): readonly WrittenPart[] => {
    const isApart = (item: unknown) => item instanceof Part || isBinary(item);
    if (isApart(value) || (Array.isArray(value) && value.some(isApart))) return writeParts(value);
    return expand(name, value).flatMap(([label, text]) => compileNamed(label, {}, place)(text));
  };
}

const PLAIN = { encode: String, encodeItem: String, encodeKey: String };

function compileNamed(name: string, encoding: PartEncoding, place: Place) {
  const write = compilePart(name, encoding, place);
  return (value: unknown): readonly WrittenPart[] =>
    (Array.isArray(value) ? listItems(value) : [value]).map(write);
}
