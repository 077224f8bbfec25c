import { formatPointer, getAt, isObject, type JsonObject, parsePointer, refOf } from "../../document.ts";
import { isData, isMap } from "../../schema-keywords.ts";
import type { Place, SourceFile } from "../source-files.ts";
import { isUrl, resolveLocation, splitRef } from "../source-location.ts";

/** Reads another file of a document, which is asked for at a place. */
export type OpenFile = (location: string, asking: Place) => Promise<SourceFile>;

/** A value, and where it is. */
export interface Found {
  readonly value: JsonObject;
  readonly file: SourceFile;
  readonly pointer: string;
}

/** Longer chains are circles. */
const MAX_HOPS = 50;

/** Follows the references between the files of a document. */
export class SwaggerRefs {
  readonly main: SourceFile;
  readonly #open: OpenFile;

  constructor(main: SourceFile, open: OpenFile) {
    this.main = main;
    this.#open = open;
  }

  /**
   * The object that a value is or refers to.
   *
   * @returns undefined when it is none, or refers to none
   */
  async follow(value: unknown, file: SourceFile, pointer: string): Promise<Found | undefined> {
    let found = { value, file, pointer };
    for (let hops = 0; hops < MAX_HOPS; hops += 1) {
      const ref = refOf(found.value);
      if (ref === undefined) return isObject(found.value) ? { ...found, value: found.value } : undefined;
      const next = await this.#target(ref, { file: found.file, pointer: `${found.pointer}/$ref` });
      if (next === undefined) return undefined;
      found = next;
    }
    return undefined;
  }

  async #target(ref: string, asking: Place) {
    const from = asking.file;
    const [address, fragment] = splitRef(ref);
    const location = address === "" ? from.location : resolveLocation(from.location, address);
    const file = location === this.main.location ? this.main : await this.#fileAt(location, asking);
    const parts = fragment === "" ? [] : parsePointer(`#${fragment}`);
    return parts && { value: getAt(file.root, parts), file, pointer: formatPointer(parts) };
  }

  async #fileAt(location: string, asking: Place): Promise<SourceFile> {
    return location === asking.file.location ? asking.file : await this.#open(location, asking);
  }

  /** Where in the main file something is that was found: the reference there, if it is in another file. */
  pointerOf({ file, pointer }: Found, reference: string): string {
    return file === this.main ? pointer : reference;
  }

  /** A copy that means the same in the main file: references in it start from there. */
  moved({ value, file }: Found): JsonObject {
    return file === this.main
      ? structuredClone(value)
      : (rebased(value, file.location, this.main) as JsonObject);
  }
}

function rebased(value: unknown, from: string, main: SourceFile, areNames = false): unknown {
  if (Array.isArray(value)) return value.map((item) => rebased(item, from, main));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === "$ref" && typeof inner === "string") return [key, rebaseRef(inner, from, main.location)];
      return [key, isData(key, areNames) ? inner : rebased(inner, from, main, isMap(key, areNames))];
    }),
  );
}

/** A reference of the file `from` as the file `to` has to say it. */
export function rebaseRef(ref: string, from: string, to: string): string {
  const [address, fragment] = splitRef(ref);
  const location = address === "" ? from : resolveLocation(from, address);
  return `${location === to ? "" : addressOf(location)}#${fragment}`;
}

function addressOf(location: string): string {
  return isUrl(location) ? location : encodeURI(location).replaceAll("#", "%23").replaceAll("?", "%3F");
}
