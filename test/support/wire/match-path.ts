import { UnreadableMessage } from "./decode-style.ts";
import type { WireParameter } from "./wire-operation.ts";

/** Parts of a template in turn: literal text, name of a variable, literal text, ... */
export function splitTemplate(template: string): string[] {
  return withoutFragment(template).split(/\{([^{}]+)\}/);
}

/** A fragment tells operations of one path apart in some documents; no request has one. */
function withoutFragment(template: string): string {
  return template.replace(/#(?![^{]*\}).*$/, "");
}

/**
 * The raw texts of a path's variables.
 *
 * @param path - as on the wire, with neither the server's own path nor the query
 * @throws {UnreadableMessage} when the path is not the template's
 */
export function matchPath(
  path: string,
  template: string,
  parameters: readonly WireParameter[],
): ReadonlyMap<string, string> {
  const parts = splitTemplate(template);
  const names = parts.filter((_, index) => index % 2 === 1);
  const pattern = parts.map((part, index) =>
    index % 2 === 0 ? literal(part) : `(${variable(part, parameters)})`,
  );
  const match = new RegExp(`^${pattern.join("")}$`).exec(path);
  if (match === null) throw new UnreadableMessage(`${path} is not ${template}`);
  return new Map(names.map((name, index) => [name, match[index + 1] as string]));
}

/** As it is, or percent-encoded where a URL can't have it. */
function literal(text: string): string {
  const choices = [...text].map((character) => {
    const encoded = encodeURIComponent(character);
    return encoded === character
      ? escapeForPattern(character)
      : `(?:${escapeForPattern(character)}|${encoded})`;
  });
  return choices.join("");
}

function escapeForPattern(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}

const VARIABLES: Readonly<Record<string, string>> = { label: "\\.[^/;]*?", matrix: ";[^/]*?" };

function variable(name: string, parameters: readonly WireParameter[]): string {
  const style = parameters.find((parameter) => parameter.in === "path" && parameter.name === name)?.style;
  return VARIABLES[style ?? ""] ?? "[^/]*?";
}
