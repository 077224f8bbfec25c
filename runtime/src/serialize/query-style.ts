import { invalidOption } from "../errors.ts";
import type { Parameter } from "../operation.ts";
import { type Encode, encodeReserved, encodeText } from "./percent-encoding.ts";
import { type Encoders, expandNested, expandPairs, type Pair } from "./styles.ts";

/** What a parameter or the encoding of a property says of its style. */
export type QueryStyle = Pick<Parameter, "style" | "explode" | "allowReserved" | "type">;

/** OpenAPI 3.1 and later: an encoding with any of these is one of style, its content type ignored. */
export function hasStyle({ style, explode, allowReserved }: QueryStyle): boolean {
  return style !== undefined || explode !== undefined || allowReserved !== undefined;
}

/** Those that neither end a query, nor split it, nor stand for a space. */
const QUERY_RESERVED = ":/?@!$'()*,;=";

/** For a query, or a form in the syntax of one. */
export function queryEncoders({ allowReserved }: QueryStyle): Encoders {
  const encodeKey = encodeText;
  if (!allowReserved) return { encode: encodeText, encodeItem: encodeText, encodeKey };
  // In a list, a comma that is part of a value is encoded all the same.
  const listed = QUERY_RESERVED.replace(",", "");
  return {
    encode: (text) => encodeReserved(text, QUERY_RESERVED),
    encodeItem: (text) => encodeReserved(text, listed),
    encodeKey,
  };
}

/**
 * Compiles styles `form`, `spaceDelimited`, `pipeDelimited`, `tabDelimited`, `deepObject` and `cookie` into a function that gives the
 * names and texts to send.
 *
 * What separates the items of a list is encoded as all else is where it is a space, a bar or a tab, so that no server could
 * tell it from one within an item: such an item is refused.
 */
export function compileQueryStyle(
  { style = "form", explode = style === "form" || style === "cookie", type }: QueryStyle,
  encoders: Encoders,
  where: string,
): (label: string, value: unknown) => readonly Pair[] {
  const { encodeItem, encodeKey } = encoders;
  const delimiter = delimiterOf(style, encodeKey);
  if (style === "deepObject" || explode) {
    const expand = style === "deepObject" ? expandNested : expandPairs;
    const exploded = { ...encoders, explode: true, delimiter, type, where };
    return (label, value) => expand(label, value, exploded);
  }
  const separated = (encode: Encode) => (text: string) => {
    const item = encode(text);
    if (item.includes(delimiter))
      throw invalidOption(where, `may hold no item with what separates items of style ${style}`);
    return item;
  };
  const checked = { encodeItem: separated(encodeItem), encodeKey: separated(encodeKey) };
  const listed = { ...encoders, ...checked, explode: false, delimiter, type, where };
  return (label, value) => expandPairs(label, value, listed);
}

function delimiterOf(style: string, encode: Encode): string {
  const delimiter = DELIMITERS[style];
  return delimiter === undefined ? "," : encode(delimiter);
}

const DELIMITERS: Readonly<Record<string, string>> = {
  spaceDelimited: " ",
  pipeDelimited: "|",
  tabDelimited: "\t",
};
