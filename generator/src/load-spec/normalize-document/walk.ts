import { formatPointer, formatRef, type JsonObject } from "../../document.ts";
import { errorAt } from "../../errors.ts";
import type { Findings } from "../findings.ts";
import type { Place, SourceFile, SourceFiles } from "../source-files.ts";
import type { ComponentNames, Kind } from "./component-names.ts";
import { isTarget, resolveParts, type Target } from "./resolve-ref.ts";
import { followRef, type TargetKind } from "./walk/follow-ref.ts";

/** Far deeper than any document. */
const MAX_DEPTH = 1000;

/** Far more than any document; aliases can blow up a few lines of YAML to billions of nodes. */
const MAX_NODES = 10_000_000;

/** Makes what a normalised document holds of a value in a file; undefined when nothing can be made of it. */
export type Normalize = (walk: Walk, value: unknown) => JsonObject | undefined;

/** What a reference to a component became: how to refer to it, and what it is. */
export interface Component {
  readonly ref: Readonly<{ $ref: string }>;
  readonly value: JsonObject;
}

/** Many references are one object: nothing changes a document that is normalised. */
export function refTo({ ref }: Component, siblings: JsonObject): JsonObject {
  for (const _ in siblings) return { ...ref, ...siblings };
  return ref;
}

export interface OtherComponent {
  readonly kind: Kind;
  readonly name: string;
  readonly target: Target;
  readonly value: JsonObject | undefined;
}

/** How a reference stands in the object that the walk is at. */
export interface RefOptions {
  /** Default: `$ref`; empty where the walk is at the reference itself. */
  readonly key?: string;
  /** Whether it is no error when it leads to a file that cannot be read. Default: false. */
  readonly isOptional?: boolean;
}

export interface WalkOptions {
  readonly files: SourceFiles;
  readonly names: ComponentNames;
  readonly findings: Findings;
}

/**
 * Where a walk through a document is, and what it has come by: every part of it that is normalised is visited by
 * one walk, which knows what is due at each place, follows references, and bounds how deep and how far that goes.
 */
export class Walk {
  readonly #files: SourceFiles;
  readonly #names: ComponentNames;
  readonly #findings: Findings;
  #file: SourceFile;
  /** From the root of the file. */
  #keys: (string | number)[] = [];
  #nodes = 0;
  #nesting = 0;
  readonly #others = new Map<string, OtherComponent>();
  readonly #schemaRefs = new Map<SourceFile, Map<string, string>>();
  readonly #refs = new Map<SourceFile, Map<Kind, Map<string, Component>>>();
  /** Schemas that are referred to, by name, each to be normalised in its turn: they may refer to each other. */
  readonly schemas = new Map<string, Target>();
  /** Of OpenAPI 3.0 as its author wrote it, and not upgraded to that. */
  readonly isVersion30: boolean;

  constructor(root: SourceFile, { files, names, findings }: WalkOptions) {
    this.isVersion30 = String(root.root["openapi"]).startsWith("3.0") && root.originOf === undefined;
    this.#file = root;
    this.#files = files;
    this.#names = names;
    this.#findings = findings;
  }

