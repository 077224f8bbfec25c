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

export interface NamedOperations {
  /** By the pointer of the operation. */
  readonly names: ReadonlyMap<string, string>;
  /** Operations that did not get the name that they ask for. */
  readonly renamed: readonly { readonly source: SourceOperation; readonly message: string }[];
}

/**
 * Names every operation by its operationId, else by its method and path.
 *
 * An operationId that can be used as it is has precedence over one that has to be changed, and that over a
 * name made from the path; among equals the first in the document wins, and the others are named by their paths.
 *
 * @param taken - type names that the file uses for something else
 */
export function nameOperations(
  sources: readonly SourceOperation[],
  taken: ReadonlySet<string>,
): NamedOperations {
  const names = new Map<string, string>();
  const types = new Set<string>();
  const renamed: { source: SourceOperation; message: string }[] = [];
  // The types of a method begin with a capital: two names that differ only in that are the same.
  const isFree = (name: string) =>
    !types.has(capitalize(name)) &&
    !taken.has(`${capitalize(name)}Input`) &&
    !taken.has(`${capitalize(name)}Result`);

  for (const source of sources.toSorted((a, b) => precedence(a) - precedence(b))) {
    const id = asString(source.operation["operationId"]) ?? "";
    const fromPath = methodNameFromPath(source.method, source.path);
    const wanted = methodName(id) || fromPath;
    const usable = isTakenMethod(wanted) ? methodName(`${wanted.replaceAll("_", "")}_`) : wanted;
    const name = isFree(usable) ? usable : firstFree(fromPath, (candidate) => !isFree(candidate));
    names.set(source.pointer, name);
    types.add(capitalize(name));
    if (name !== wanted) {
      const reason = isTakenMethod(wanted) ? "is taken" : "is another operation's method too";
      renamed.push({ source, message: `the name "${wanted}" ${reason}; the method is called "${name}"` });
    }
  }
  return { names, renamed };
}

function precedence({ operation }: SourceOperation): number {
  const id = asString(operation["operationId"]) ?? "";
  if (isIdentifier(id)) return 0;
  return methodName(id) === "" ? 2 : 1;
}
