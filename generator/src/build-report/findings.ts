import type {
  AccessFinding,
  ClientAccess,
  FindingKind,
  OperationAccess,
  TokenClientAccess,
} from "../model.ts";

/** What is to be mended or known, the worst first. */
export function findAll(
  tokenClients: readonly TokenClientAccess[],
  apis: readonly ClientAccess[],
): readonly AccessFinding[] {
  const findings = [
    ...apis.flatMap(ofClient),
    ...tokenClients.flatMap((tokenClient) => [
      ...ofTokenClient(tokenClient),
      ...apis.flatMap((api) => ofOther(tokenClient, api)),
    ]),
  ];
  return findings.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Of one level, the earlier are the worse. */
const ORDER: readonly FindingKind[] = [
  "undeclared-security",
  "public",
  "optional",
  "any-token",
  "unneeded-scopes",
  "other-token-client",
  "unused-token-client",
  "deprecated",
  "open-scope",
  "lost-token",
  "shared-token-client",
  "without-token",
];

function rankOf({ kind, level }: AccessFinding): number {
  return (level === "warning" ? 0 : ORDER.length) + ORDER.indexOf(kind);
}

/** What several operations of a client have in common. */
const OF_OPERATIONS = [
  "undeclared-security",
  "public",
  "optional",
  "any-token",
  "deprecated",
  "without-token",
] as const satisfies readonly FindingKind[];

/** Where nothing can be changed, and where it is guarded all the same, it is to be known and no more. */
function ofClient({ name: client, operations }: ClientAccess): AccessFinding[] {
  return OF_OPERATIONS.flatMap((kind): AccessFinding[] => {
    const meant = operations.filter(({ findings }) => findings.includes(kind));
    if (meant.length === 0) return [];
    const changing = countChanging(meant);
    const isHarmless = changing === 0 || kind === "deprecated" || kind === "without-token";
    const level = isHarmless && kind !== "undeclared-security" ? "note" : "warning";
    return [{ kind, level, client, scopes: [], operations: idsOf(meant), changing }];
  });
}

function ofTokenClient({ name: tokenClient, requested, scopes, calls, reach }: TokenClientAccess) {
  const find = (kind: FindingKind, level: AccessFinding["level"], names: readonly string[] = []) => {
    return { kind, level, tokenClient, scopes: names, operations: [], changing: 0 } satisfies AccessFinding;
  };
  const called = calls.filter((entry) => entry.calls.read + entry.calls.change + entry.calls.delete > 0);
  if (called.length === 0) return [find("unused-token-client", "warning", requested)];
  const unneeded = scopes.filter(({ needed }) => needed === "no").map(({ name }) => name);
  const needed = scopes.filter((scope) => scope.needed === "yes").map(({ name }) => name);
  return [
    unneeded.length > 0 ? find("unneeded-scopes", "warning", unneeded) : [],
    requested === undefined ? find("open-scope", "note", needed) : [],
    reach && !reach.isByOperation && reach.ofOperation.medianOperations < reach.ofClient.operations
      ? find("lost-token", "note")
      : [],
    called.length > 1 ? find("shared-token-client", "note") : [],
  ].flat();
}

/** A token client that could call what none of its clients does. */
function ofOther({ name: tokenClient }: TokenClientAccess, { name: client, operations }: ClientAccess) {
  const meant = operations.filter(({ couldBeCalledBy }) => couldBeCalledBy.includes(tokenClient));
  if (meant.length === 0) return [];
  const scopes = [...new Set(meant.flatMap((operation) => operation.scopes))];
  const finding = { kind: "other-token-client", level: "warning", tokenClient, client, scopes } as const;
  return [{ ...finding, operations: idsOf(meant), changing: countChanging(meant) }];
}

function idsOf(operations: readonly OperationAccess[]): string[] {
  return operations.map(({ id }) => id);
}

function countChanging(operations: readonly OperationAccess[]): number {
  return operations.filter(({ effect }) => effect !== "read").length;
}
