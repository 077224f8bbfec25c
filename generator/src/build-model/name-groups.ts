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
  const described = new Map(
    asArray(spec.document["tags"]).map((tag) => [
      asObject(tag)["name"],
      asString(asObject(tag)["description"]),
    ]),
  );
  const tagsOf = new Map<string, string[]>();
  const nameOf = new Map<string, string>();
  const warnings: Diagnostic[] = [];
  for (const { tags, pointer } of spec.operations) {
    const [tag] = tags;
    if (tag === undefined || nameOf.has(tag)) continue;
    const name = usableName(groupName(tag));
    const others = [...tagsOf].find(([known]) => known.toLowerCase() === name.toLowerCase());
    nameOf.set(tag, others?.[0] ?? name);
    const message = problemOf(tag, name, others);
    if (message !== undefined)
      warnings.push(diagnosticAt(spec.locate(pointer), { severity: "warning", pointer, ...message }));
    if (name !== "") tagsOf.set(others?.[0] ?? name, [...(others?.[1] ?? []), tag]);
  }
  const groups = [...tagsOf].map(([name, tags]): GroupModel => {
    const description = tags.map((tag) => described.get(tag)?.trim()).find(Boolean);
    return { name, className: `${base}${capitalize(name)}Group`, ...(description && { description }) };
  });
  const groupOf = ({ tags: [tag = ""] }: SourceOperation) => {
    const name = nameOf.get(tag);
    return name ? { name, tag } : undefined;
  };
  return { groups, groupOf, warnings };
}

function usableName(name: string): string {
  return isTakenMethod(name) ? `${name.replaceAll("_", "")}_` : name;
}

function problemOf(tag: string, name: string, others: readonly [string, readonly string[]] | undefined) {
  const quoted = JSON.stringify(tag);
  if (name === "") {
    return {
      message: `nothing of the tag ${quoted} can be a name; the method is on the client itself`,
      fix: "rename the tag",
    };
  }
  if (others !== undefined) {
    const [group, [first = ""]] = others;
    return {
      message: `the tags ${quoted} and ${JSON.stringify(first)} are one group, "${group}"`,
      fix: "write them alike, or rename one",
    };
  }
  if (name === groupName(tag)) return undefined;
  return {
    message: `the name "${groupName(tag)}" is taken; the group is called "${name}"`,
    fix: "rename the tag",
  };
}
