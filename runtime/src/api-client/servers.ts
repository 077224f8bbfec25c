import { invalidOption } from "../errors.ts";
import type { Server } from "../operation.ts";

/** Values of server variables by name; what is left out has its default. */
export type ServerVariables = Readonly<Record<string, string | undefined>>;

/** What a value may be by where it stands: none can end a host, begin a path, or climb out of one. */
interface Rule {
  readonly pattern: RegExp;
  readonly text: string;
}

const OWN_VALUES = "and is none of the document's own values";

/** A host, or labels of one: whoever reads the URL sees the host that the call goes to (RFC 1123 §2.1). */
const HOST: Rule = {
  pattern: /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i,
  text: `is part of a host: it may have letters, digits, single dots and, within a label, hyphens only, ${OWN_VALUES}`,
};

const PORT: Rule = { pattern: /^\d{1,5}$/, text: `is a port: it may have up to five digits, ${OWN_VALUES}` };

/** Unreserved, and not dots alone. */
const ELSEWHERE: Rule = {
  pattern: /^(?=.*[A-Za-z0-9])[A-Za-z0-9._~-]+$/,
  text: `may have letters, digits and -._~ only, ${OWN_VALUES}`,
};

/**
 * Puts values into the URL of a server.
 *
 * What the document says itself, a default or one of an enum, is taken as it is; any other value may not change what
 * the URL is made of.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` naming the variable
 */
export function resolveServer({ url, variables = {} }: Server, values: ServerVariables = {}): string {
  // Texts and names of variables in turn.
  const parts = url.split(/\{([^{}]*)\}/);
  let resolved = "";
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) {
      resolved += part;
      continue;
    }
    const variable = Object.hasOwn(variables, part) ? variables[part] : undefined;
    const given = Object.hasOwn(values, part) ? values[part] : undefined;
    const value = given ?? variable?.default;
    const option = `serverVariables.${part}`;
    if (value === undefined) throw invalidOption(option, `is required for ${url}`);
    if (value !== variable?.default) assertAllowed(value, option, variable?.enum ?? ruleAfter(resolved));
    resolved += value;
  }
  return resolved;
}

/** @param before - what the URL has before the value, with the values there */
function ruleAfter(before: string): Rule {
  // A parser takes any number of slashes behind such a scheme for two.
  const [, authority] = /^(?:https?:[/\\]*|[/\\]{2})([^/\\?#]*)$/i.exec(before) ?? [];
  if (authority === undefined) return ELSEWHERE;
  return authority.includes(":") ? PORT : HOST;
}

function assertAllowed(value: unknown, option: string, allowed: readonly string[] | Rule): void {
  if (typeof value !== "string") throw invalidOption(option, "must be a string");
  if (!("pattern" in allowed)) {
    if (!allowed.includes(value)) throw invalidOption(option, `must be one of ${allowed.join(", ")}`);
  } else if (!allowed.pattern.test(value)) throw invalidOption(option, allowed.text);
}
