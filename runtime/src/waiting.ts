import { AbortListener } from "./abort-listener.ts";

/** The longest a timer can be: it is cleared, not met. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Holds the process open until the promise settles.
 *
 * Sockets and timers of token requests hold none, since they may be for the background; whoever waits for them does.
 */
export async function holdProcess<T>(promise: Promise<T>): Promise<T> {
  const hold = setTimeout(() => {}, LONGEST_TIMER_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(hold);
  }
}

/** Settles as the promise does, or rejects with the signal's reason; leaves no listener behind. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) {
    promise.catch(() => {}); // Nobody is there to be told of a failure.
    return Promise.reject(signal.reason);
  }
  return new Promise((resolve, reject) => {
    const listener = new AbortListener(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(() => listener.stop());
  });
}

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
  const listener = new AbortListener(signal, () => controller.abort(signal.reason));
  const timer = setTimeout(() => controller.abort(buildReason()), timeoutMs).unref();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    listener.stop();
  }
}
