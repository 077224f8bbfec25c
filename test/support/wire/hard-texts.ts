import { splitTemplate } from "./match-path.ts";
import type { WireParameter } from "./wire-operation.ts";

/** Texts that a careless encoder breaks: delimiters of every style, percent signs, other scripts, what looks like something else. */
export const HARD_TEXTS: readonly string[] = [
  ..."a,b|a b|50%|%41|a%2Fb|#x|a&b=c|;|a;b=c|ü|日本語|😀|+|a+b|/|a/../b|?|a?b#c|[0]|a[b]=c".split("|"),
  ..."'|\"|\\|:|@|$|~|*|(x)!|null|true|0|007|1e3|..a|{x}|$x{y}|<a>|a.b|-|_|=|==|%|%%|a=|,".split("|"),
  "a|b",
  " lead",
  "trail ",
  "",
  "𝒳́",
];

/** What JSON and XML bodies may hold besides. */
export const HARD_BODY_TEXTS: readonly string[] = [
  ...HARD_TEXTS,
  "line\nbreak",
  "tab\t",
  "\u2028",
  "\u0000",
  '{"a":1}',
];

export const HARD_KEYS: readonly string[] = ["a b", "ü&=", "k,1", "%41", "x;y"];

/** What of these the place and style of a parameter can carry. @see OpenAPI 3.1.1, appendix E */
export function textsFor(parameter: WireParameter, path: string): readonly string[] {
  const texts = textsOfPlace(parameter, path);
  // RFC 6570 §3.2.3: where reserved characters stay, so do percent-encoded ones.
  return parameter.allowReserved ? texts.filter((text) => !/%[0-9a-f]{2}/i.test(text)) : texts;
}

function textsOfPlace(parameter: WireParameter, path: string): readonly string[] {
  const { style, explode, mediaType } = parameter;
  const isOneText = mediaType !== undefined;
  switch (parameter.in) {
    case "path": {
      const prefix = style === "label" ? "." : "";
      const own = unreservedBeside(parameter.name, path) + (style === "label" && explode ? "." : "");
      return HARD_TEXTS.filter(
        (text) => text !== "" && !DOT_SEGMENT.test(prefix + text) && !hasAny(text, own),
      );
    }
    case "header": {
      const isPlain = (text: string) => /^[\x21-\xff]+( [\x21-\xff]+)*$/.test(text);
      return HARD_TEXTS.filter((text) => isPlain(text) && (isOneText || !/[,=]/.test(text)));
    }
    case "cookie":
      // RFC 6265 §4.1.1: cookie-octet.
      return style === "cookie" ? HARD_TEXTS.filter((text) => /^[!#-+\--:<-[\]-~]+$/.test(text)) : HARD_TEXTS;
    default: {
      const delimiter = { spaceDelimited: " ", pipeDelimited: "|", tabDelimited: "\t" }[style];
      return explode || delimiter === undefined
        ? HARD_TEXTS
        : HARD_TEXTS.filter((text) => !text.includes(delimiter));
    }
  }
}

/** What no path may have, encoded or not: a proxy might resolve it, and another operation be called. */
const DOT_SEGMENT = /(^|[/\\])\.\.?([/\\;]|$)/;

/** Keys of a map that are no other parameter's: exploded, they go as names. */
export function keysFor({ name, in: location, style, explode }: WireParameter): readonly string[] {
  if (location === "header" || style === "cookie") return ["k1", "k2"];
  const isDelimited = !explode && (style === "pipeDelimited" || style === "spaceDelimited");
  const keys = isDelimited ? ["k1", "ü&="] : HARD_KEYS;
  return style === "form" && explode ? keys.map((key) => `${key} ${name}`) : keys;
}

/** The characters beside a variable of a path that a value has unencoded too: they end it. */
function unreservedBeside(name: string, path: string): string {
  const parts = splitTemplate(path);
  const index = parts.findIndex((part, at) => at % 2 === 1 && part === name);
  const before = parts[index - 1]?.split("/").at(-1) ?? "";
  const after = parts[index + 1]?.split("/")[0] ?? "";
  return `${before}${after}`.replace(/[^\w.~-]/g, "");
}

function hasAny(text: string, characters: string): boolean {
  return [...characters].some((character) => text.includes(character));
}
