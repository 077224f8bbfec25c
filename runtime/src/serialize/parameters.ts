import { essenceOf } from "../media-type.ts";
import type { Parameter } from "../operation.ts";
import { type Encode, encodeReserved, encodeText } from "./percent-encoding.ts";
import { compileQueryStyle, queryEncoders } from "./query-style.ts";
import { expandPairs, expandText, joined, joinPair, type Pair } from "./styles.ts";
import { compileUrlEncoded, writeContentText } from "./url-encoded.ts";
import { textOf } from "./value-text.ts";

/** Gives the text of one parameter; undefined when there is nothing to send. */
export type Expand = (value: unknown) => string | undefined;

/**
 * Compiles a path parameter: styles `simple`, `label` and `matrix`.
 *
 * @param where - what an error calls the parameter
 */
export function compilePathParameter(parameter: Parameter, where: string): Expand {
  const { name, style = "simple", explode = false, content, allowReserved, type } = parameter;
  if (content !== undefined) return (value) => encodeText(writeContentText(content, value, where));
  const encode = allowReserved ? encodeReservedSegment : encodeText;
  const encodeItem = allowReserved ? encodeReservedItem : encodeText;
  const rules = { explode, delimiter: ",", encode, encodeItem, encodeKey: encodeText, type, where };
  if (style === "matrix") {
    const matrix = { ...rules, encode: encodeItem };
    const label = encodeText(name);
    return (value) => prefixed(";", joined(expandPairs(label, value, matrix).map(omitEmpty), ";"));
  }
  if (style !== "label") return (value) => expandText(value, rules);
  const dotted = { delimiter: ".", encodeItem: encodeDots(encodeItem), encodeKey: encodeDots(encodeText) };
  const label = explode ? { ...rules, ...dotted } : rules;
  return (value) => prefixed(".", expandText(value, label));
}

/** Compiles a query parameter: styles `form`, `spaceDelimited`, `pipeDelimited` and `deepObject`. */
export function compileQueryParameter(parameter: Parameter, where: string): Expand {
  const { name, content } = parameter;
  const label = encodeText(name);
  if (content !== undefined)
    return (value) => `${label}=${encodeText(writeContentText(content, value, where))}`;
  const encoders = queryEncoders(parameter);
  const expand = compileQueryStyle(parameter, encoders, where);
  const prefix = `${label}=`;
  return (value) => {
    // What most calls send, without a list of pairs.
    if (typeof value !== "object") return prefix + encoders.encode(textOf(value, where));
    return joined(expand(label, value).map(joinPair), "&");
  };
}

/**
 * Compiles a parameter that is the whole query string: a form goes as it is, any other content percent-encoded.
 *
 * @see OpenAPI 3.2, Parameter Object, `in: querystring`
 */
export function compileQuerystring(parameter: Parameter, where: string): (value: unknown) => string {
  const { content = "application/x-www-form-urlencoded" } = parameter;
  if (essenceOf(content) === "application/x-www-form-urlencoded") {
    return compileUrlEncoded({ encoding: parameter.encoding ?? {} }, where);
  }
  return (value) => encodeText(writeContentText(content, value, where));
}

/** RFC 6570 §3.2.7: no equals sign before an empty value. */
function omitEmpty(pair: Pair): string {
  return pair[1] === "" ? pair[0] : joinPair(pair);
}

function prefixed(prefix: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : prefix + text;
}

/** What would end the segment or the path is encoded all the same. */
function encodeReservedSegment(text: string): string {
  return encodeReserved(text, ":@!$&'()*+,;=");
}

/** So is, next to others, what separates them. */
function encodeReservedItem(text: string): string {
  return encodeReserved(text, ":@!$&'()*+");
}

/** A dot separates items here, which a server that splits before it decodes can tell from one that is encoded. */
function encodeDots(encode: Encode): Encode {
  return (text) => encode(text).replaceAll(".", "%2E");
}
