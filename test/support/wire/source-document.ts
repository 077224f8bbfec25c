import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";

export type Fields = Readonly<Record<string, unknown>>;

/** A document as its author wrote it: neither upgraded nor repaired. The generator's own reading is not trusted here. */
export interface SourceDocument {
  readonly root: Fields;
  /** `2.0`, `3.0`, `3.1`, `3.2` */
  readonly version: string;
  /** The value that a node stands for: what its `$ref`, and that one's, lead to; undefined where one leads nowhere. */
  follow(node: unknown): unknown;
}

/** The fields of an object; none of what is no object. */
export function fieldsOf(node: unknown): Fields {
  return typeof node === "object" && node !== null && !Array.isArray(node) ? (node as Fields) : {};
}

export function listOf(node: unknown): readonly unknown[] {
  return Array.isArray(node) ? node : [];
}

export function textOf(node: unknown): string | undefined {
  return typeof node === "string" ? node : undefined;
}

/** Reads a document; files that it refers to are read when a reference is followed. */
export function readSource(file: string): SourceDocument {
  const files = new Map<string, unknown>();
  const read = (path: string): unknown => {
    if (!files.has(path)) files.set(path, parseFile(path));
    return files.get(path);
  };
  /** A reference may lead through another one, and so back to itself. */
  const follow = (node: unknown, passed: readonly string[] = []): unknown => {
    const ref = textOf(fieldsOf(node)["$ref"]);
    if (ref === undefined) return node;
    return passed.includes(ref) ? undefined : follow(lookUp(ref, [...passed, ref]), [...passed, ref]);
  };
  const lookUp = (ref: string, passed: readonly string[]): unknown => {
    const hash = ref.indexOf("#");
    let value = read(ref.slice(0, hash));
    for (const key of pointerParts(ref.slice(hash + 1)))
      value = (follow(value, passed) as Fields | undefined)?.[key];
    return value;
  };
  const root = fieldsOf(read(resolve(file)));
  const version = String(root["openapi"] ?? root["swagger"]).slice(0, 3);
  return { root, version, follow: (node) => follow(node) };
}

function pointerParts(pointer: string): string[] {
  const parts = decodeURIComponent(pointer).split("/").slice(1);
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function parseFile(path: string): unknown {
  const text = readFileSync(path, "utf8");
  const document: unknown = path.endsWith(".json")
    ? JSON.parse(text)
    : parse(text, { maxAliasCount: -1, merge: true, logLevel: "error" });
  completeRefs(document, path, new Set());
  return document;
}

/** Makes every reference name its file: `#/a` is `/folder/file.yaml#/a`. */
function completeRefs(node: unknown, path: string, seen: Set<unknown>): void {
  if (typeof node !== "object" || node === null || seen.has(node)) return;
  seen.add(node);
  const fields = node as Record<string, unknown>;
  if (typeof fields["$ref"] === "string") {
    const [file = "", pointer = ""] = fields["$ref"].split("#");
    fields["$ref"] = `${file === "" ? path : resolve(dirname(path), file)}#${pointer}`;
  }
  for (const value of Object.values(fields)) completeRefs(value, path, seen);
}
