import type { Diagnostic } from "../errors.ts";
import { parseDocument } from "../parse-document.ts";
import { shownLocation } from "../shown-location.ts";
import type { ReadPolicy } from "./read-policy.ts";
import { readSource, type SourceText } from "./read-source.ts";
import type { FileAccess, SourceFile } from "./source-files.ts";

/** Reads and parses the files of one document, each of them once, whoever asks for it. */
export class DocumentReader implements FileAccess {
  readonly #policy: ReadPolicy;
  readonly #sources = new Map<string, Promise<SourceText>>();
  readonly #files = new Map<SourceText, SourceFile>();
  readonly #warnings: Diagnostic[] = [];

  constructor(policy: ReadPolicy) {
    this.#policy = policy;
  }

  read(location: string): Promise<SourceText> {
    const source = this.#sources.get(location) ?? readSource(location, this.#policy);
    this.#sources.set(location, source);
    return source;
  }

  parse(source: SourceText): SourceFile {
    const known = this.#files.get(source);
    if (known !== undefined) return known;
    const { location, text } = source;
    const { document, locate, warnings } = parseDocument(shownLocation(location), text);
    this.#warnings.push(...source.warnings, ...warnings);
    const file = { location, root: document, locate };
    this.#files.set(source, file);
    return file;
  }

  /** About how the files that were parsed so far are written. */
  warnings(): readonly Diagnostic[] {
    return this.#warnings;
  }

  /** The SHA-256 of every file that was asked for so far, by location; `null` for one that could not be read. */
  async hashes(): Promise<Record<string, string | null>> {
    const entries = [...this.#sources].map(async ([location, source]) => {
      const hash = await source.then(({ hash }) => hash).catch(() => null);
      return [location, hash] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
}
