import { LINE_WIDTH } from "../doc-comment.ts";
import { propertyKey, stringLiteral } from "../encode.ts";

export type Literal =
  | string
  | number
  | boolean
  | readonly Literal[]
  | { readonly [key: string]: Literal | undefined };

/**
 * Prints data as an object, array or plain literal: on one line where it fits, else one entry a line.
 *
 * @param indent - of the line that the literal begins on, in spaces
 * @param taken - what else stands on that line, in columns
 */
export function printLiteral(value: Literal, indent = 0, taken = 0): string {
  const line = printInline(value);
  if (typeof value !== "object" || indent + taken + line.length <= LINE_WIDTH) return line;
  const inner = " ".repeat(indent + 2);
  const isList = isArray(value);
  const lines = entriesOf(value).map(([key, entry]) => {
    const label = isList ? "" : `${propertyKey(key)}: `;
    return `${inner}${label}${printLiteral(entry, indent + 2, label.length + 1)},\n`;
  });
  const [open, close] = isList ? "[]" : "{}";
  return `${open}\n${lines.join("")}${" ".repeat(indent)}${close}`;
}

function printInline(value: Literal): string {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  if (isArray(value)) return `[${value.map(printInline).join(", ")}]`;
  const entries = entriesOf(value).map(([key, entry]) => `${propertyKey(key)}: ${printInline(entry)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function entriesOf(value: Exclude<Literal, string | number | boolean>): [string, Literal][] {
  return Object.entries(value).filter((entry): entry is [string, Literal] => entry[1] !== undefined);
}

/** `Array.isArray` does not tell readonly arrays from objects. */
function isArray(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}
