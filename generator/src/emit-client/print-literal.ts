import { LINE_WIDTH } from "../doc-comment.ts";
import { identifier, propertyKey, stringLiteral } from "../encode.ts";

/** A constant of the same file, instead of a literal. */
export class Reference {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export type Literal =
  | Reference
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
  if (!hasEntries(value)) return printInline(value);
  const room = LINE_WIDTH - indent - taken;
  const line = leastWidth(value, room) <= room ? printInline(value) : undefined;
  if (line !== undefined && line.length <= room) return line;
  const inner = " ".repeat(indent + 2);
  const isList = isArray(value);
  const lines = entriesOf(value).map(([key, entry]) => {
    const label = isList ? "" : `${propertyKey(key)}: `;
    return `${inner}${label}${printLiteral(entry, indent + 2, label.length + 1)},\n`;
  });
  const [open, close] = isList ? "[]" : "{}";
  return `${open}\n${lines.join("")}${" ".repeat(indent)}${close}`;
}

/** What a literal takes at least, counted until it does not fit: to print all of a large one at each level takes long. */
function leastWidth(value: Literal, room: number): number {
  if (typeof value === "string") return value.length + 2;
  if (!hasEntries(value)) return 1;
  let width = 2;
  for (const key in value) {
    const entry = (value as Readonly<Record<string, Literal | undefined>>)[key];
    if (entry !== undefined) width += leastWidth(entry, room - width);
    if (width > room) break;
  }
  return width;
}

function printInline(value: Literal): string {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  if (value instanceof Reference) return identifier(value.name);
  if (isArray(value)) return `[${value.map(printInline).join(", ")}]`;
  const entries = entriesOf(value).map(([key, entry]) => `${propertyKey(key)}: ${printInline(entry)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

type Entries = Exclude<Literal, Reference | string | number | boolean>;

function hasEntries(value: Literal): value is Entries {
  return typeof value === "object" && !(value instanceof Reference);
}

function entriesOf(value: Entries): [string, Literal][] {
  return Object.entries(value).filter((entry): entry is [string, Literal] => entry[1] !== undefined);
}

/** `Array.isArray` does not tell readonly arrays from objects. */
function isArray(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}
