import { asObject, formatPointer, own, refOf } from "../../document.ts";
import { firstFree, pascalCase } from "../../names.ts";
import type { Place, SourceFile } from "../source-files.ts";

/** Kinds of components that a normalised document has. */
export const KINDS = ["schemas", "responses", "parameters", "requestBodies", "headers"] as const;

export type Kind = (typeof KINDS)[number];

/** Parts of a pointer that say nothing of what it leads to. */
const NOISE = /^(components|paths|schemas|definitions|properties|content|\$defs|x-.*)$/;

/** What the specification lets a component be called; other names are kept, but not made. */
const PLAIN = /^[\w.-]+$/;

/**
 * Names components: those of the document itself as they are, and what is hoisted to be one after where it is.
 *
 * A name depends on the place that it is for and on names of the document itself; only where two places would give
 * the same, on which comes first.
 */
export class ComponentNames {
  readonly #root: SourceFile;
  readonly #names = new Map<string, string>();
  readonly #taken: Readonly<Record<Kind, Set<string>>>;

  constructor(root: SourceFile) {
    this.#root = root;
    const components = asObject(root.root["components"]);
    const namesOf = (kind: Kind) => new Set(Object.keys(asObject(own(components, kind))));
    this.#taken = {
      schemas: namesOf("schemas"),
      responses: namesOf("responses"),
      parameters: namesOf("parameters"),
      requestBodies: namesOf("requestBodies"),
      headers: namesOf("headers"),
    };
  }

  /** The name at which the document itself has this component; undefined for what is elsewhere. */
  ownName(kind: Kind, file: SourceFile, parts: readonly string[]): string | undefined {
    const [root, group, name = ""] = parts;
    const isComponent = parts.length === 3 && root === "components" && group === kind && name !== "";
    return isComponent && file === this.#root ? name : undefined;
  }

  hasOwn(kind: Kind, name: string): boolean {
    return own(own(own(this.#root.root, "components"), kind), name) !== undefined;
  }

  /** The name of the component for what is at a place. */
  of(kind: Kind, file: SourceFile, parts: readonly string[]): string {
    const name = this.ownName(kind, file, parts);
    if (name !== undefined) return name;
    const key = keyOf(kind, { file, pointer: formatPointer(parts) });
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const chosen = this.#choose(kind, file, parts);
    this.#taken[kind].add(chosen);
    this.#names.set(key, chosen);
    return chosen;
  }

  /** Lets a component of the document that is nothing but a reference name what it refers to. */
  adopt(kind: Kind, name: string, place: Place): void {
    const key = keyOf(kind, place);
    if (this.#names.has(key)) return;
    this.#names.set(key, name);
    this.#taken[kind].add(name);
  }

  #choose(kind: Kind, file: SourceFile, parts: readonly string[]): string {
    const words = parts.filter((part) => !NOISE.test(part));
    const stem = file === this.#root ? "" : stemOf(file.location);
    const short = nameOf(words) || nameOf([stem]);
    const long = nameOf([stem, ...(words.length > 0 ? words : ["file"])]);
    const taken = this.#taken[kind];
    const free = [short, long].find((name) => name !== "" && !taken.has(name));
    return free ?? firstFree(long || "Schema", (name) => taken.has(name));
  }
}

/** Whether a component is nothing but a reference: all that it is called is what it refers to. */
export function isPureRef(value: unknown): boolean {
  return refOf(value) !== undefined && Object.keys(asObject(value)).length === 1;
}

function keyOf(kind: Kind, { file, pointer }: Place): string {
  return `${kind} ${file.location}${pointer}`;
}

/** One word stays as it is: it may be what a discriminator calls the schema. */
function nameOf(words: readonly string[]): string {
  const [only = ""] = words.filter((word) => word !== "");
  return words.length === 1 && PLAIN.test(only) && !/^\d+$/.test(only) ? only : pascalCase(words.join(" "));
}

/** `https://example.com/schemas/item.v1.yaml?raw` -> `item.v1` */
function stemOf(location: string): string {
  const [path = ""] = location.split(/[?#]/);
  return (path.split(/[/\\]/).at(-1) ?? "").replace(/\.\w+$/, "");
}
