import type { GlobalContext } from "openapi-typescript";
// Not by way of its index, which loads a bundler of documents as well: that takes longer than to print most clients.
import transformSchemaObject from "openapi-typescript/dist/transform/schema-object.js";
import ts from "typescript";
import { docComment, LINE_WIDTH } from "../doc-comment.ts";
import { propertyKey, stringLiteral } from "../encode.ts";
import { NOTHING, type Printable, type PropertyShape, type Shape, shapeOf } from "./printable.ts";

const K = ts.SyntaxKind;

const KEYWORDS = new Map<ts.SyntaxKind, string>([
  [K.StringKeyword, "string"],
  [K.NumberKeyword, "number"],
  [K.BooleanKeyword, "boolean"],
  [K.UnknownKeyword, "unknown"],
  [K.NeverKeyword, "never"],
  [K.NullKeyword, "null"],
  [K.TrueKeyword, "true"],
  [K.FalseKeyword, "false"],
]);

type Options = Parameters<typeof transformSchemaObject>[1];

/** What openapi-typescript hands on to everything below; `indent` is ours. */
type Place = Options & { readonly indent: string };

const CONTEXT: Partial<GlobalContext> = {
  silent: true,
  emptyObjectsUnknown: true,
  injectFooter: [],
  discriminators: { objects: {}, refsHandled: [] },
  resolve: () => undefined,
  transform: (schema, options) => {
    const shape = shapeOf(schema as Printable);
    return shape && shapeNode(shape, (options as Place).indent);
  },
};

/**
 * The text of a type; its further lines are indented by as much as the first.
 *
 * openapi-typescript makes the syntax tree. The tree is small and of few kinds of nodes, so that it is printed here:
 * TypeScript's own printer takes longer for it than all else together.
 */
export function printType(type: Printable, indent = ""): string {
  return textOf(nodeOf(type, indent), indent);
}

function nodeOf(type: Printable, indent: string): ts.TypeNode {
  const place = { ctx: CONTEXT as GlobalContext, path: "", indent } satisfies Place;
  return transformSchemaObject(type as Parameters<typeof transformSchemaObject>[0], place);
}

/** What is printed already goes on as a name, as literals do in openapi-typescript. */
function shapeNode(shape: Shape, indent: string): ts.TypeNode {
  if (shape.kind === "list") return ts.factory.createArrayTypeNode(nodeOf(shape.items, indent));
  return ts.factory.createTypeReferenceNode(shapeText(shape, indent));
}

function shapeText(shape: Exclude<Shape, { kind: "list" }>, indent: string): string {
  switch (shape.kind) {
    case "text":
      return shape.text;
    case "record":
      return `Record<string, ${printType(shape.values, indent)}>`;
    case "tuple":
      return tupleText(shape, indent);
    case "object":
      return objectText(shape, indent);
  }
}

function tupleText({ items, rest }: Extract<Shape, { kind: "tuple" }>, indent: string): string {
  const texts = items.map(({ type, isOptional }) =>
    isOptional ? `${enclosed(printType(type, indent))}?` : printType(type, indent),
  );
  const further = rest === undefined ? [] : [`...${enclosed(printType(rest, indent))}[]`];
  return `[${[...texts, ...further].join(", ")}]`;
}

function enclosed(text: string): string {
  return /^\w+$/.test(text) ? text : `(${text})`;
}

function objectText({ properties, values }: Extract<Shape, { kind: "object" }>, indent: string): string {
  const inner = `${indent}  `;
  const lines = properties.map((property) => propertyText(property, inner));
  if (values !== undefined) lines.push(`${inner}[key: string]: ${printType(values, inner)};\n`);
  return lines.length === 0 ? "Record<string, unknown>" : `{\n${lines.join("")}${indent}}`;
}

export function propertyText(property: PropertyShape, indent: string): string {
  const { name, type, isOptional, isReadonly, docs = [] } = property;
  const comment = docs.length === 0 ? "" : `${docComment(docs, indent)}\n`;
  const key = `${indent}${isReadonly ? "readonly " : ""}${keyText(name)}${isOptional ? "?" : ""}`;
  return `${comment}${key}: ${type === NOTHING ? "never" : printType(type, indent)};\n`;
}

/** A status is a number to those who look it up. */
function keyText(name: string): string {
  return /^[1-9]\d{0,14}$/.test(name) ? name : propertyKey(name);
}

function textOf(node: ts.Node, indent: string): string {
  const keyword = KEYWORDS.get(node.kind);
  if (keyword !== undefined) return keyword;
  if (ts.isIdentifier(node)) return nameText(ts.idText(node));
  if (ts.isTypeReferenceNode(node)) return textOf(node.typeName, indent);
  if (ts.isLiteralTypeNode(node)) return textOf(node.literal, indent);
  if (ts.isNumericLiteral(node)) return node.text;
  if (ts.isStringLiteral(node)) return stringLiteral(node.text);
  if (ts.isPrefixUnaryExpression(node)) return `-${textOf(node.operand, indent)}`;
  if (ts.isParenthesizedTypeNode(node)) return `(${textOf(node.type, indent)})`;
  if (ts.isArrayTypeNode(node)) return `${textOf(node.elementType, indent)}[]`;
  if (ts.isUnionTypeNode(node)) return joined(node.types, "|", indent);
  if (ts.isIntersectionTypeNode(node)) return joined(node.types, "&", indent);
  throw new TypeError(`openapi-typescript made a ${K[node.kind]}, which nothing asked for`);
}

/** openapi-typescript makes identifiers of string literals, too. */
function nameText(text: string): string {
  return text.startsWith('"') ? stringLiteral(JSON.parse(text)) : text;
}

/** On one line where it fits, else one member a line. */
function joined(types: readonly ts.TypeNode[], sign: "|" | "&", indent: string): string {
  const members = types.map((type) => textOf(type, indent));
  const line = members.join(` ${sign} `);
  if (sign === "&" || indent.length + line.length <= LINE_WIDTH || line.includes("\n")) return line;
  return members.map((member) => `\n${indent}  ${sign} ${member}`).join("");
}
