import { asArray, asObject, asString } from "../document.ts";
import { type Diagnostic, diagnosticAt } from "../errors.ts";
import type { GroupModel, LoadedSpec, SourceOperation } from "../model.ts";
import { capitalize, groupName, isTakenMethod } from "../names.ts";

/** The groups of a client, and which of them an operation belongs to. */
export interface Grouping {
  readonly groups: readonly GroupModel[];
  /** Undefined for an operation that is a method of the client itself. */
  readonly groupOf: (source: SourceOperation) => OperationGroup | undefined;
  readonly warnings: readonly Diagnostic[];
}

export interface OperationGroup {
  readonly name: string;
  /** As the operation has it. */
  readonly tag: string;
}

/** Without groups: every operation is a method of the client. */
export const UNGROUPED: Grouping = { groups: [], groupOf: () => undefined, warnings: [] };

/**
 * Groups operations by the first of their tags, so that each is in one place. Those without a tag, or with one of
 * which nothing can be used in a name, stay on the client. Tags that differ in nothing but case and punctuation
 * are one group.
 *
 * @param base - what the names of the groups' classes begin with
 */
export function groupByTag(spec: LoadedSpec, base: string): Grouping {
  const firstUses = firstUsesOf(spec);
  const alike = Map.groupBy(firstUses.keys(), (tag) => nameFor(tag).toLowerCase());
  const named = [...alike].flatMap(([key, tags]) => (key === "" ? [] : [{ name: nameFor(tags[0]), tags }]));
  const descriptions = descriptionsIn(spec);
  const nameOf = new Map(named.flatMap(({ name, tags }) => tags.map((tag) => [tag, name])));
  return {
    groups: named.map(({ name, tags }) => {
      const description = tags.map((tag) => descriptions.get(tag)).find(Boolean);
      return { name, className: `${base}${capitalize(name)}Group`, ...(description && { description }) };
    }),
    groupOf: ({ tags: [tag = ""] }) => {
      const name = nameOf.get(tag);
      return name === undefined ? undefined : { name, tag };
    },
    warnings: [...firstUses].flatMap(([tag, pointer]) => {
      const problem = problemOf(tag, alike.get(nameFor(tag).toLowerCase()));
      if (problem === undefined) return [];
      return [diagnosticAt(spec.locate(pointer), { severity: "warning", pointer, ...problem })];
    }),
  };
}

/** The first tags of operations, each with the first operation that has it. */
function firstUsesOf({ operations }: LoadedSpec): ReadonlyMap<string, string> {
  const uses = new Map<string, string>();
  for (const { tags, pointer } of operations) {
    const [tag] = tags;
    if (tag !== undefined && !uses.has(tag)) uses.set(tag, `${pointer}/tags/0`);
  }
  return uses;
}

/** Empty when nothing of the tag can be used; what every client has gets a `_` added. */
function nameFor(tag = ""): string {
  const name = groupName(tag);
  return isTakenMethod(name) ? `${name.replaceAll("_", "")}_` : name;
}

/** Tags to what the document says of them. */
function descriptionsIn({ document }: LoadedSpec): ReadonlyMap<unknown, string> {
  const tags = asArray(document["tags"]).map(asObject);
  return new Map(tags.map(({ name, description }) => [name, asString(description)?.trim() ?? ""]));
}

/** @param alike - the tags of its group, this one among them */
function problemOf(tag: string, [first = tag]: readonly string[] = []) {
  const quoted = JSON.stringify(tag);
  if (nameFor(tag) === "") {
    return {
      message: `nothing of the tag ${quoted} can be a name; the method is on the client itself`,
      fix: "rename the tag",
    };
  }
  if (first === tag) return undefined;
  return {
    message: `the tags ${quoted} and ${JSON.stringify(first)} are one group, "${nameFor(first)}"`,
    fix: "write them alike, or rename one",
  };
}
