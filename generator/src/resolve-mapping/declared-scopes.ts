import type { Authorization, LoadedSpec } from "../model.ts";
import { readSchemes } from "./security-schemes.ts";

/** The scopes that a document declares, then those that its operations ask for without a declaration. */
export function declaredScopes(
  spec: LoadedSpec,
  authorizations: ReadonlyMap<string, Authorization>,
): readonly string[] {
  const declared = [...readSchemes(spec.document).values()].flatMap(({ scopes }) => scopes);
  const needed = [...authorizations.values()].flatMap((entry) => (entry.token ? entry.scopes : []));
  return [...new Set([...declared, ...needed])];
}
