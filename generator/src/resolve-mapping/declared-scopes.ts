import type { AuthorizedOperation } from "../model.ts";
import type { Schemes } from "./security-schemes.ts";

/** The scopes that a document declares, then those that its operations ask for without a declaration. */
export function declaredScopes(
  schemes: Schemes,
  operations: readonly AuthorizedOperation[],
): readonly string[] {
  const declared = [...schemes.values()].flatMap((scheme) =>
    scheme.by === "token" ? (scheme.declared ?? []) : [],
  );
  return [...new Set([...declared, ...neededScopes(operations)])];
}

/** The scopes that operations ask for, of one token client or of any; a scope may be there more than once. */
export function neededScopes(
  operations: readonly AuthorizedOperation[],
  tokenClient?: string,
): readonly string[] {
  return operations.flatMap(({ authorization }) => {
    if (!authorization.token) return [];
    return tokenClient === undefined || authorization.tokenClient === tokenClient ? authorization.scopes : [];
  });
}
