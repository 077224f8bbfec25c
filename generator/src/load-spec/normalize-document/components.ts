import {
  asArray,
  asObject,
  formatPointer,
  type JsonObject,
  own,
  parsePointer,
  refOf,
} from "../../document.ts";
import type { OperationSelection } from "../select-operations.ts";
import { normalizeRequestBody, normalizeResponse } from "./bodies.ts";
import { type ComponentNames, isPureRef, KINDS, type Kind } from "./component-names.ts";
import { normalizeHeader } from "./content.ts";
import type { Origins } from "./origins.ts";
import { normalizeParameter } from "./parameters.ts";
import type { Target } from "./resolve-ref.ts";
import { normalizeSchema } from "./schemas.ts";
import type { Normalize, Walk } from "./walk.ts";

const OTHERS: Readonly<Record<Exclude<Kind, "schemas">, Normalize>> = {
  responses: normalizeResponse,
  parameters: normalizeParameter,
  requestBodies: normalizeRequestBody,
  headers: normalizeHeader,
};

export interface ComponentsOptions {
  readonly names: ComponentNames;
  /** Told of every component that is hoisted. */
  readonly origins: Origins;
  readonly selection: OperationSelection;
}

/** A component that the document itself names, and where it is. */
interface OwnComponent {
  readonly kind: Kind;
  readonly name: string;
  readonly target: Target;
}

/** In the order of the document; all of a kind may be in another file. */
function ownComponents(walk: Walk): OwnComponent[] {
  return KINDS.flatMap((kind) =>
    walk.visitPart(["components", kind], (group) =>
      Object.keys(asObject(group))
        .filter((name) => name !== "")
        .map((name) => ({ kind, name, target: walk.within(name, () => walk.target(own(group, name))) })),
    ),
  );
}

/** A component that is nothing but a reference to another place is how the document calls what is there. */
export function adoptNames(walk: Walk, { names }: ComponentsOptions): void {
  for (const { kind, name, target } of ownComponents(walk)) {
    const { value } = target;
    const content = isPureRef(value) ? walk.at(target, () => walk.resolve(kind, refOf(value) ?? "")) : target;
    if (content === undefined || names.ownName(kind, content.file, content.parts) !== undefined) continue;
    names.adopt(kind, name, { file: content.file, pointer: formatPointer(content.parts) });
  }
}

/** A component of the normalised document, and where it came from. */
interface NormalComponent extends OwnComponent {
  readonly value: JsonObject;
}

/**
 * Normalises the components that operations use, and all the others too if no operation was left out: users want
 * their types.
 */
export function normalizeComponents(walk: Walk, options: ComponentsOptions): JsonObject {
  const { names, origins, selection } = options;
  const own = ownComponents(walk);
  if (!selection.isPartial) visitComponents(walk, names, own);
  const found: NormalComponent[] = normalizeSchemas(
    walk,
    names,
    selection.isPartial ? childrenIn(own) : new Map(),
  );
  for (const { value, ...component } of walk.others()) if (value) found.push({ ...component, value });
  for (const { kind, name, target } of found)
    if (names.ownName(kind, target.file, target.parts) !== name) origins.addComponent(kind, name, target);
  const groups = KINDS.map((kind): [string, JsonObject] => {
    const isOfKind = (component: OwnComponent) => component.kind === kind;
    return [kind, inOrder(found.filter(isOfKind), own.filter(isOfKind))];
  });
  return Object.fromEntries(groups.filter(([, group]) => Object.keys(group).length > 0));
}

/** @param children - of a schema that has a discriminator, those that come with it */
function normalizeSchemas(
  walk: Walk,
  names: ComponentNames,
  children: ReadonlyMap<string, readonly OwnComponent[]>,
): NormalComponent[] {
  const found: NormalComponent[] = [];
  // Schemas that are come by on the way are added to the map, and so visited as well.
  for (const [name, reached] of walk.schemas) {
    const target = contentOf(walk, names, name, reached);
    const value = walk.at(target, () => normalizeSchema(walk, target.value));
    found.push({ kind: "schemas", name, target, value });
    if (value["discriminator"] !== undefined)
      for (const child of children.get(name) ?? []) visitSchema(walk, names, child);
  }
  return found;
}

function visitComponents(walk: Walk, names: ComponentNames, components: readonly OwnComponent[]): void {
  for (const component of components) {
    const { kind, target } = component;
    const ref = refOf(target.value);
    if (kind === "schemas") visitSchema(walk, names, component);
    else if (ref === undefined) walk.componentAt(kind, target, OTHERS[kind]);
    else walk.at(target, () => walk.component(kind, ref, OTHERS[kind]));
  }
}

function visitSchema(walk: Walk, names: ComponentNames, { target }: OwnComponent): void {
  const name = names.of("schemas", target.file, target.parts);
  if (!walk.schemas.has(name)) walk.schemas.set(name, target);
}

/** Schemas that extend others, by the name of the other: a value of that can be one of them, though none refers to it. */
function childrenIn(components: readonly OwnComponent[]): Map<string, OwnComponent[]> {
  const children = new Map<string, OwnComponent[]>();
  for (const component of components) {
    if (component.kind !== "schemas") continue;
    for (const member of asArray(own(component.target.value, "allOf"))) {
      const parent = parsePointer(refOf(member) ?? "")?.at(-1);
      if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), component]);
    }
  }
  return children;
}

/** What a component holds that is nothing but a reference, and gave its name to what it refers to. */
function contentOf(walk: Walk, names: ComponentNames, name: string, target: Target): Target {
  if (!isPureRef(target.value)) return target;
  const content = walk.at(target, () => walk.resolve("schemas", refOf(target.value) ?? ""));
  if (content === undefined || names.of("schemas", content.file, content.parts) !== name) return target;
  return names.ownName("schemas", content.file, content.parts) === undefined ? content : target;
}

/** Those of the document itself as it has them, then the others. */
function inOrder(components: readonly NormalComponent[], order: readonly OwnComponent[]): JsonObject {
  const byName = new Map(components.map(({ name, value }) => [name, value]));
  const own = order.flatMap(({ name }): [string, JsonObject][] => {
    const value = byName.get(name);
    byName.delete(name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries([...own, ...byName]);
}
