import { asObject, asString, formatPointer, isObject, type JsonObject, own, refOf } from "../document.ts";
import type { SourceOperation } from "../model.ts";
import { normalizeRequestBody, normalizeResponse } from "./bodies.ts";
import { ComponentNames, isPureRef, KINDS, type Kind } from "./component-names.ts";
import { normalizeHeader } from "./content.ts";
import { cutCycles } from "./cut-cycles.ts";
import type { Findings } from "./findings.ts";
import { normalizeParameter } from "./parameters.ts";
import { normalizePaths } from "./paths.ts";
import type { Target } from "./resolve-ref.ts";
import { normalizeSchema } from "./schemas.ts";
import { normalizeSecurity, normalizeSecurityScheme } from "./security.ts";
import type { OperationSelection } from "./select-operations.ts";
import { normalizeServers } from "./servers.ts";
import type { Place, SourceFile, SourceFiles } from "./source-files.ts";
import { type Normalize, Walk } from "./walk.ts";

export interface NormalizedDocument {
  readonly document: JsonObject;
  readonly operations: readonly SourceOperation[];
  /** Where what is at a pointer came from, for what is not where it was. */
  readonly origins: ReadonlyMap<string, Place>;
}

export interface NormalizeOptions {
  readonly files: SourceFiles;
  readonly findings: Findings;
  readonly selection: OperationSelection;
}

const OTHERS: Readonly<Record<Exclude<Kind, "schemas">, Normalize>> = {
  responses: normalizeResponse,
  parameters: normalizeParameter,
  requestBodies: normalizeRequestBody,
  headers: normalizeHeader,
};

/**
 * Makes one OpenAPI 3.1 document of what may be several files, of any version from 3.0, with mistakes in them.
 *
 * Every `$ref` of it is `#/components/<kind>/<name>` and leads to something of that kind; its schemas are of one
 * dialect; nothing in it is malformed where it matters; operations are complete, whatever they inherit. What the
 * source says and no operation can use is left out: callbacks, webhooks, links, examples that are references.
 *
 * Makes new objects only where something changes; the source stays as it is.
 */
export function normalizeDocument(root: SourceFile, options: NormalizeOptions): NormalizedDocument {
  const { files, findings, selection } = options;
  const names = new ComponentNames(root);
  const walk = new Walk(root, { files, names, findings });
  const source = root.root;
  adoptNames(walk, names, root);
  const origins = new Map<string, Place>();
  const servers = walk.within("servers", () => normalizeServers(walk, source["servers"]));
  const security = walk.within("security", () => normalizeSecurity(walk, source["security"]));
  const { paths, operations } = walk.within("paths", () =>
    normalizePaths(walk, source["paths"], {
      inherited: { servers: servers ?? [], security },
      selection,
      origins,
    }),
  );
  if (!selection.isPartial) visitComponents(walk, root);
  const components = collectComponents(walk, { names, root, origins });
  const securitySchemes = walk.within("components", () =>
    walk.within("securitySchemes", () => schemesOf(walk, asObject(source["components"])["securitySchemes"])),
  );
  const document = {
    openapi: "3.1.0",
    info: infoOf(source["info"]),
    ...(servers !== undefined && { servers }),
    ...(security !== undefined && { security }),
    ...(Array.isArray(source["tags"]) && { tags: source["tags"].filter(isObject) }),
    paths,
    components: {
      ...components,
      schemas: cutCycles(asObject(components["schemas"]), reportCycle),
      securitySchemes,
    },
  };
  return { document, operations, origins };

  function reportCycle(name: string): void {
    const target = walk.schemas.get(name);
    const place = { file: target?.file ?? root, pointer: formatPointer(target?.parts ?? []) };
    const message = `the schema "${name}" is made of itself; that part of it is left out`;
    findings.add("ERR_DOCUMENT_INVALID", place, message, "say what it is, or put it into a property");
  }
}

function infoOf(info: unknown): JsonObject {
  const texts = ["title", "version", "summary", "description"].flatMap((key): [string, string][] => {
    const value = own(info, key);
    const text = typeof value === "number" ? String(value) : asString(value);
    return text === undefined ? [] : [[key, text]];
  });
  return Object.fromEntries(texts);
}

