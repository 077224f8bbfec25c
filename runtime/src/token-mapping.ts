import { invalidOption } from "./errors.ts";
import type { TokenClient } from "./token-client.ts";

/** The part of a definition that may be committed: no credentials. */
export type TokenClientMapping = Pick<
  TokenClient,
  "tokenEndpoint" | "issuer" | "scope" | "resource" | "audience" | "parameters"
>;

/** What is added to the mapping at run time; anything given here replaces the mapping's value. */
export type TokenClientCredentials = Partial<TokenClient> & Pick<TokenClient, "clientId">;

/** Lays credentials over the mapping, for any subset of its names. */
export type TokenClientsFunction<Name extends string> = <Given extends Name>(
  credentials: Readonly<Record<Given, TokenClientCredentials>>,
) => Record<Given, TokenClient>;

/**
 * Returns the function that a generated `token-clients.ts` exports: it lays credentials over the mapping.
 *
 * A subset of the names is fine. A given `tokenEndpoint` or `issuer` replaces the mapping's pair as one; undefined
 * counts as not given.
 */
export function bindTokenClients<Name extends string>(
  mapping: Readonly<Record<Name, TokenClientMapping>>,
): TokenClientsFunction<Name> {
  return <Given extends Name>(credentials: Readonly<Record<Given, TokenClientCredentials>>) => {
    const merged = Object.entries<TokenClientCredentials>(credentials).map(([name, credentials]) => {
      if (!Object.hasOwn(mapping, name)) {
        const known = Object.keys(mapping).join(", ");
        throw invalidOption(`token client "${name}"`, `is not in the mapping, which has: ${known}`);
      }
      const { tokenEndpoint, issuer, ...mapped } = mapping[name as Given];
      const given = omitUndefined(credentials);
      const replaced = given.tokenEndpoint !== undefined || given.issuer !== undefined;
      const server = replaced ? {} : { ...(tokenEndpoint && { tokenEndpoint }), ...(issuer && { issuer }) };
      return [name, { ...mapped, ...server, ...given }];
    });
    return Object.fromEntries(merged) as Record<Given, TokenClient>;
  };
}

function omitUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
