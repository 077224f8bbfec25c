import type { JsonObject } from "../document.ts";
import type { AuthorizedOperation } from "../model.ts";
import { readSchemes } from "./security-schemes.ts";

/** The scopes that a document declares, then those that its operations ask for without a declaration. */
export function declaredScopes(
  document: JsonObject,
  operations: readonly AuthorizedOperation[],
): readonly string[] {
  const declared = [...readSchemes(document).values()].flatMap(({ scopes }) => scopes);
  return [...new Set([...declared, ...neededScopes(operations)])];
}

/** The scopes that operations ask for; a scope may be there more than once. */
export function neededScopes(operations: readonly AuthorizedOperation[]): readonly string[] {
  return operations.flatMap(({ authorization }) => (authorization.token ? authorization.scopes : []));
}
