import { asString } from "../document.ts";
import type { SourceOperation } from "../model.ts";
import { isIdentifier, isTakenMethod, lowerFirst, methodName, methodNameFromPath } from "../names.ts";
import { MethodNames } from "./method-names.ts";
import type { Grouping, OperationGroup } from "./name-groups.ts";

export interface NamedOperation<Source extends SourceOperation> {
  readonly source: Source;
  readonly name: string;
  readonly group?: string;
  /** Unlike that of any other operation of the client: what its types are named after. */
  readonly key: string;
  /** Why the operation did not get the name that it asks for, where that depends on what else the document has. */
  readonly renamed?: string;
}

/**
 * Names every operation by its operationId, else by its method and path.
 *
 * An operationId that can be used as it is has precedence over one that has to be changed, and that over a
 * name made from the path; among equals the first in the document wins, and the others are named by their paths.
 * So nothing that is added takes an operationId's name away but the same one further up.
 *
 * @param taken - type names that the client uses for something else
 * @returns every operation with its name, in the order given
 */
export function nameOperations<Source extends SourceOperation>(
  sources: readonly Source[],
  { groups, groupOf }: Grouping,
  taken: ReadonlySet<string>,
): NamedOperation<Source>[] {
  const names = new MethodNames(
    groups.map(({ name }) => name),
    taken,
  );
  const wishes = sources.map((source, index) => ({ source, index, ...wishOf(source, groupOf(source)) }));
  const inTurn = wishes.toSorted((a, b) => a.precedence - b.precedence);
  const named = inTurn.map(({ source, index, ...wish }) => ({ index, source, ...grant(wish, names) }));
  return named.toSorted((a, b) => a.index - b.index);
}

function grant(
  { wanted, fromPath, group }: Wish,
  names: MethodNames,
): Omit<NamedOperation<SourceOperation>, "source"> {
  const obstacle = names.obstacleTo(wanted, group);
  const name = obstacle === undefined ? wanted : names.firstFree(fromPath, group);
  const key = names.take(name, group);
  const granted = { name, key, ...(group !== undefined && { group }) };
  if (obstacle === undefined) return granted;
  return { ...granted, renamed: `the name "${wanted}" ${obstacle}; the method is called "${name}"` };
}

interface Wish {
  readonly wanted: string;
  readonly fromPath: string;
  readonly group?: string;
  /** The lower goes first. */
  readonly precedence: number;
}

function wishOf({ operation, method, path }: SourceOperation, group: OperationGroup | undefined): Wish {
  const fromPath = methodNameFromPath(method, path);
  const id = asString(operation["operationId"]) ?? "";
  const own = group === undefined ? id : withoutTag(id, group.tag);
  const name = methodName(own);
  const precedence = isIdentifier(own) ? 0 : 1;
  return {
    wanted: usableName(name || fromPath),
    fromPath,
    ...(group !== undefined && { group: group.name }),
    precedence: name === "" ? 2 : precedence,
  };
}

/** What every client has gets a `_` added. */
function usableName(name: string): string {
  return isTakenMethod(name) ? methodName(`${name.replaceAll("_", "")}_`) : name;
}

/** `orders/list`, `orders_list` and `ordersList` are all `list` among the orders. */
function withoutTag(id: string, tag: string): string {
  const letters = (tag.match(WORD) ?? []).join("").toLowerCase();
  let length = 0;
  let read = "";
  for (const letter of id) {
    if (read.length >= letters.length) break;
    if (WORD_LETTER.test(letter)) read += letter.toLowerCase();
    length += letter.length;
  }
  const rest = id.slice(length);
  const name = rest.replace(/^[^\p{L}\p{N}]+/u, "");
  const isApart = name !== rest || /^\p{Lu}/u.test(rest);
  return letters !== "" && read === letters && isApart && name !== "" ? lowerFirst(name) : id;
}

const WORD = /[\p{L}\p{N}]+/gu;
const WORD_LETTER = /[\p{L}\p{N}]/u;
