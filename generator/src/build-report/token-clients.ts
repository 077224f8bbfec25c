import type {
  CallAccess,
  ClientAccess,
  OperationAccess,
  ScopeAccess,
  TokenClientAccess,
  TokenClientMapping,
} from "../model.ts";
import { requestedScopes } from "../requested-scopes.ts";
import { shownLocation } from "../shown-location.ts";
import { countEffects } from "./effect-counts.ts";
import { reachOf } from "./reach.ts";

/** What a token client asks for, what operations need of that, and which it goes to. */
export function tokenClientAccess(
  name: string,
  mapping: TokenClientMapping,
  apis: readonly ClientAccess[],
): TokenClientAccess {
  const { issuer, tokenEndpoint, audience, resource = [] } = mapping;
  const requested = requestedScopes(mapping);
  const takes = (operation: OperationAccess) => operation.tokenClient === name;
  const operations = apis.flatMap((api) => api.operations.filter(takes));
  const callers = apis.filter((api) => api.operations.some(takes));
  const reach = reachOf(
    operations,
    requested,
    callers.every(({ isByOperation }) => isByOperation),
  );
  return {
    name,
    ...(issuer !== undefined && { issuer }),
    ...(tokenEndpoint !== undefined && { tokenEndpoint: shownLocation(tokenEndpoint) }),
    resources: [resource].flat(),
    ...(audience !== undefined && { audience }),
    ...(requested !== undefined && { requested: [...requested] }),
    scopes: scopesOf(operations, requested ?? new Set()),
    calls: apis.flatMap((api) => callsOf(name, api)),
    ...(reach !== undefined && { reach }),
  };
}

function scopesOf(operations: readonly OperationAccess[], requested: ReadonlySet<string>): ScopeAccess[] {
  const byScope = new Map<string, OperationAccess[]>([...requested].map((scope) => [scope, []]));
  for (const operation of operations) {
    for (const scope of operation.scopes) {
      const needing = byScope.get(scope) ?? [];
      needing.push(operation);
      byScope.set(scope, needing);
    }
  }
  // Operations that name no scopes at all say nothing of what they need.
  const isKnown = operations.length === 0 || operations.some(({ scopes }) => scopes.length > 0);
  return [...byScope].map(([name, needing]) => ({
    name,
    needed: needing.length > 0 ? "yes" : isKnown ? "no" : "unknown",
    operations: countEffects(needing),
  }));
}

function callsOf(name: string, { name: client, operations, tokenClients }: ClientAccess): CallAccess[] {
  const calls = operations.filter(({ tokenClient }) => tokenClient === name);
  const couldCall = operations.filter(({ couldBeCalledBy }) => couldBeCalledBy.includes(name));
  if (calls.length + couldCall.length === 0 && !tokenClients.includes(name)) return [];
  return [{ client, calls: countEffects(calls), couldCall: countEffects(couldCall) }];
}
