import type { JsonObject } from "../document.ts";
import { errorAt, GeneratorError } from "../errors.ts";
import type { Locate } from "../parse-document.ts";
import { shownLocation } from "../shown-location.ts";
import type { SourceText } from "./read-source.ts";

/** One file of a document. */
export interface SourceFile {
  /** Absolute path or URL: what references in it start from. */
  readonly location: string;
  readonly root: JsonObject;
  /** Where the value at a JSON pointer is; the nearest above it that is there. */
  readonly locate: Locate;
  /** Of a pointer, what it is in the file itself, where that was upgraded. */
  readonly originOf?: (pointer: string) => string;
}

/** A place in a file of a document. */
export interface Place {
  readonly file: SourceFile;
  readonly pointer: string;
}

/** Where a file is asked for. */
export interface Asking extends Place {
  /** Whether the document can do without: what names the file may mean something else. */
  readonly isOptional?: boolean;
}

/** A process may have no more than some hundreds of files open. */
const AT_ONCE = 32;

/** How files are read and parsed; either throws a `GeneratorError` about the file. */
export interface FileAccess {
  readonly read: (location: string) => Promise<SourceText>;
  readonly parse: (source: SourceText) => SourceFile;
}

/**
 * The files of a document, by location.
 *
 * A walk asks for them and goes on without those that are not read yet; after `readMissing` it is done again. So
 * only what is really referred to is read, and the walk itself need not wait.
 */
export class SourceFiles {
  readonly #access: FileAccess;
  readonly #files: Map<string, SourceFile>;
  readonly #missing = new Map<string, Asking>();
  /** Those that cannot be read, and could be done without. */
  readonly #absent = new Set<string>();

  constructor(first: SourceFile, access: FileAccess) {
    this.#access = access;
    this.#files = new Map([[first.location, first]]);
  }

  /** undefined when the file is yet to be read, null when it cannot be and need not. */
  get(location: string, asking: Asking): SourceFile | undefined | null {
    const file = this.#files.get(location);
    if (file !== undefined) return file;
    if (asking.isOptional && this.#absent.has(location)) return null;
    const first = this.#missing.get(location);
    if (first === undefined || (first.isOptional && !asking.isOptional)) this.#missing.set(location, asking);
    return undefined;
  }

  /**
   * Reads what was asked for in vain.
   *
   * @returns whether there was anything to read
   * @throws {GeneratorError} `ERR_DOCUMENT_REF` at the places that refer to files which cannot be read
   */
  async readMissing(): Promise<boolean> {
    const missing = [...this.#missing];
    this.#missing.clear();
    const outcomes: PromiseSettledResult<void>[] = [];
    for (let start = 0; start < missing.length; start += AT_ONCE) {
      const batch = missing.slice(start, start + AT_ONCE);
      outcomes.push(...(await Promise.allSettled(batch.map((entry) => this.#open(...entry)))));
    }
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    const errors = failures.filter((failure) => failure instanceof GeneratorError);
    const [first = failures[0]] = errors;
    if (first === undefined) return missing.length > 0;
    if (errors.length < 2) throw first;
    const diagnostics = errors.flatMap((error) => error.diagnostics);
    throw new GeneratorError(errors[0]?.code ?? "ERR_DOCUMENT_REF", diagnostics, { cause: first });
  }

  async #open(location: string, asking: Asking): Promise<void> {
    const file = await openFile(this.#access, location, asking).catch((cause: unknown) => {
      if (!asking.isOptional || !(cause instanceof GeneratorError)) throw cause;
      this.#absent.add(location);
    });
    if (file === undefined) return;
    // A redirect may have led to a file that is known already.
    const known = this.#files.get(file.location) ?? file;
    this.#files.set(file.location, known);
    this.#files.set(location, known);
  }
}

/** Reads a file that is referred to, at the place `asking`. */
export async function openFile(access: FileAccess, location: string, asking: Place): Promise<SourceFile> {
  const source = await access.read(location).catch((cause: unknown) => {
    throw cause instanceof GeneratorError ? unreadable(location, asking, cause) : cause;
  });
  return access.parse(source);
}

/** What is wrong is the reference, not the file that it names. */
function unreadable(location: string, { file, pointer }: Place, cause: GeneratorError): GeneratorError {
  const [{ message, fix } = { message: cause.message, fix: "correct the reference" }] = cause.diagnostics;
  const shown = shownLocation(location);
  const finding = { pointer, message: `$ref to ${shown}: ${message}`, fix, mentions: [shown] };
  return errorAt("ERR_DOCUMENT_REF", file.locate(pointer), finding, { cause });
}
