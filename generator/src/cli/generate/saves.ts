import { setTimeout as pause } from "node:timers/promises";
import { lookAt } from "../../look-at.ts";

/** How often it looks. Asking is cheap, and sees saves that file systems of containers and networks tell nobody of. */
const LOOK_MS = 150;

/** Clocks of file systems are behind by as much. */
const CLOCK_MS = 20;

/** Tells when one of some files is saved, created or removed; between two looks, too. */
export class Saves {
  #startedAt = 0;
  #stamps = new Map<string, string>();

  /** From now on, saves count: whoever calls this reads the files next. */
  start(): void {
    this.#startedAt = Date.now() - CLOCK_MS;
    for (const file of this.#stamps.keys()) this.#stamps.set(file, stampOf(file));
  }

  /** Has these files watched, and no others. Of one that was not watched before, a save since the start counts. */
  watch(files: Iterable<string>): void {
    this.#stamps = new Map(
      [...files].map((file) => [file, this.#stamps.get(file) ?? (this.#isYoung(file) ? "" : stampOf(file))]),
    );
  }

  get files(): Iterable<string> {
    return this.#stamps.keys();
  }

  /** @returns the file that was saved */
  async next(): Promise<string> {
    for (;;) {
      for (const [file, stamp] of this.#stamps) if (stampOf(file) !== stamp) return file;
      await pause(LOOK_MS);
    }
  }

  #isYoung(file: string): boolean {
    const stats = lookAt(file).stats;
    return stats !== undefined && stats.mtimeMs >= this.#startedAt;
  }
}

/** Another after each save: many programs save by a rename. Empty where there is no file. */
function stampOf(file: string): string {
  const stats = lookAt(file).stats;
  return stats === undefined ? "" : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}
