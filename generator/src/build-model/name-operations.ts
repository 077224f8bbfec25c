import { asString } from "../document.ts";
import type { SourceOperation } from "../model.ts";
import {
  capitalize,
  firstFree,
  isIdentifier,
  isTakenMethod,
  methodName,
  methodNameFromPath,
} from "../names.ts";

export interface NamedOperation<Source extends SourceOperation> {
  readonly source: Source;
  readonly name: string;
  /** Why the operation did not get the name that it asks for. */
  readonly renamed?: string;
}

/**
 * Names every operation by its operationId, else by its method and path.
 *
 * An operationId that can be used as it is has precedence over one that has to be changed, and that over a
 * name made from the path; among equals the first in the document wins, and the others are named by their paths.
 *
 * @param taken - type names that the file uses for something else
 * @returns every operation with its name, in the order given
 */
export function nameOperations<Source extends SourceOperation>(
  sources: readonly Source[],
  taken: ReadonlySet<string>,
): NamedOperation<Source>[] {
  const types = new Set<string>();
  // The types of a method begin with a capital: two names that differ only in that are the same.
  const isFree = (name: string) =>
    !types.has(capitalize(name)) &&
    !taken.has(`${capitalize(name)}Input`) &&
    !taken.has(`${capitalize(name)}Result`);

  const byPrecedence = sources
    .map((source, index) => ({ source, index }))
    .toSorted((a, b) => precedence(a.source) - precedence(b.source));
  const named = byPrecedence.map((entry) => {
    const { wanted, fromPath } = wishesOf(entry.source);
    const usable = isTakenMethod(wanted) ? methodName(`${wanted.replaceAll("_", "")}_`) : wanted;
    const name = isFree(usable) ? usable : firstFree(fromPath, (candidate) => !isFree(candidate));
    types.add(capitalize(name));
    if (name === wanted) return { ...entry, name };
    const reason = isTakenMethod(wanted) ? "is taken" : "is another operation's method too";
    return { ...entry, name, renamed: `the name "${wanted}" ${reason}; the method is called "${name}"` };
  });
  return named.toSorted((a, b) => a.index - b.index);
}

function wishesOf({ operation, method, path }: SourceOperation): { wanted: string; fromPath: string } {
  const fromPath = methodNameFromPath(method, path);
  return { wanted: methodName(asString(operation["operationId"]) ?? "") || fromPath, fromPath };
}

function precedence({ operation }: SourceOperation): number {
  const id = asString(operation["operationId"]) ?? "";
  if (isIdentifier(id)) return 0;
  return methodName(id) === "" ? 2 : 1;
}
