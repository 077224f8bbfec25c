export interface TimeLimit {
  /** Ends the work early. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Builds what the work is aborted with once its time is over. */
  readonly buildReason: () => unknown;
}

/**
 * Runs work with a signal of its own, which is aborted with the given one or when the time is over.
 *
 * Leaves neither timer nor listener behind, as `AbortSignal.timeout` would until its time is over; and the timer holds
 * no process open.
 *
 * @param work - expected to reject with its signal's reason once that is aborted
 */
export async function limitTime<T>(
  { signal, timeoutMs, buildReason }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(() => controller.abort(buildReason()), timeoutMs).unref();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
