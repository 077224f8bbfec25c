/**
 * Creates a clock that tells what `Date.now` does, read at most once a millisecond.
 *
 * `Date.now()` allocates the number that it returns; whether a token is fresh is asked with each call.
 *
 * @returns a function that returns epoch ms
 */
export function createClock(): () => number {
  // In an array, numbers are stored without an object each.
  const last = new Float64Array([Number.NEGATIVE_INFINITY, 0]);
  return () => {
    const elapsed = performance.now();
    if (elapsed - (last[0] as number) >= 1) {
      last[0] = elapsed;
      last[1] = Date.now();
    }
    return last[1] as number;
  };
}
