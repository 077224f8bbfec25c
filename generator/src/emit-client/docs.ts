import { commentLine, commentLines } from "../encode.ts";
import type { ApiModel, OperationModel } from "../model.ts";
import { LINE_WIDTH } from "./print-literal.ts";

/** `/** Catalog API 1.2.0, with the tokens of ...` and the document's own description. */
export function classDoc({ title, version, tokenClient, description }: ApiModel): string {
  const name = commentLine(`${title} ${version}`.trim());
  return docText([
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
  const isShort = prose.length === 1 && !prose[0]?.includes("\n") && !deprecated;
  const line = [...prose, wire].join(" ");
  if (isShort && line.length + "  /**  */".length <= LINE_WIDTH) return line;
  return docText([...prose, wire, ...(deprecated ? ["@deprecated"] : [])]);
}

/** A document's text as a whole comment. */
export function jsDoc(text: string): string {
  const lines = commentLines(text);
  const line = `/** ${lines.join("")} */`;
  if (lines.length === 1 && line.length <= LINE_WIDTH) return line;
  return `/**\n${lines.map((part) => `${` * ${part}`.trimEnd()}\n`).join("")} */`;
}

function scopeList(scopes: readonly string[]): string {
  if (scopes.length === 0) return "";
  return `, ${scopes.length === 1 ? "scope" : "scopes"} ${scopes.join(", ")}`;
}

function docText(parts: readonly string[]): string {
  const text = parts.join("\n\n");
  // ts-morph writes a text that begins with a line break over several lines.
  return text.includes("\n") || text.length > LINE_WIDTH ? `\n${text}` : text;
}

function paragraphs(text: string | undefined): string[] {
  const lines = commentLines(text ?? "").join("\n");
  return lines === "" ? [] : [lines];
}

function sentence(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed && /[\p{L}\p{N})\]`"']$/u.test(trimmed) ? `${trimmed}.` : trimmed;
}
