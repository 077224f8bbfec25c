import { tolerate } from "./store-guard.ts";

/** What nobody waits for, but who closes: that the store fails it was published, and changes nothing. */
export class BackgroundWork {
  readonly #underWay = new Set<Promise<void>>();

  start(work: () => Promise<void>): void {
    const underWay = tolerate(work()).finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }

  /** Waits for it, and for what begins meanwhile. */
  async end(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}
