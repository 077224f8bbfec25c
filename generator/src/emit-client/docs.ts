import { commentLine, commentLines } from "../encode.ts";
import type { ApiModel, OperationModel } from "../model.ts";
import { LINE_WIDTH } from "./print-literal.ts";

/** `/** Catalog API 1.2.0, with the tokens of ...` and the document's own description. */
export function classDoc({ title, version, tokenClient, description }: ApiModel): string {
  const name = commentLine(`${title} ${version}`.trim());
  return docComment([
    `${name}, with the tokens of \`${commentLine(tokenClient)}\`.`,
    ...paragraphs(description),
  ]);
}

/** Prose first, then what goes on the wire. */
export function methodDoc(operation: OperationModel): string {
  const { summary, description, method, pathTemplate, deprecated, authorization } = operation;
  const scopes = authorization.token ? authorization.scopes.map((scope) => `\`${commentLine(scope)}\``) : [];
  const needs = authorization.token ? scopeList(scopes) : ", no token";
  const wire = `\`${method} ${commentLine(pathTemplate)}\`${needs}.`;
  const prose = [
    ...paragraphs(sentence(summary)),
    ...(description === summary ? [] : paragraphs(description)),
  ];
  const line = [...prose, wire].join(" ");
  const isShort = prose.length <= 1 && !deprecated && fits(line, METHOD_INDENT);
  return docComment(
    isShort ? [line] : [...prose, wire, ...(deprecated ? ["@deprecated"] : [])],
    METHOD_INDENT,
  );
}

/** A document's text as a whole comment. */
export function jsDoc(text: string): string {
  return docComment(paragraphs(text));
}

const METHOD_INDENT = "  ";

function scopeList(scopes: readonly string[]): string {
  if (scopes.length === 0) return "";
  return `, ${scopes.length === 1 ? "scope" : "scopes"} ${scopes.join(", ")}`;
}

/** On one line where it fits. */
function docComment(parts: readonly string[], indent = ""): string {
  const text = parts.join("\n\n");
  if (fits(text, indent)) return `${indent}/** ${text} */`;
  const lines = text.split("\n").map((line) => `${`${indent} * ${line}`.trimEnd()}\n`);
  return `${indent}/**\n${lines.join("")}${indent} */`;
}

function fits(text: string, indent: string): boolean {
  return !text.includes("\n") && `${indent}/** ${text} */`.length <= LINE_WIDTH;
}

function paragraphs(text: string | undefined): string[] {
  const lines = commentLines(text ?? "").join("\n");
  return lines === "" ? [] : [lines];
}

function sentence(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed && /[\p{L}\p{N})\]`"']$/u.test(trimmed) ? `${trimmed}.` : trimmed;
}
