import { type Diagnostic, diagnosticAt, type Finding, type GeneratorErrorCode } from "../errors.ts";
import type { Place } from "./source-files.ts";

type DocumentCode = Extract<GeneratorErrorCode, `ERR_DOCUMENT_${string}`>;

interface Entry {
  readonly code: DocumentCode;
  readonly place: Place;
  readonly finding: Finding;
}

/** More places at which the same is wrong are counted: it may be so at each of a million schemas. */
const MAX_PLACES = 100;

/**
 * What is wrong with a document and was worked around: once for each place, however often the walk came by.
 *
 * Positions are looked up at the end: the first question for one makes the text be read again.
 */
export class Findings {
  /** By message, then by place: long strings that differ only at their ends all have one hash. */
  readonly #entries = new Map<string, Map<string, Entry>>();

  add(code: DocumentCode, place: Place, finding: Finding): void {
    const entries = this.#entries.get(finding.message) ?? new Map<string, Entry>();
    this.#entries.set(finding.message, entries);
    const key = `${place.pointer}\0${place.file.location}`;
    if (!entries.has(key)) entries.set(key, { code, place, finding });
  }

  /** What a `GeneratorError` of all of them is called: that of the first; undefined when there is none. */
  code(): DocumentCode | undefined {
    const [entries] = this.#entries.values();
    return entries?.values().next().value?.code;
  }

  warnings(): Diagnostic[] {
    return [...this.#entries.values()].flatMap((entries) =>
      [...entries.values()].slice(0, MAX_PLACES).map(({ place, finding: { about, message, fix } }, index) => {
        const more = index === MAX_PLACES - 1 ? entries.size - MAX_PLACES : 0;
        return diagnosticAt(place.file.locate(place.pointer, about), {
          severity: "warning",
          pointer: place.file.originOf?.(place.pointer) ?? place.pointer,
          message,
          fix,
          more,
        });
      }),
    );
  }
}
