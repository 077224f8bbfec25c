import type { OperationAccess, TokenReach } from "../model.ts";

/**
 * Compares what a token of all scopes is good for with what tokens of the scopes of one operation are.
 *
 * @param requested - what the token client asks for; undefined: all that operations need
 * @returns undefined where no operation needs a scope, so that every token is good for all of them
 */
export function reachOf(
  operations: readonly OperationAccess[],
  requested: ReadonlySet<string> | undefined,
  isByOperation: boolean,
): TokenReach | undefined {
  const sets = scopeSets(operations);
  const needed = new Set(sets.flatMap(({ scopes }) => [...scopes]));
  if (needed.size === 0 || sets.length > MAX_SETS) return undefined;
  const all = requested ?? needed;
  // A call of an operation that declares none asks for what its token client does.
  const tokens = sets.map((set) => (set.scopes.size > 0 ? set : { ...set, scopes: all }));
  const reaches = tokens.flatMap(({ scopes, count }) => {
    const reach = sets.filter((set) => isWithin(set.scopes, scopes)).reduce((sum, set) => sum + set.count, 0);
    return Array.from({ length: count }, () => reach);
  });
  const ordered = reaches.toSorted((a, b) => a - b);
  return {
    isByOperation,
    silentOperations: operations.filter((operation) => operation.scopes.length === 0).length,
    ofClient: { scopes: all.size, operations: operations.length },
    ofOperation: {
      tokens: tokens.length,
      mostScopes: Math.max(...tokens.map(({ scopes }) => scopes.size)),
      medianOperations: ordered[Math.floor((ordered.length - 1) / 2)] ?? 0,
      mostOperations: ordered.at(-1) ?? 0,
    },
  };
}

function isWithin(scopes: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return scopes.size <= others.size && [...scopes].every((scope) => others.has(scope));
}

/** Every set is compared with every other: what a document could have more of, nobody gets tokens for. */
const MAX_SETS = 1000;

/** The sets of scopes that operations need, and how many operations need each. */
function scopeSets(operations: readonly OperationAccess[]): { scopes: ReadonlySet<string>; count: number }[] {
  const sets = new Map<string, { scopes: ReadonlySet<string>; count: number }>();
  for (const { scopes } of operations) {
    const key = JSON.stringify(scopes.toSorted());
    sets.set(key, { scopes: new Set(scopes), count: (sets.get(key)?.count ?? 0) + 1 });
  }
  return [...sets.values()];
}
