import { formatPointer, isObject, refOf } from "../../../document.ts";
import type { Finding } from "../../../errors.ts";
import type { Asking, SourceFiles } from "../../source-files.ts";
import { type ComponentNames, isPureRef, KINDS, type Kind } from "../component-names.ts";
import { isTarget, type Resolution, resolveRef, type Target } from "../resolve-ref.ts";

/** What can be referred to. */
export type TargetKind = Kind | "pathItems" | "operations" | "securitySchemes" | "mediaTypes";

/** References that lead on to others; more are a circle. */
const MAX_HOPS = 100;

/**
 * Finds something of a kind by a `$ref`, at the end of the references that lead on. A schema that the document itself
 * has by name is such an end, and a path item is: what stands beside its reference counts as well.
 *
 * @param from - where the `$ref` is
 */
export function followRef(
  { files, names }: { files: SourceFiles; names: ComponentNames },
  kind: TargetKind,
  ref: string,
  from: Asking,
): Resolution {
  let found = resolveRef(files, from, ref);
  for (let hops = 0; isTarget(found) && !isEnd(names, kind, found); hops += 1) {
    const onward = refOf(found.value);
    if (onward === undefined) break;
    if (hops > MAX_HOPS)
      return { message: `$ref "${ref}" leads in a circle`, fix: "refer to what is no reference itself" };
    const pointer = formatPointer([...found.parts, "$ref"]);
    found = resolveRef(files, { ...from, file: found.file, pointer }, onward);
  }
  return isTarget(found) ? (findingAbout(kind, ref, found) ?? found) : found;
}

function isEnd(names: ComponentNames, kind: TargetKind, { file, parts, value }: Target): boolean {
  if (kind !== "schemas") return kind === "pathItems";
  return names.ownName(kind, file, parts) !== undefined || !isPureRef(value);
}

const COMPONENT_GROUPS: ReadonlySet<string> = new Set([
  ...KINDS,
  "pathItems",
  "securitySchemes",
  "examples",
  "links",
  "callbacks",
]);

/** Parts of a document in which nothing can be a component. */
const NO_COMPONENTS = new Set(["openapi", "swagger", "info", "servers", "security", "tags", "externalDocs"]);

function findingAbout(kind: TargetKind, ref: string, { file, parts, value }: Target): Finding | undefined {
  const [root = "", group = ""] = parts;
  const isOther =
    root === "components" && parts.length === 3 && group !== kind && COMPONENT_GROUPS.has(group);
  const fix = `refer to one of ${kind}`;
  if (isOther) return { message: `$ref "${ref}" leads to one of ${group}, not of ${kind}`, fix };
  const isRoot = "openapi" in file.root && (parts.length === 0 || NO_COMPONENTS.has(root));
  const isSound = isObject(value) || (kind === "schemas" && typeof value === "boolean");
  return isSound && !isRoot ? undefined : { message: `$ref "${ref}" leads to what is none of ${kind}`, fix };
}