/** The components that the document itself names, in its order, with their kinds. */
function ownComponents(root: SourceFile): { kind: Kind; name: string; value: unknown }[] {
  const components = asObject(root.root["components"]);
  return KINDS.flatMap((kind) =>
    Object.entries(asObject(own(components, kind)))
      .filter(([name]) => name !== "")
      .map(([name, value]) => ({ kind, name, value })),
  );
}

/** A component that is nothing but a reference to another place is how the document calls what is there. */
function adoptNames(walk: Walk, names: ComponentNames, root: SourceFile): void {
  for (const { kind, name, value } of ownComponents(root)) {
    if (!isPureRef(value)) continue;
    const target = walk.at({ file: root, parts: ["components", kind, name] }, () =>
      walk.resolve(kind, refOf(value) ?? ""),
    );
    if (target === undefined || names.ownName(kind, target.file, target.parts) !== undefined) continue;
    names.adopt(kind, name, { file: target.file, pointer: formatPointer(target.parts) });
  }
}

/** Whether any operation uses them or not: users want their types. */
function visitComponents(walk: Walk, root: SourceFile): void {
  for (const { kind, name, value } of ownComponents(root)) {
    const target = { file: root, parts: ["components", kind, name], value };
    if (kind === "schemas") walk.schemas.set(name, walk.schemas.get(name) ?? target);
    else if (refOf(value) === undefined) walk.componentAt(kind, target, OTHERS[kind]);
    else walk.at(target, () => walk.component(kind, refOf(value) ?? "", OTHERS[kind]));
  }
}

function collectComponents(
  walk: Walk,
  { names, root, origins }: { names: ComponentNames; root: SourceFile; origins: Map<string, Place> },
): JsonObject {
  const collected: Record<Kind, [string, JsonObject][]> = {
    schemas: [],
    responses: [],
    parameters: [],
    requestBodies: [],
    headers: [],
  };
  const add = (kind: Kind, name: string, { file, parts }: Target, value: JsonObject) => {
    collected[kind].push([name, value]);
    if (names.ownName(kind, file, parts) !== name)
      origins.set(formatPointer(["components", kind, name]), { file, pointer: formatPointer(parts) });
  };
  // Schemas that are come by on the way are added to the map, and so visited as well.
  for (const [name, target] of walk.schemas) {
    const content = contentOf(walk, names, name, target);
    add(
      "schemas",
      name,
      content,
      walk.at(content, () => normalizeSchema(walk, content.value)),
    );
  }
  for (const { kind, name, target, value } of walk.others()) if (value) add(kind, name, target, value);
  const groups = KINDS.map((kind): [string, JsonObject] => {
    const order = Object.keys(asObject(own(root.root["components"], kind)));
    return [kind, inOrder(collected[kind], order)];
  });
  return Object.fromEntries(groups.filter(([, group]) => Object.keys(group).length > 0));
}

/** What a component holds that is nothing but a reference, and gave its name to what it refers to. */
function contentOf(walk: Walk, names: ComponentNames, name: string, target: Target): Target {
  if (!isPureRef(target.value)) return target;
  const content = walk.at(target, () => walk.resolve("schemas", refOf(target.value) ?? ""));
  if (content === undefined || names.of("schemas", content.file, content.parts) !== name) return target;
  return names.ownName("schemas", content.file, content.parts) === undefined ? content : target;
}

/** Those of the document itself as it has them, then the others. */
function inOrder(entries: readonly [string, JsonObject][], order: readonly string[]): JsonObject {
  const byName = new Map(entries);
  const own = order.flatMap((name): [string, JsonObject][] => {
    const value = byName.get(name);
    byName.delete(name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries([...own, ...byName]);
}

function schemesOf(walk: Walk, schemes: unknown): JsonObject {
  const entries = Object.entries(asObject(schemes)).flatMap(([name, value]): [string, JsonObject][] => {
    const scheme = walk.within(name, () => normalizeSecurityScheme(walk, value));
    return scheme === undefined ? [] : [[name, scheme]];
  });
  return Object.fromEntries(entries);
}
