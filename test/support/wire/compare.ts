import { isDeepStrictEqual } from "node:util";
import { type Decoded, shapeOf } from "./decode-style.ts";
import { type Fields, fieldsOf } from "./source-document.ts";

/** Where texts of a message are not the values that a caller meant, as `path: want, got`. */
export function compareTexts(meant: unknown, decoded: Decoded | undefined, at: string): string[] {
  if (decoded === undefined) return [`${at}: want ${show(meant)}, got nothing`];
  switch (shapeOf(meant)) {
    case "text":
      return decoded === wireText(meant) ? [] : [`${at}: want ${show(meant)}, got ${show(decoded)}`];
    case "list": {
      const items = [decoded].flat() as Decoded[];
      const wanted = meant as unknown[];
      if (items.length !== wanted.length) return [`${at}: want ${show(meant)}, got ${show(decoded)}`];
      return wanted.flatMap((item, index) => compareTexts(item, items[index], `${at}/${index}`));
    }
    case "map": {
      const wanted = Object.entries(meant as Fields);
      const extra = Object.keys(fieldsOf(decoded)).filter((key) => !Object.hasOwn(meant as Fields, key));
      return [
        ...(extra.length > 0 ? [`${at}: has ${show(extra)}, which nobody gave`] : []),
        ...wanted.flatMap(([key, value]) =>
          compareTexts(value, fieldsOf(decoded)[key] as Decoded | undefined, `${at}/${key}`),
        ),
      ];
    }
  }
}

/** Where JSON values differ. */
export function compareValues(meant: unknown, got: unknown, at: string): string[] {
  if (isDeepStrictEqual(meant, got)) return [];
  if (shapeOf(meant) === "text" || shapeOf(meant) !== shapeOf(got))
    return [`${at}: want ${show(meant)}, got ${show(got)}`];
  const keys = new Set([meant, got].flatMap((value) => Object.keys(value as object)));
  return [...keys].flatMap((key) =>
    compareValues((meant as Fields)[key], (got as Fields)[key], `${at}/${key}`),
  );
}

/** A scalar as a text of a parameter; what lies deeper than OpenAPI's styles go is JSON. */
export function wireText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function show(value: unknown): string {
  const text = value instanceof Uint8Array ? `<${value.length} bytes>` : (JSON.stringify(value) ?? "nothing");
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}
