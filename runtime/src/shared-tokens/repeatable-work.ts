/** Work by key, never done twice at a time: asked for while it is under way, however often, it is done once more. */
export class RepeatableWork {
  readonly #underWay = new Map<string, { isAskedAgain: boolean }>();

  /** Fails as the work does, for the one whose call began it; the others' calls end at once. */
  async run(key: string, work: () => Promise<void>): Promise<void> {
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) {
      underWay.isAskedAgain = true;
      return;
    }
    const own = { isAskedAgain: true };
    this.#underWay.set(key, own);
    try {
      while (own.isAskedAgain) {
        own.isAskedAgain = false;
        await work();
      }
    } finally {
      this.#underWay.delete(key);
    }
  }
}
