/** What is left once nothing more goes, in bytes: buffers are let go of by the next collection only. */
export function readMemory() {
  for (let least = Number.POSITIVE_INFINITY; ; ) {
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    if (heapUsed + external >= least) return { used: least, rss };
    least = heapUsed + external;
  }
}
