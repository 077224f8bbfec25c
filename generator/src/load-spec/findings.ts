import { type Diagnostic, diagnosticAt, GeneratorError, type GeneratorErrorCode } from "../errors.ts";
import type { Place } from "./source-files.ts";

type Code = Extract<GeneratorErrorCode, `ERR_DOCUMENT_${string}`>;

interface Problem {
  readonly code: Code;
  readonly place: Place;
  readonly message: string;
  readonly fix: string | undefined;
}

/** So many places of one and the same problem are told; a document may have it at each of its thousand schemas. */
const TOLD = 10;

/**
 * What is wrong with a document and was worked around. Every problem is told once, however often the walk came by.
 *
 * Positions are looked up at the end: the first question for one makes the text be read again.
 */
export class Findings {
  readonly #problems = new Map<string, Problem>();

  add(code: Code, place: Place, message: string, fix?: string): void {
    const key = `${place.file.location}\0${place.pointer}\0${message}`;
    if (!this.#problems.has(key)) this.#problems.set(key, { code, place, message, fix });
  }

  /** @throws {GeneratorError} with every problem, and what was found before, when there are any */
  throwIfAny(before: readonly Diagnostic[] = []): void {
    const [first] = this.#problems.values();
    const others = before.map((diagnostic) => ({ ...diagnostic, severity: "error" }) as const);
    const all = [...others, ...this.#diagnostics("error")];
    if (all.length > 0) throw new GeneratorError(first?.code ?? "ERR_DOCUMENT_INVALID", all);
  }

  warnings(): Diagnostic[] {
    return this.#diagnostics("warning");
  }

  #diagnostics(severity: Diagnostic["severity"]): Diagnostic[] {
    const byMessage = Map.groupBy(this.#problems.values(), ({ message }) => message);
    return [...byMessage.values()].flatMap((problems) =>
      problems.slice(0, TOLD).map(({ place, message, fix }, index) => {
        const more = index === TOLD - 1 ? problems.length - TOLD : 0;
        return diagnosticAt(place.file.locate(place.pointer), {
          severity,
          pointer: place.file.originOf?.(place.pointer) ?? place.pointer,
          message: more > 0 ? `${message} (and at ${more} more places)` : message,
          fix,
        });
      }),
    );
  }
}
