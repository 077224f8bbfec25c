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
  /** By message, then by place: long strings that differ only at their ends all have one hash. */
  readonly #problems = new Map<string, Map<string, Problem>>();

  add(code: Code, place: Place, message: string, fix?: string): void {
    const problems = this.#problems.get(message) ?? new Map<string, Problem>();
    this.#problems.set(message, problems);
    const key = `${place.pointer}\0${place.file.location}`;
    if (!problems.has(key)) problems.set(key, { code, place, message, fix });
  }

  /** @throws {GeneratorError} with every problem, and what was found before, when there are any */
  throwIfAny(before: readonly Diagnostic[] = []): void {
    const [problems = new Map<string, Problem>()] = this.#problems.values();
    const [first] = problems.values();
    const others = before.map((diagnostic) => ({ ...diagnostic, severity: "error" }) as const);
    const all = [...others, ...this.#diagnostics("error")];
    if (all.length > 0) throw new GeneratorError(first?.code ?? "ERR_DOCUMENT_INVALID", all);
  }

  warnings(): Diagnostic[] {
    return this.#diagnostics("warning");
  }

  #diagnostics(severity: Diagnostic["severity"]): Diagnostic[] {
    return [...this.#problems.values()].flatMap((problems) =>
      [...problems.values()].slice(0, TOLD).map(({ place, message, fix }, index) => {
        const more = index === TOLD - 1 ? problems.size - TOLD : 0;
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
