import { type Diagnostic, diagnosticAt } from "../errors.ts";
import { operationTitle } from "../http-method.ts";
import type { ClientTarget, FilterEntry } from "../model.ts";
import { suggestion } from "../names.ts";

/** What an operation is chosen by. */
export interface Candidate {
  readonly path: string;
  readonly method: string;
  readonly id: string | undefined;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
}

/** What an entry of a list can name, in the order in which a document has it. */
type Names = Readonly<Record<"operations" | "tags" | "paths", Set<string>>>;

/**
 * Which operations are generated: those that an entry of `include` is about, all if there is no `include`, without
 * those that one of `exclude` is about. Asked once about every operation, it knows which entries are about none.
 */
export class OperationSelection {
  /** Whether any operation can be left out. */
  readonly isPartial: boolean;
  readonly #include: readonly FilterEntry[] | undefined;
  readonly #exclude: readonly FilterEntry[];
  readonly #matched = new Set<FilterEntry>();
  #isAnyThere = false;
  #isAnyIncluded = false;
  readonly #names: Names = { operations: new Set(), tags: new Set(), paths: new Set() };

  constructor({ include, exclude = [] }: Pick<ClientTarget, "include" | "exclude">) {
    this.#include = include;
    this.#exclude = exclude;
    this.isPartial = include !== undefined || exclude.length > 0;
  }

  has(candidate: Candidate): boolean {
    if (!this.isPartial) return true;
    this.#remember(candidate);
    const isIncluded = this.#include === undefined || this.#matches(this.#include, candidate);
    const isExcluded = this.#matches(this.#exclude, candidate);
    this.#isAnyThere = true;
    this.#isAnyIncluded ||= isIncluded;
    return isIncluded && !isExcluded;
  }

  /** Entries that are about no operation, at their places in the config. */
  unmatched(): Diagnostic[] {
    const entries = [...(this.#include ?? []), ...this.#exclude];
    return entries
      .filter((entry) => !this.#matched.has(entry))
      .map((entry) => this.#tell(entry, MESSAGES[entry.by](entry.value), "warning"));
  }

  /** Of a selection that has left no operation, the entries that did; none where there were no operations. */
  culprits(): Diagnostic[] {
    if (!this.#isAnyThere) return [];
    if (!this.#isAnyIncluded) {
      return (this.#include ?? []).map((entry) =>
        this.#tell(entry, `${MESSAGES[entry.by](entry.value)}, and none is left`),
      );
    }
    const excluding = this.#exclude.filter((entry) => this.#matched.has(entry));
    const message = `leaves no operation${excluding.length > 1 ? ", together with the other entries" : ""}`;
    return excluding.map(({ pointer, at }) => diagnosticAt(at, { pointer, message, fix: "exclude less" }));
  }

  #tell({ by, value, at, pointer }: FilterEntry, message: string, severity?: "warning"): Diagnostic {
    const meant = by === "deprecated" ? undefined : suggestion(String(value), this.#names[by]);
    const fix = meant ?? "correct it or leave it out";
    return diagnosticAt(at, { ...(severity && { severity }), pointer, message, fix });
  }

  /** Every entry is tried: one that is behind another that matches is not unmatched. */
  #matches(entries: readonly FilterEntry[], candidate: Candidate): boolean {
    const matching = entries.filter((entry) => isAbout(entry, candidate));
    for (const entry of matching) this.#matched.add(entry);
    return matching.length > 0;
  }

  #remember(candidate: Candidate): void {
    if (candidate.id !== undefined) this.#names.operations.add(candidate.id);
    this.#names.operations.add(operationTitle(candidate));
    this.#names.paths.add(candidate.path);
    for (const tag of candidate.tags) this.#names.tags.add(tag);
  }
}

const MESSAGES: Readonly<Record<FilterEntry["by"], (value: FilterEntry["value"]) => string>> = {
  operations: (value) => `there is no operation "${value}"`,
  tags: (value) => `no operation has the tag "${value}"`,
  paths: (value) => `no path is like "${value}"`,
  deprecated: (value) => `${value === true ? "no operation is" : "all operations are"} deprecated`,
};

function isAbout({ by, value }: FilterEntry, candidate: Candidate): boolean {
  switch (by) {
    case "operations":
      return value === candidate.id || sameOperation(String(value), candidate);
    case "tags":
      return candidate.tags.includes(String(value));
    case "paths":
      return globOf(String(value)).test(candidate.path);
    case "deprecated":
      return value === candidate.deprecated;
  }
}

function sameOperation(wanted: string, { method, path }: Candidate): boolean {
  const [wantedMethod = "", wantedPath = ""] = wanted.trim().split(/\s+/);
  return wantedMethod.toLowerCase() === method.toLowerCase() && wantedPath === path;
}

/** `*` is anything within a segment, `**` anything at all; every other character stands for itself. */
function globOf(glob: string): RegExp {
  const source = glob
    .split(/(\*+)/)
    .map((part, index) => {
      if (index % 2 === 0) return part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
      return part.length === 1 ? "[^/]*" : ".*";
    })
    .join("");
  return new RegExp(`^${source}$`, "su");
}
