import { asArray, asObject, asString, type JsonObject, own } from "../document.ts";
import type { SourceOperation } from "../model.ts";
import type { Findings } from "./findings.ts";
import { annotationsOf } from "./normalize-document/annotations.ts";
import { ComponentNames } from "./normalize-document/component-names.ts";
import { adoptNames, normalizeComponents } from "./normalize-document/components.ts";
import { Origins } from "./normalize-document/origins.ts";
import { normalizePaths } from "./normalize-document/paths.ts";
import { normalizeSecurity, normalizeSecurityScheme } from "./normalize-document/security.ts";
import { serversIn } from "./normalize-document/servers.ts";
import { Walk } from "./normalize-document/walk.ts";
import type { OperationSelection } from "./select-operations.ts";
import type { SourceFile, SourceFiles } from "./source-files.ts";

export interface NormalizedDocument {
  readonly document: JsonObject;
  readonly operations: readonly SourceOperation[];
  readonly origins: Origins;
}

export interface NormalizeOptions {
  readonly files: SourceFiles;
  readonly findings: Findings;
  readonly selection: OperationSelection;
}

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
  const origins = new Origins(root);
  const componentsOptions = { names, origins, selection };
  adoptNames(walk, componentsOptions);
  const servers = serversIn(walk, source);
  const security = walk.within("security", () => normalizeSecurity(walk, source["security"]));
  const inherited = { servers: servers ?? [], security };
  const { paths, operations } = walk.visitPart(["paths"], (value) =>
    normalizePaths(walk, value, { inherited, selection, origins }),
  );
  const components = normalizeComponents(walk, componentsOptions);
  const securitySchemes = walk.visitPart(["components", "securitySchemes"], (value) =>
    schemesOf(walk, value),
  );
  const document = {
    openapi: "3.1.0",
    info: infoOf(source["info"]),
    ...(servers !== undefined && { servers }),
    ...(security !== undefined && { security }),
    tags: tagsOf(walk, source["tags"]),
    paths,
    components: { ...components, securitySchemes },
  };
  return { document, operations, origins };
}

function infoOf(info: unknown): JsonObject {
  const texts = ["title", "version", "summary", "description"].flatMap((key): [string, string][] => {
    const value = own(info, key);
    const text = typeof value === "number" ? String(value) : asString(value);
    return text === undefined ? [] : [[key, text]];
  });
  return Object.fromEntries(texts);
}

/** Names and texts; how they are ordered is of no use here. */
function tagsOf(walk: Walk, tags: unknown): JsonObject[] {
  return asArray(tags).flatMap((tag, index) => {
    const name = asString(own(tag, "name"));
    if (name === undefined) return [];
    return walk.within("tags", () => walk.within(index, () => [{ name, ...annotationsOf(walk, tag) }]));
  });
}

function schemesOf(walk: Walk, schemes: unknown): JsonObject {
  const entries = Object.entries(asObject(schemes)).flatMap(([name, value]): [string, JsonObject][] => {
    const scheme = walk.within(name, () => normalizeSecurityScheme(walk, value));
    return scheme === undefined ? [] : [[name, scheme]];
  });
  return Object.fromEntries(entries);
}
