import { posix } from "node:path";
import { type DescribedOperation, readApi } from "./compare-api/read-api.ts";
import type { ApiChanges, ChangedPart, OperationName, OutputFile } from "./model.ts";

/** What the types and the requests of a client are made of. */
const PARTS = ["client.ts", "operations.ts", "schema.ts", "schema.d.ts"];

/**
 * Compares clients as they were generated before with what they are now, as those who call them see it: comments and the
 * order of things make no difference. Clients that are new, or are no more, are not compared.
 *
 * @param before - the output folder as it is
 * @param after - as it should be
 * @returns clients that differ, in the order of their folders
 */
export function compareApi(before: readonly OutputFile[], after: readonly OutputFile[]): ApiChanges[] {
  const old = groupByFolder(before);
  return [...groupByFolder(after)].flatMap(([folder, files]) => {
    const was = old.get(folder);
    if (was === undefined || isSame(was, files)) return [];
    const changes = compareOperations(folder, readApi(was), readApi(files));
    return isNothing(changes) ? [] : [changes];
  });
}

function groupByFolder(files: readonly OutputFile[]): Map<string, Map<string, string>> {
  const folders = new Map<string, Map<string, string>>();
  for (const { path, content } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const [folder, name] = [posix.dirname(path), posix.basename(path)];
    if (folder === "." || !PARTS.includes(name)) continue;
    const parts = folders.get(folder) ?? new Map<string, string>();
    // Both kinds of schema file are one thing here.
    folders.set(folder, parts.set(name.replace(".d.ts", ".ts"), content));
  }
  return folders;
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, content]) => b.get(name) === content);
}

type Operations = ReadonlyMap<string, DescribedOperation>;

function compareOperations(folder: string, before: Operations, after: Operations): ApiChanges {
  const added = new Map([...after].filter(([name]) => !before.has(name)));
  const removed = new Map([...before].filter(([name]) => !after.has(name)));
  const changed = [...after].flatMap(([name, now]) => {
    const was = before.get(name) ?? takeRenamed(removed, now);
    if (was === undefined) return [];
    added.delete(name);
    const parts = changedParts(was, now);
    return parts.length === 0 ? [] : [{ ...nameOf(now), parts, before: was }];
  });
  const [scopesBefore, scopesAfter] = [scopesOf(before), scopesOf(after)];
  return {
    folder,
    added: [...added.values()].map(nameOf),
    removed: [...removed.values()].map(nameOf),
    changed: changed.map(({ before: was, ...rest }) => ({ ...rest, before: nameOf(was) })),
    scopesNeeded: scopesAfter.filter((scope) => !scopesBefore.includes(scope)),
    scopesNotNeeded: scopesBefore.filter((scope) => !scopesAfter.includes(scope)),
  };
}

/** The same request by another method name. */
function takeRenamed(removed: Map<string, DescribedOperation>, now: DescribedOperation) {
  const was = [...removed.values()].find(({ method, path }) => method === now.method && path === now.path);
  if (was !== undefined) removed.delete(was.name);
  return was;
}

function changedParts(before: DescribedOperation, after: DescribedOperation): ChangedPart[] {
  const differs: Record<ChangedPart, boolean> = {
    name: before.name !== after.name,
    request: before.method !== after.method || before.path !== after.path || before.wire !== after.wire,
    input: before.input !== after.input,
    result: before.result !== after.result,
    scopes: before.scopes.toSorted().join(" ") !== after.scopes.toSorted().join(" "),
  };
  return (Object.keys(differs) as ChangedPart[]).filter((part) => differs[part]);
}

function nameOf({ name, method, path, scopes }: DescribedOperation): OperationName {
  return { name, method, path, scopes };
}

function scopesOf(operations: Operations): string[] {
  return [...new Set([...operations.values()].flatMap(({ scopes }) => scopes))].toSorted();
}

function isNothing({ folder: _, ...lists }: ApiChanges): boolean {
  return Object.values(lists).every((list) => list.length === 0);
}
