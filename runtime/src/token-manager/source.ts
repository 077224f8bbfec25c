import { createSharedTokens, type TokenStoreOptions } from "../shared-tokens.ts";
import type { TokenCacheOptions } from "../token-cache.ts";
import { TokenSource, type TokenSourceOptions } from "../token-source.ts";

/** Creates a source of tokens that heeds what other processes do with them, where there is a store to share them. */
export function createSource(
  { max, ...store }: TokenCacheOptions & TokenStoreOptions = {},
  options: Omit<TokenSourceOptions, "shared">,
): TokenSource {
  const shared = createSharedTokens(store, {
    max,
    now: options.now,
    listener: {
      onToken: (request, token) => source.follow(request, token),
      onClientInvalidated: (name) => source.dropClient(name),
    },
  });
  const source = new TokenSource({ ...options, shared });
  return source;
}
