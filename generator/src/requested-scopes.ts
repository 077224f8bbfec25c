import type { TokenClientMapping } from "./model.ts";

/** What a token client asks for; undefined where the config leaves it to the server, or to run time. */
export function requestedScopes(mapping: TokenClientMapping | undefined): ReadonlySet<string> | undefined {
  const scope = mapping?.scope;
  if (scope === undefined) return undefined;
  return new Set([scope].flat().flatMap((text) => text.split(/\s+/).filter(Boolean)));
}
