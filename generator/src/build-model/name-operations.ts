import { asString } from "../document.ts";
import type { SourceOperation } from "../model.ts";
import {
  capitalize,
  isIdentifier,
  isTakenMethod,
  lowerFirst,
  methodName,
  methodNameFromPath,
  numbered,
} from "../names.ts";
import type { Grouping, OperationGroup } from "./name-groups.ts";

export interface NamedOperation<Source extends SourceOperation> {
  readonly source: Source;
  readonly name: string;
  readonly group?: string;
  /** Unlike that of any other operation of the client: what its types are named after. */
  readonly key: string;
  /** Why the operation did not get the name that it asks for. */
  readonly renamed?: string;
}

/** The types of a method end in these; none in a word that methods do: `getItemStream` may be one beside `getItem`. */
export const TYPE_SUFFIXES = { input: "Input", result: "Result", streamed: "Streamed" } as const;

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
  // Groups stand beside the methods of the client.
  const members = new Set(groups.map(({ name }) => name));
  const types = new Set<string>();
  // The types of a method begin with a capital: two names that differ only in that are the same.
  const isFree = (name: string, group?: string) => {
    const type = capitalize(keyOf(name, group));
    const own = Object.values(TYPE_SUFFIXES).map((suffix) => type + suffix);
    return (
      !types.has(type) && !own.some((name) => taken.has(name)) && (group !== undefined || !members.has(name))
    );
  };
  // What was taken stays so: a thousand operations of one name need not try the same numbers again.
  const tried = new Map<string, number>();
  const firstFreeName = (wish: string, group?: string): string => {
    const key = keyOf(wish, group);
    for (let count = tried.get(key) ?? 1; ; count += 1) {
      const name = numbered(wish, count);
      tried.set(key, count);
      if (isFree(name, group)) return name;
    }
  };
  const byPrecedence = sources
    .map((source, index) => ({ source, index, wish: wishOf(source, groupOf(source)) }))
    .toSorted((a, b) => a.wish.precedence - b.wish.precedence);
  const named = byPrecedence.map(({ source, index, wish }) => {
    const { wanted, fromPath, group } = wish;
    const usable = isTakenMethod(wanted) ? methodName(`${wanted.replaceAll("_", "")}_`) : wanted;
    const name = isFree(usable, group) ? usable : firstFreeName(fromPath, group);
    const key = keyOf(name, group);
    types.add(capitalize(key));
    const entry = { source, index, name, key, ...(group !== undefined && { group }) };
    return name === wanted ? entry : { ...entry, renamed: whyRenamed(wanted, name) };
  });
  return named.toSorted((a, b) => a.index - b.index);
}

function keyOf(name: string, group: string | undefined): string {
  return group === undefined ? name : group + capitalize(name);
}

function whyRenamed(wanted: string, name: string): string {
  const reason = isTakenMethod(wanted) ? "is taken" : "is another operation's method too";
  return `the name "${wanted}" ${reason}; the method is called "${name}"`;
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
    wanted: name || fromPath,
    fromPath,
    ...(group !== undefined && { group: group.name }),
    precedence: name === "" ? 2 : precedence,
  };
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
