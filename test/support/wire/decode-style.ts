import type { WireParameter } from "./wire-operation.ts";

/** Texts as they stand in a message, taken apart but not typed: a list, a map, or one text. */
export type Decoded = string | readonly Decoded[] | { readonly [key: string]: Decoded };

/** What a value is meant to be, which a text alone does not tell: `a,b` is one text or a list of two. */
export type Shape = "text" | "list" | "map";

export function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return "list";
  return typeof value === "object" && value !== null ? "map" : "text";
}

type Style = Pick<WireParameter, "name" | "style" | "explode">;

/** What a message says that no reader of OpenAPI would understand. */
export class UnreadableMessage extends Error {}

/** One variable of a path. @see OpenAPI 3.1.1, "Style Examples": simple, label, matrix */
export function decodePathText(raw: string, { name, style, explode }: Style, shape: Shape): Decoded {
  if (style === "label") {
    const text = without(".", raw);
    return decodeList(text, { separator: explode ? "." : ",", shape, explode });
  }
  if (style !== "matrix") return decodeList(raw, { separator: ",", shape, explode });
  const pairs = without(";", raw).split(";").map(splitPair);
  if (shape === "map" && explode) return mapOf(pairs);
  const texts = pairs.map(([key, value]) => {
    if (percentDecode(key) !== name) throw new UnreadableMessage(`matrix names ${key}, not ${name}`);
    return value;
  });
  if (shape === "list" && explode) return texts.map(percentDecode);
  return decodeList(onlyOf(texts, name), { separator: ",", shape, explode: false });
}

/** The value of a header field: style simple, nothing percent-encoded. */
export function decodeHeaderText(raw: string, { explode }: Style, shape: Shape): Decoded {
  return decodeList(raw, { separator: ",", shape, explode, decode: (text) => text.trim() });
}

export type RawPair = readonly [name: string, value: string];

/**
 * One parameter of a query, a form or a cookie; takes the pairs that it is made of out of the list.
 *
 * @returns undefined when there is none of it
 */
export function takePairs(
  pairs: RawPair[],
  { name, style, explode }: Style,
  {
    shape,
    keys,
    decode = formDecode,
  }: { shape: Shape; keys: readonly string[]; decode?: (raw: string) => string },
): Decoded | undefined {
  const take = (isWanted: (name: string) => boolean) => takeWhere(pairs, (raw) => isWanted(decode(raw)));
  if (style === "deepObject" && shape !== "text")
    return decodeDeep(
      take((key) => isBelow(key, name)),
      name,
      decode,
    );
  if (shape === "map" && explode) {
    const own = take((key) => keys.includes(key));
    return own.length === 0 ? undefined : mapOf(own, decode);
  }
  const values = take((key) => key === name).map(([, value]) => value);
  if (values.length === 0) return undefined;
  if (shape === "list" && explode) return values.map(decode);
  return decodeList(onlyOf(values, name), { separator: SEPARATORS[style] ?? ",", shape, explode, decode });
}

/** Encoded in a query, as they are in a part of a multipart body. */
const SEPARATORS: Readonly<Record<string, RegExp>> = {
  spaceDelimited: /%20|\+| /,
  pipeDelimited: /%7C|\|/i,
  tabDelimited: /%09|\t/,
};

interface ListSyntax {
  readonly separator: string | RegExp;
  readonly shape: Shape;
  readonly explode: boolean;
  readonly decode?: (raw: string) => string;
}

/** `a,b`; of a map `a,1,b,2`, or exploded `a=1,b=2`. */
function decodeList(raw: string, { separator, shape, explode, decode = percentDecode }: ListSyntax): Decoded {
  if (shape === "text") return decode(raw);
  const parts = raw.split(separator);
  if (shape === "list") return parts.map(decode);
  if (explode) return mapOf(parts.map(splitPair), decode);
  const keys = parts.filter((_, index) => index % 2 === 0);
  return mapOf(
    keys.map((key, index) => [key, parts[2 * index + 1] ?? ""]),
    decode,
  );
}

/**
 * `name[a][b]=1`. Deeper than one level there is only the convention of Rails, PHP and qs: `[]` behind the name of a
 * list of texts, an index where a list holds more.
 */
function decodeDeep(
  pairs: readonly RawPair[],
  name: string,
  decode: (raw: string) => string,
): Decoded | undefined {
  if (pairs.length === 0) return undefined;
  const root: Tree = {};
  for (const [raw, value] of pairs) {
    const keys = [
      ...decode(raw)
        .slice(name.length)
        .matchAll(/\[([^\]]*)\]/g),
    ].map(([, key]) => key as string);
    const isList = keys.at(-1) === "";
    const [last = "", ...path] = (isList ? keys.slice(0, -1) : keys).toReversed();
    const parent = path.toReversed().reduce(enter, root);
    const before = parent[last];
    parent[last] = before === undefined && !isList ? decode(value) : [before ?? [], decode(value)].flat();
  }
  return (Object.keys(root).join() === "" ? root[""] : withLists(root)) as Decoded;
}

/** Keys that are 0, 1, ... are places in a list. */
function withLists(value: unknown): unknown {
  if (shapeOf(value) !== "map") return value;
  const entries = Object.entries(value as Tree).map(([key, item]) => [key, withLists(item)] as const);
  const isList = entries.every(([key], index) => key === String(index));
  return isList ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

interface Tree {
  [key: string]: unknown;
}

function enter(tree: Tree, key: string): Tree {
  tree[key] ??= {};
  return tree[key] as Tree;
}

function isBelow(key: string, name: string): boolean {
  return key === name || key.startsWith(`${name}[`);
}

function takeWhere(pairs: RawPair[], isWanted: (name: string) => boolean): RawPair[] {
  const taken = pairs.filter(([name]) => isWanted(name));
  const left = pairs.filter((pair) => !taken.includes(pair));
  pairs.splice(0, pairs.length, ...left);
  return taken;
}

/** At the first `=`. */
export function splitPair(raw: string): RawPair {
  const equals = raw.indexOf("=");
  return equals < 0 ? [raw, ""] : [raw.slice(0, equals), raw.slice(equals + 1)];
}

function mapOf(pairs: readonly RawPair[], decode: (raw: string) => string = percentDecode): Decoded {
  return Object.fromEntries(pairs.map(([key, value]) => [decode(key), decode(value)]));
}

function onlyOf(values: readonly string[], name: string): string {
  if (values.length !== 1) throw new UnreadableMessage(`${name} is there ${values.length} times`);
  return values[0] as string;
}

function without(prefix: string, raw: string): string {
  if (!raw.startsWith(prefix)) throw new UnreadableMessage(`"${raw}" does not begin with "${prefix}"`);
  return raw.slice(prefix.length);
}

export function percentDecode(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new UnreadableMessage(`"${raw}" is not percent-encoded`);
  }
}

/** As most servers read a query: `+` is a space. */
export function formDecode(raw: string): string {
  return percentDecode(raw.replaceAll("+", " "));
}
