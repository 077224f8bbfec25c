import {
  asObject,
  formatPointer,
  getAt,
  isObject,
  type JsonObject,
  own,
  parsePointer,
  refOf,
} from "../../document.ts";
import type { Finding } from "../../errors.ts";
import { suggestion } from "../../names.ts";
import type { Asking, SourceFile, SourceFiles } from "../source-files.ts";
import { resolveLocation, splitRef } from "../source-location.ts";
import { pointerOfAnchor, pointerOfId } from "./resolve-ref/anchors.ts";

/** What a `$ref` means. */
export interface Target {
  readonly file: SourceFile;
  readonly parts: readonly string[];
  readonly value: unknown;
}

/** What a `$ref` means, or why it means nothing; `undefined` for what is in a file that is not read yet. */
export type Resolution = Target | Finding | undefined;

/** How many references may be followed to find what one means; they could be made to double at each. */
interface Budget {
  hops: number;
}

const MAX_HOPS = 100;

export function isTarget(resolution: Resolution): resolution is Target {
  return resolution !== undefined && "value" in resolution;
}

/**
 * Finds what a `$ref` means, in whichever file. A pointer may lead through other references.
 *
 * @param from - where the `$ref` is
 */
export function resolveRef(
  files: SourceFiles,
  from: Asking,
  ref: string,
  budget: Budget = { hops: MAX_HOPS },
): Resolution {
  if (budget.hops === 0)
    return { message: `$ref "${ref}" leads in a circle`, fix: "refer to what is no reference itself" };
  budget.hops -= 1;
  const [address, fragment] = splitRef(ref);
  const location = address === "" ? from.file.location : resolveLocation(from.file.location, address);
  const byId = address === "" ? undefined : ownPointer(from.file.root, address);
  const file = byId === undefined ? files.get(location, from) : from.file;
  if (file === undefined) return undefined;
  if (file === null) {
    const fix = "correct the path, or name a schema of the document";
    return { message: `$ref "${ref}" leads to a file that cannot be read`, fix };
  }
  const found = readingsOf(file, byId ?? [], fragment).map((parts) =>
    descend(files, { file, parts, value: file.root }, { ref, budget }),
  );
  if (found.length === 0) return leadsNowhere(file, decode(fragment).split("/"), ref);
  return found.find(isTarget) ?? found[0];
}

/** Finds a part of a file, in whichever file it is: every part on the way may be a reference to another. */
export function resolveParts(
  files: SourceFiles,
  { file, parts }: Pick<Target, "file" | "parts">,
): Resolution {
  const budget = { hops: MAX_HOPS };
  let found: Resolution = { file, parts: [], value: file.root };
  for (const part of ["", ...parts]) {
    if (part !== "") found = { ...found, parts: [...found.parts, part], value: own(found.value, part) };
    for (let ref = refOf(found.value); ref !== undefined; ref = refOf(found.value)) {
      const holder = { file: found.file, pointer: formatPointer([...found.parts, "$ref"]) };
      const next = resolveRef(files, holder, ref, budget);
      if (!isTarget(next)) return next;
      found = next;
    }
  }
  return found;
}

/** A file may go by a name of its own (`$self`, OpenAPI 3.2), and so may the schemas in it. */
function ownPointer(root: JsonObject, address: string): readonly string[] | undefined {
  return root["$self"] === address ? [] : pointerOfId(root, address);
}

/** What a fragment can mean. Not every author encodes what a URI cannot have: `%` can mean itself. */
function readingsOf(
  file: SourceFile,
  base: readonly string[],
  fragment: string,
): readonly (readonly string[])[] {
  if (fragment === "") return [base];
  if (!fragment.startsWith("/")) {
    const anchored = pointerOfAnchor(file.root, decode(fragment));
    return anchored === undefined ? [] : [anchored];
  }
  const readings = fragment.includes("%") ? [fragment, fragment.replaceAll("%", "%25")] : [fragment];
  return readings
    .map((reading) => parsePointer(`#${reading}`))
    .flatMap((parts) => (parts ? [[...base, ...parts]] : []));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % stands for itself
  }
}

/** Follows references on the way, though JSON Pointer knows none: documents count on it. */
function descend(
  files: SourceFiles,
  { file, parts, value }: Target,
  { ref, budget }: { ref: string; budget: Budget },
): Resolution {
  let current = value;
  for (const [index, part] of parts.entries()) {
    const next = own(current, part);
    const onward = next === undefined ? refOf(current) : undefined;
    if (onward !== undefined) {
      const holder = { file, pointer: formatPointer([...parts.slice(0, index), "$ref"]) };
      const through = resolveRef(files, holder, onward, budget);
      if (!isTarget(through)) return through;
      const rest = { ...through, parts: [...through.parts, ...parts.slice(index)], value: through.file.root };
      return descend(files, rest, { ref, budget });
    }
    if (next === undefined) return leadsNowhere(file, parts, ref);
    current = next;
  }
  return { file, parts, value: current };
}

function leadsNowhere(file: SourceFile, parts: readonly string[], ref: string): Finding {
  const last = parts.at(-1) ?? "";
  const siblings = Object.keys(asObject(getAt(file.root, parts.slice(0, -1))));
  const meant = last === "" ? undefined : (elsewhere(file, last) ?? suggestion(last, siblings));
  const fix = meant ?? "correct it, or add what it names";
  // As it is written, where the file was upgraded.
  const written = ref.startsWith("#") ? (file.originOf?.(ref) ?? ref) : ref;
  return { message: `$ref "${written}" leads nowhere`, fix };
}

function elsewhere({ root, originOf }: SourceFile, name: string): string | undefined {
  const kinds = Object.entries(asObject(root["components"]));
  const kind = kinds.find(([, group]) => isObject(own(group, name)))?.[0];
  if (kind === undefined) return undefined;
  const pointer = formatPointer(["components", kind, name]);
  return `there is ${originOf?.(pointer) ?? pointer}`;
}
