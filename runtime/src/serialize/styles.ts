import { invalidOption } from "../errors.ts";
import type { Parameter } from "../operation.ts";
import type { Encode } from "./percent-encoding.ts";
import { isStructured, listEntries, listItems, textOf } from "./value-text.ts";

/** A name and a text, both as they go on the wire. */
export type Pair = readonly [label: string, text: string];

/** How texts are written where they go. */
export interface Encoders {
  /** Of what is neither a list nor an object. */
  readonly encode: Encode;
  /** Of an item or a property, which is next to others. */
  readonly encodeItem: Encode;
  /** Of the name of a property. */
  readonly encodeKey: Encode;
}

/** How the values of one style go on the wire. */
export interface Style extends Encoders {
  readonly explode: boolean;
  /** Between the items of what stands in one text. */
  readonly delimiter: string;
  /** What the schema allows besides one text. */
  readonly type: Parameter["type"];
  /** What an error calls the value, which it never quotes. */
  readonly where: string;
}

/** Styles that send names: `form` and its kin, `matrix`, `cookie`; an empty list or object gives nothing. */
export function expandPairs(label: string, value: unknown, style: Style): readonly Pair[] {
  const { explode, delimiter } = style;
  if (!isStructured(value)) return [[label, style.encode(textOf(value, style.where))]];
  assertType(value, style);
  if (explode) {
    return isList(value)
      ? itemTexts(value, style).map((text) => [label, text] as const)
      : propertyPairs(value, style);
  }
  const texts = isList(value) ? itemTexts(value, style) : propertyPairs(value, style).flat();
  return texts.length === 0 ? [] : [[label, texts.join(delimiter)]];
}

/** Styles without a name, `simple` and `label`; undefined for an empty list or object. */
export function expandText(value: unknown, style: Style): string | undefined {
  if (!isStructured(value)) return style.encode(textOf(value, style.where));
  assertType(value, style);
  const texts = isList(value) ? itemTexts(value, style) : propertyTexts(value, style);
  return texts.length === 0 ? undefined : texts.join(style.delimiter);
}

/**
 * Style `deepObject`: `filter[price][gte]=5`. OpenAPI defines one level of plain values. What is deeper follows the
 * convention that Rails, PHP and qs (Express) read alike: `[]` behind the name of a list of plain values, an index
 * where a list holds lists or objects.
 */
export function expandNested(label: string, value: unknown, style: Style, depth = 0): Pair[] {
  if (!isStructured(value)) return [[label, style.encode(textOf(value, style.where))]];
  if (depth === 0) assertType(value, style);
  if (depth > MAX_DEPTH) throw invalidOption(style.where, "is nested too deeply, or holds itself");
  const isFlat = isList(value) && !value.some(isStructured);
  const entries = isList(value)
    ? listItems(value).map((item, index): [string, unknown] => [isFlat ? "" : String(index), item])
    : listEntries(value, style.where);
  return entries.flatMap(([key, item]) =>
    expandNested(label + style.encodeKey(`[${key}]`), item, style, depth + 1),
  );
}

const MAX_DEPTH = 100;

/** What a caller got from elsewhere may be no text: written all the same, an object would be parameters of its choosing. */
function assertType(value: object, { type, where }: Style): void {
  if (type === "any" || type === (isList(value) ? "array" : "object")) return;
  if (type === "array") throw invalidOption(where, "may not be an object");
  throw invalidOption(
    where,
    type === "object" ? "may not be a list" : "must be one value, no list or object",
  );
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value);
}

function itemTexts(list: readonly unknown[], { encodeItem, where }: Style): string[] {
  return listItems(list).map((item) => encodeItem(textOf(item, where)));
}

function propertyPairs(value: object, { encodeKey, encodeItem, where }: Style): Pair[] {
  return listEntries(value, where).map(([key, item]) => [encodeKey(key), encodeItem(textOf(item, where))]);
}

function propertyTexts(value: object, style: Style): string[] {
  const pairs = propertyPairs(value, style);
  return style.explode ? pairs.map((pair) => pair.join("=")) : pairs.flat();
}

/** `name=text` */
export function joinPair([label, text]: Pair): string {
  return `${label}=${text}`;
}

/** Undefined for none. */
export function joined(texts: readonly string[], separator: string): string | undefined {
  return texts.length === 0 ? undefined : texts.join(separator);
}
