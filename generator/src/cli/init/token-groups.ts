import type { SourceOperation } from "../../model.ts";
import { rankOf, type TokenScheme, type TokenServer } from "./token-schemes.ts";

/** The security schemes that tokens of one server satisfy: a token client. */
export interface TokenGroup {
  /** Those that name the server first; empty where the document says nothing of security. */
  readonly schemes: readonly TokenScheme[];
  readonly server?: TokenServer;
}

export interface TokenGroups {
  /** The first is for most operations; empty where none takes a token. */
  readonly groups: readonly TokenGroup[];
  /** Whether the mapping has to say which scheme is whose. */
  readonly isByScheme: boolean;
}

/**
 * Finds which token clients the operations of a document need: one, unless some can be called with nothing but the
 * tokens of another server.
 */
export function groupTokenSchemes(
  schemes: readonly TokenScheme[],
  operations: readonly SourceOperation[],
): TokenGroups {
  const required = new Set(operations.flatMap((operation) => alternativesOf(operation).flat()));
  const isUsed = ({ name }: TokenScheme) => required.has(name);
  const ofTokens = schemes.filter(({ kind }) => kind !== "key");
  const used = ofTokens.filter(isUsed);
  if (used.length > 0) return groupUsed(used, operations);
  // Where a document says nothing, a token is sent.
  if (operations.some(({ security }) => security === undefined)) {
    const { groups } = groupUsed(ofTokens, []);
    return { groups: groups.length > 0 ? groups.slice(0, 1) : [{ schemes: [] }], isByScheme: false };
  }
  const keys = schemes.filter(isUsed);
  return { groups: keys.length > 0 ? [{ schemes: keys }] : [], isByScheme: true };
}

function groupUsed(schemes: readonly TokenScheme[], operations: readonly SourceOperation[]): TokenGroups {
  const ranked = schemes.toSorted((a, b) => rankOf(a) - rankOf(b));
  const byServer = Object.values(Object.groupBy(ranked, ({ server }) => JSON.stringify(server ?? "")));
  const known = byServer.flatMap((group = []) => (group[0]?.server ? [group] : []));
  if (known.length < 2) return { groups: ranked.length > 0 ? [toGroup(ranked)] : [], isByScheme: false };
  const counted = known.toSorted(
    (a, b) => bestRank(a) - bestRank(b) || countOf(b, operations) - countOf(a, operations),
  );
  const [first = [], ...others] = counted;
  const unknown = ranked.filter(({ server }) => server === undefined);
  const chosen = [[...first, ...unknown]];
  for (const group of others) {
    const isCovered = (operation: SourceOperation) => takes(chosen.flat(), operation);
    if (operations.some((operation) => !isCovered(operation) && takes(group, operation))) chosen.push(group);
  }
  return { groups: chosen.map(toGroup), isByScheme: true };
}

function toGroup(schemes: readonly TokenScheme[]): TokenGroup {
  const naming = schemes.filter((scheme) => scheme.server !== undefined);
  const others = schemes.filter((scheme) => scheme.server === undefined);
  const server = naming[0]?.server;
  return { schemes: [...naming, ...others], ...(server !== undefined && { server }) };
}

function bestRank(schemes: readonly TokenScheme[]): number {
  return Math.min(...schemes.map(rankOf));
}

function countOf(schemes: readonly TokenScheme[], operations: readonly SourceOperation[]): number {
  return operations.filter((operation) => takes(schemes, operation)).length;
}

/** Whether an operation can be called with a token of one of these schemes. */
function takes(schemes: readonly TokenScheme[], operation: SourceOperation): boolean {
  return alternativesOf(operation).some((names) => schemes.some(({ name }) => names.includes(name)));
}

/** Names of schemes, all of which are needed in each. */
function alternativesOf({ security = [] }: SourceOperation): string[][] {
  return security.map((requirement) => Object.keys(requirement).map(nameOf));
}

/** Since OpenAPI 3.2 a scheme may also be named by its URI. */
function nameOf(key: string): string {
  return key.replace(/^#\/components\/securitySchemes\//, "");
}
