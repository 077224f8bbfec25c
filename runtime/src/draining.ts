/** How much of a rejected answer is kept, and read so that its connection can be used again. */
export const MAX_DRAINED_BYTES = 64 * 1024;

/** How long that may take before the connection is given up. */
export const MAX_DRAINING_MS = 1000;

/** Reads an unwanted answer away in the background, so that its connection serves again, if that is soon done. */
export function drain(response: Response): void {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  // The answer is not wanted, and neither is its failure.
  const giveUp = () => reader.cancel().catch(() => {});
  const read = async () => {
    for (let bytes = 0; bytes <= MAX_DRAINED_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
  };
  const timer = setTimeout(giveUp, MAX_DRAINING_MS);
  read()
    .catch(() => {})
    .finally(() => {
      clearTimeout(timer);
      return giveUp();
    });
}
