import { formatPointer } from "../document.ts";
import { type Diagnostic, diagnosticAt } from "../errors.ts";
import type { LoadedSpec, SecurityRequirement } from "../model.ts";

/** What the reader should know of how an operation's security was understood. */
export interface Remark {
  readonly message: string;
  readonly fix: string;
  /** Whether the document is wrong there: an error where the config is `strict`. */
  readonly isMistake: boolean;
  /** What of the requirements it is about: a scheme, or a scope of it. */
  readonly about: { readonly scheme: string; readonly scope?: string };
}

/** Remarks on the operations of a document: one for all operations that it is about, at the first of them. */
export class Remarks {
  readonly #byMessage = new Map<string, { pointer: string; remark: Remark; count: number }>();

  /** @param pointer - of the requirements */
  add(pointer: string, security: readonly SecurityRequirement[], remarks: readonly Remark[]): void {
    for (const [message, remark] of new Map(remarks.map((entry) => [entry.message, entry]))) {
      const first = { pointer: pointer + placeOf(remark, security), remark, count: 0 };
      const known = this.#byMessage.get(message) ?? first;
      this.#byMessage.set(message, { ...known, count: known.count + 1 });
    }
  }

  diagnostics({ target, locate }: LoadedSpec): Diagnostic[] {
    return [...this.#byMessage.values()].map(({ pointer, remark, count }) => {
      const message = count === 1 ? remark.message : `${remark.message} (${count} operations)`;
      const severity = remark.isMistake && target.strict ? "error" : "warning";
      return diagnosticAt(locate(pointer), { severity, pointer, message, fix: remark.fix });
    });
  }
}

/** Below the requirements, where what a remark is about is named first. */
function placeOf({ about: { scheme, scope } }: Remark, security: readonly SecurityRequirement[]): string {
  const index = security.findIndex((requirement) => Object.hasOwn(requirement, scheme));
  if (index < 0) return "";
  const scopes = scope === undefined ? -1 : (security[index]?.[scheme]?.indexOf(scope) ?? -1);
  return formatPointer([index, scheme, ...(scopes < 0 ? [] : [scopes])]).slice(1);
}
