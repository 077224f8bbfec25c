import type { AccessToken } from "../../../runtime/src/access-token.ts";

/** What became of calls for a token. */
export interface Outcome {
  readonly calls: number;
  /** The tokens given, each once. */
  readonly tokens: readonly string[];
  /** Codes of what calls failed with; `EXPIRED` for a token that was not valid any more. */
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

/** Records calls. */
export class CallLog {
  #calls = 0;
  #tokens = new Set<string>();
  #failures: string[] = [];
  #slowestMs = 0;

  async record(now: () => number, call: () => Promise<AccessToken>): Promise<void> {
    const startedAt = performance.now();
    try {
      const { value, expiresAt } = await call();
      this.#tokens.add(value);
      if (expiresAt <= now()) this.#failures.push("EXPIRED");
    } catch (error) {
      this.#failures.push(String((error as { code?: unknown }).code ?? error));
    }
    this.#calls += 1;
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startedAt);
  }

  /** What became of the calls since the last time that this was asked. */
  takeOutcome(): Outcome {
    const outcome = {
      calls: this.#calls,
      tokens: [...this.#tokens],
      failures: this.#failures,
      slowestMs: this.#slowestMs,
    };
    this.#calls = 0;
    this.#tokens = new Set();
    this.#failures = [];
    this.#slowestMs = 0;
    return outcome;
  }
}
