import { invalidOption } from "../errors.ts";
import type { Server } from "../operation.ts";

/** Values of server variables by name; what is left out has its default. */
export type ServerVariables = Readonly<Record<string, string | undefined>>;

/** Unreserved, and not dots alone: no value can end a host, begin a path, or climb out of one. */
const PLAIN = /^(?=.*[A-Za-z0-9])[A-Za-z0-9._~-]+$/;

/**
 * Puts values into the URL of a server.
 *
 * What the document says itself, a default or one of an enum, is taken as it is; any other value may not change what
 * the URL is made of.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` naming the variable
 */
export function resolveServer({ url, variables = {} }: Server, values: ServerVariables = {}): string {
  return url.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    const value = given ?? variable?.default;
    const option = `serverVariables.${name}`;
    if (value === undefined) throw invalidOption(option, `is required for ${url}`);
    if (value === variable?.default) return value;
    if (typeof value !== "string") throw invalidOption(option, "must be a string");
    if (variable?.enum !== undefined) return assertListed(value, variable.enum, option);
    if (!PLAIN.test(value))
      throw invalidOption(
        option,
        "may have letters, digits and -._~ only, and is none of the document's own values",
      );
    return value;
  });
}

function assertListed(value: string, allowed: readonly string[], option: string): string {
  if (allowed.includes(value)) return value;
  throw invalidOption(option, `must be one of ${allowed.join(", ")}`);
}
