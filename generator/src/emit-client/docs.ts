import { docComment, LINE_WIDTH } from "../doc-comment.ts";
import { commentLine, commentLines } from "../encode.ts";
import type { ApiModel, Authorization, OperationModel } from "../model.ts";

/** `/** Catalog API 1.2.0, with the tokens of ...` and the document's own description. */
export function classDoc({ title, version, tokenClients, description }: ApiModel): string {
  const name = commentLine(`${title} ${version}`.trim());
  return commentOf([`${name}, with the tokens of ${listCode(tokenClients)}.`, ...paragraphs(description)]);
}

/** Prose first, then what goes on the wire. */
export function methodDoc(operation: OperationModel): string {
  const { summary, description, method, pathTemplate, deprecated, authorization } = operation;
  const needs = authorization.token ? scopeList(authorization.scopes) : ", no token";
  const others = credentialList(authorization.credentials);
  const certificate = authorization.certificate ? `, ${certificateOf(authorization)}` : "";
  const wire = `\`${method} ${commentLine(pathTemplate)}\`${needs}${others}${certificate}.${choiceOf(operation)}`;
  const prose = [
    ...paragraphs(sentence(summary)),
    ...(description === summary ? [] : paragraphs(description)),
  ];
  const line = [...prose, wire].join(" ");
  const isShort = prose.length <= 1 && !deprecated && fits(line, MEMBER_INDENT);
  return commentOf(
    isShort ? [line] : [...prose, wire, ...(deprecated ? ["@deprecated"] : [])],
    MEMBER_INDENT,
  );
}

/** A comment of paragraphs, of which some may be none. */
export function proseDoc(texts: readonly (string | undefined)[], indent = ""): string {
  return commentOf(texts.flatMap(paragraphs), indent);
}

/** Of what stands in a class. */
export const MEMBER_INDENT = "  ";

/** Where the result depends on it. */
function choiceOf({ resultsType, accepts: [preferred, ...others] }: OperationModel): string {
  if (resultsType === undefined || preferred === undefined) return "";
  const named = others.map(({ mediaType }) => mediaType).filter((mediaType) => mediaType !== "*/*");
  return ` Gives ${code(preferred.mediaType)}, or with \`accept\` ${named.map(code).join(", ")}.`;
}

function scopeList(scopes: readonly string[]): string {
  if (scopes.length === 0) return "";
  return `, ${scopes.length === 1 ? "scope" : "scopes"} ${scopes.map(code).join(", ")}`;
}

/** `, credential `apiKey`, or `user` and `app``. */
function credentialList(alternatives: readonly (readonly string[])[] = []): string {
  const needed = alternatives.filter((names) => names.length > 0);
  if (needed.length === 0) return "";
  const isOptional = needed.length < alternatives.length;
  const lists = needed.map((names) => listCode(names)).join(", or ");
  return `, ${isOptional ? "if given " : ""}credential ${lists}`;
}

function certificateOf({ token }: Authorization): string {
  return token ? "certificate of the token client's `tls`" : "certificate of the client's `dispatcher`";
}

function listCode(names: readonly string[]): string {
  const [last = "", ...others] = names.map(code).toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} and ${last}`;
}

function code(text: string): string {
  return `\`${commentLine(text)}\``;
}

function commentOf(parts: readonly string[], indent = ""): string {
  return docComment([parts.join("\n\n")], indent);
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
