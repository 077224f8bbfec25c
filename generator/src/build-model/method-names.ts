import { capitalize, numbered } from "../names.ts";

/** The types of a method end in these; none in a word that methods do: `getItemStream` may be one beside `getItem`. */
export const TYPE_SUFFIXES = {
  input: "Input",
  result: "Result",
  results: "Results",
  streamed: "Streamed",
} as const;

/** The types of the method with that key. */
export function typesOfMethod(key: string): string[] {
  return Object.values(TYPE_SUFFIXES).map((suffix) => capitalize(key) + suffix);
}

/** The names that the methods of a client have, and those that are left for others. */
export class MethodNames {
  readonly #groups: ReadonlySet<string>;
  readonly #takenTypes: ReadonlySet<string>;
  /** Capitalized: two names that differ in nothing but their first letter's case have the same types. */
  readonly #keys = new Set<string>();
  readonly #counts = new Map<string, number>();

  /**
   * @param groups - properties of the client, beside its methods
   * @param takenTypes - type names that the client uses for something else
   */
  constructor(groups: Iterable<string>, takenTypes: ReadonlySet<string>) {
    this.#groups = new Set(groups);
    this.#takenTypes = takenTypes;
  }

  /** Why a method can't have a name, as `is another operation's method too`; undefined where it can. */
  obstacleTo(name: string, group: string | undefined): string | undefined {
    if (group === undefined && this.#groups.has(name)) return "is a group's too";
    const key = keyOf(name, group);
    if (this.#keys.has(capitalize(key))) return "is another operation's method too";
    const taken = typesOfMethod(key).find((type) => this.#takenTypes.has(type));
    return taken && `would make another type called ${taken}`;
  }

  /** The first of `name`, `name2`, `name3`, ... that is free. */
  firstFree(name: string, group: string | undefined): string {
    const key = keyOf(name, group);
    // What was taken stays so: a thousand operations of one name need not try the same numbers again.
    for (let count = this.#counts.get(key) ?? 1; ; count += 1) {
      this.#counts.set(key, count);
      const candidate = numbered(name, count);
      if (this.obstacleTo(candidate, group) === undefined) return candidate;
    }
  }

  /** @returns the key of the method: unlike that of any other of the client */
  take(name: string, group: string | undefined): string {
    const key = keyOf(name, group);
    this.#keys.add(capitalize(key));
    return key;
  }
}

function keyOf(name: string, group: string | undefined): string {
  return group === undefined ? name : group + capitalize(name);
}
