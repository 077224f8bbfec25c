import { type Diagnostic, diagnosticAt } from "../errors.ts";
import type { LoadedSpec } from "../model.ts";

/** What the reader should know of how an operation's security was understood. */
export interface Remark {
  readonly message: string;
  readonly fix: string;
  /** Whether the document is wrong there: an error where the config is `strict`. */
  readonly isMistake: boolean;
}

/** Remarks on the operations of a document: one for all operations that it is about, at the first of them. */
export class Remarks {
  readonly #byMessage = new Map<string, { pointer: string; remark: Remark; count: number }>();

  add(pointer: string, remarks: readonly Remark[]): void {
    for (const [message, remark] of new Map(remarks.map((entry) => [entry.message, entry]))) {
      const known = this.#byMessage.get(message) ?? { pointer, remark, count: 0 };
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
