import createClient, { type Client, defaultPathSerializer } from "openapi-fetch";
import { getReplayableRequest } from "../authenticated-fetch.ts";
import { assertNoDotSegment, assertPathValues } from "../serialize.ts";
import type { TokenManager } from "../token-manager.ts";
import type { Base } from "./addresses.ts";
import type { AnyClientOptions } from "./options.ts";

/** Creates an openapi-fetch client whose calls all have the token of one token client. */
export function createPathsClient<Paths extends object>(
  tokens: TokenManager,
  tokenClient: string,
  { base, options }: { readonly base: Base; readonly options: AnyClientOptions },
): Client<Paths> {
  const { dispatcher, allowedOrigins, headers } = options;
  const fetch = tokens.fetch(tokenClient, {
    baseUrl: base.origin,
    ...(dispatcher && { dispatcher }),
    ...(allowedOrigins && { allowedOrigins }),
  });
  return createClient<Paths>({
    baseUrl: base.origin + base.path,
    fetch,
    Request: getReplayableRequest(),
    redirect: "manual",
    pathSerializer: serializePath,
    ...(headers && { headers }),
  });
}

/** openapi-fetch's own, made to refuse what would call another operation: a missing value, a dot segment. */
function serializePath(template: string, values: Record<string, unknown>): string {
  assertPathValues(template, values);
  const path = defaultPathSerializer(template, values);
  assertNoDotSegment(path, template);
  return path;
}