  /** Steps into a value; every `enter` has its `leave`. */
  enter(key: string | number): void {
    this.#keys.push(key);
    this.#nodes += 1;
    if (this.#keys.length > MAX_DEPTH || this.#nodes > MAX_NODES) this.#giveUp();
  }

  leave(): void {
    this.#keys.pop();
  }

  within<Result>(key: string | number, visit: () => Result): Result {
    this.enter(key);
    const result = visit();
    this.leave();
    return result;
  }

  /** Goes to another place, and comes back. */
  at<Result>(target: Pick<Target, "file" | "parts">, visit: () => Result): Result {
    const [file, keys] = [this.#file, this.#keys];
    this.#nesting += 1;
    if (this.#nesting > MAX_DEPTH) this.#giveUp();
    [this.#file, this.#keys] = [target.file, [...target.parts]];
    const result = visit();
    [this.#file, this.#keys] = [file, keys];
    this.#nesting -= 1;
    return result;
  }

  /**
   * Goes to a part of the document that has no kind of its own, such as `paths` or `components/schemas`, from its
   * root. Such a part may be in another file as a whole.
   */
  visitPart<Result>(parts: readonly string[], visit: (value: unknown) => Result): Result {
    const target = resolveParts(this.#files, { file: this.#file, parts });
    if (isTarget(target)) return this.at(target, () => visit(target.value));
    const holder = { file: this.#file, pointer: formatPointer(parts) };
    if (target !== undefined) this.#findings.add("ERR_DOCUMENT_REF", holder, target);
    return visit(undefined);
  }

  here(...below: (string | number)[]): Place {
    return { file: this.#file, pointer: formatPointer([...this.#keys, ...below]) };
  }

  /** Reports what is wrong here, or at a key of the value that is here. */
  warn(message: string, fix: string, ...below: (string | number)[]): void {
    this.#findings.add("ERR_DOCUMENT_INVALID", this.here(...below), { message, fix });
  }

  /** Reports that what is here is nothing of which something could be made. */
  leaveOut(expected: string, ...below: (string | number)[]): undefined {
    this.warn(`expected ${expected}; it is left out`, "correct it or leave it out", ...below);
  }

  /**
   * The reference to the component schema that a `$ref` here means; hoists what is none.
   *
   * @returns undefined when it means no schema, which is reported
   */
  schemaRef(ref: string, options: RefOptions = {}): string | undefined {
    const known = this.#schemaRefs.get(this.#file) ?? new Map<string, string>();
    this.#schemaRefs.set(this.#file, known);
    const cached = known.get(ref);
    if (cached !== undefined) return cached;
    const target = this.resolve("schemas", ref, options);
    if (target === undefined) return undefined;
    const name = this.#names.of("schemas", target.file, target.parts);
    if (!this.schemas.has(name)) this.schemas.set(name, target);
    const found = formatRef("schemas", name);
    known.set(ref, found);
    return found;
  }

  /** Whether the document has a component schema of this name. */
  hasSchema(name: string): boolean {
    return this.#names.hasOwn("schemas", name);
  }

  /** The component that a `$ref` here means, normalised; undefined when there is none, which is reported. */
  component(kind: Exclude<Kind, "schemas">, ref: string, normalize: Normalize): Component | undefined {
    const known = this.#refsHere(kind);
    let component = known.get(ref);
    if (component !== undefined) return component;
    const target = this.resolve(kind, ref);
    component = target && this.componentAt(kind, target, normalize);
    if (component !== undefined) known.set(ref, component);
    return component;
  }

  /** What references in this file turned out to mean: many are there often. */
  #refsHere(kind: Kind): Map<string, Component> {
    const byKind = this.#refs.get(this.#file) ?? new Map<Kind, Map<string, Component>>();
    this.#refs.set(this.#file, byKind);
    const known = byKind.get(kind) ?? new Map<string, Component>();
    byKind.set(kind, known);
    return known;
  }

  componentAt(kind: Exclude<Kind, "schemas">, target: Target, normalize: Normalize): Component | undefined {
    const name = this.#names.of(kind, target.file, target.parts);
    const ref = formatRef(kind, name);
    let known = this.#others.get(ref);
    if (known === undefined) {
      const value = this.at(target, () => normalize(this, target.value));
      known = { kind, name, target, value };
      this.#others.set(ref, known);
    }
    return known.value && { ref: { $ref: ref }, value: known.value };
  }

  /** The components that are no schemas, in the order in which they were come by. */
  others(): Iterable<OtherComponent> {
    return this.#others.values();
  }

  /** A value here, to come back to. */
  target<Value>(value: Value): Target & { readonly value: Value } {
    return { file: this.#file, parts: this.#keys.map(String), value };
  }

  /** What a `$ref` here means; undefined when that is nothing of the kind, which is reported. */
  resolve(kind: TargetKind, ref: string, options: RefOptions = {}): Target | undefined {
    const { key = "$ref", isOptional = false } = options;
    const from = { ...this.here(...(key === "" ? [] : [key])), isOptional };
    const found = followRef({ files: this.#files, names: this.#names }, kind, ref, from);
    if (found === undefined || isTarget(found)) return found;
    this.#findings.add("ERR_DOCUMENT_REF", from, found);
    return undefined;
  }

  #giveUp(): never {
    const { file, pointer } = this.here();
    const depth = this.#keys.length > MAX_DEPTH || this.#nesting > MAX_DEPTH;
    const message = depth
      ? `the document is nested more than ${MAX_DEPTH} levels deep`
      : `the document has more than ${MAX_NODES} parts, repeated ones included`;
    const fix = depth
      ? "refer to the last of what refers to something else"
      : "make several documents of it, or repeat less of it";
    throw errorAt("ERR_DOCUMENT_INVALID", file.locate(pointer), { pointer, message, fix });
  }
}
