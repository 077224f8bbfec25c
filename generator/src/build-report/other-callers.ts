import type { ClientAccess, Config, OperationAccess, TokenClientMapping } from "../model.ts";
import { requestedScopes } from "../requested-scopes.ts";

type TokenClients = Config["tokenClients"];

/**
 * Adds to every operation the token clients whose tokens would do there too, though no generated client sends one: they
 * come from the same authorization server, for the same audience or for any, with every scope that it needs.
 */
export function addOtherCallers(
  tokenClients: TokenClients,
  apis: readonly ClientAccess[],
): readonly ClientAccess[] {
  const known = knownCallers(apis);
  const holders = new Holders(tokenClients);
  return apis.map((api) => ({
    ...api,
    operations: api.operations.map((operation) => {
      if (operation.tokenClient === undefined || operation.guard === "undeclared") return operation;
      const callers = known.get(placeOf(api, operation));
      const others = holders.of(operation.tokenClient, operation.scopes);
      const couldBeCalledBy = others.filter((name) => !callers?.has(name));
      if (couldBeCalledBy.length === 0) return operation;
      return { ...operation, couldBeCalledBy, findings: [...operation.findings, "other-token-client"] };
    }),
  }));
}

/** Several clients may be made of one document, each with tokens of its own. */
function knownCallers(apis: readonly ClientAccess[]): ReadonlyMap<string, ReadonlySet<string>> {
  const callers = new Map<string, Set<string>>();
  for (const api of apis) {
    for (const operation of api.operations) {
      if (operation.tokenClient === undefined) continue;
      const place = placeOf(api, operation);
      callers.set(place, (callers.get(place) ?? new Set()).add(operation.tokenClient));
    }
  }
  return callers;
}

function placeOf({ spec }: ClientAccess, { method, path }: OperationAccess): string {
  return JSON.stringify([spec, method, path]);
}

/** Which token clients have tokens like those of another. */
class Holders {
  readonly #tokenClients: TokenClients;
  readonly #found = new Map<string, readonly string[]>();

  constructor(tokenClients: TokenClients) {
    this.#tokenClients = tokenClients;
  }

  /** Thousands of operations need the same few sets of scopes. */
  of(tokenClient: string, scopes: readonly string[]): readonly string[] {
    const key = JSON.stringify([tokenClient, ...scopes]);
    const found = this.#found.get(key) ?? this.#find(tokenClient, scopes);
    this.#found.set(key, found);
    return found;
  }

  #find(tokenClient: string, scopes: readonly string[]): readonly string[] {
    const own = this.#tokenClients[tokenClient];
    if (own === undefined) return [];
    return Object.entries(this.#tokenClients)
      .filter(([name, other]) => name !== tokenClient && isAlike(own, other))
      .filter(([, other]) => {
        const requested = requestedScopes(other);
        return requested !== undefined && scopes.every((scope) => requested.has(scope));
      })
      .map(([name]) => name);
  }
}

function isAlike(own: TokenClientMapping, other: TokenClientMapping): boolean {
  return (
    serversOf(own).some((server) => serversOf(other).some((candidate) => isSameServer(server, candidate))) &&
    (other.audience === undefined || other.audience === own.audience) &&
    coversResources(own, other) &&
    JSON.stringify(sorted(own.parameters)) === JSON.stringify(sorted(other.parameters))
  );
}

function serversOf({ issuer, tokenEndpoint }: TokenClientMapping): string[] {
  return [issuer ?? [], tokenEndpoint ?? []].flat().map((url) => url.replace(/\/+$/, ""));
}

/** An issuer's endpoints are below it, on most servers. */
function isSameServer(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/** A token for no resource in particular may be good for any. */
function coversResources(own: TokenClientMapping, other: TokenClientMapping): boolean {
  const offered = [other.resource ?? []].flat();
  const wanted = [own.resource ?? []].flat();
  return (
    offered.length === 0 || (wanted.length > 0 && wanted.every((resource) => offered.includes(resource)))
  );
}

function sorted(parameters: Readonly<Record<string, string>> = {}): [string, string][] {
  return Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
