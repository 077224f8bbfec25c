/** What the store does, the same for every client. */
export interface RedisConnection {
  /** Runs a script; always where it may write, so that nothing is read that is older than what was written. */
  run(script: string, key: string, args: readonly string[]): Promise<unknown>;
  /**
   * Listens to a channel, on a connection of its own where it needs one. What fails of that is published, and tried
   * again later; it ends with the client, and begins again with it.
   *
   * @returns what ends it
   */
  subscribe(channel: string, listener: (message: string) => void): () => unknown;
}
