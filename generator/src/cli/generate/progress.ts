import type { ClientSummary } from "../../generate.ts";
import { place, print, printAside } from "../terminal.ts";

/** Says of each client that it is made, and on a terminal how long all of them take. */
export class Progress {
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #done = 0;

  constructor() {
    if (process.stderr.isTTY) this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  report({ className, operations, spec }: ClientSummary): void {
    this.#done += 1;
    this.#clear();
    const count = operations === 1 ? "1 operation" : `${operations} operations`;
    print(`${className}: ${count} of ${place(spec)}\n`);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #draw(): void {
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000);
    printAside(`\r${this.#done} clients made, ${seconds} s`);
  }

  #clear(): void {
    if (this.#timer !== undefined) printAside("\r\u001b[K");
  }
}

const REDRAW_MS = 200;
