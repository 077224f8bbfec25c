import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Flight } from "../../runtime/src/flight.ts";

function createFlight() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const seen: { signal?: AbortSignal; abandoned: number; begun: number } = { abandoned: 0, begun: 0 };
  const flight = new Flight(
    (signal) => {
      seen.signal = signal;
      seen.begun++;
      return promise;
    },
    () => seen.abandoned++,
  );
  return { flight, resolve, reject, seen };
}

describe("Flight", () => {
  test("gives one outcome to all who join, before and after it lands", async () => {
    const { flight, resolve, seen } = createFlight();
    const early = flight.join();
    flight.start();
    const later = flight.join();
    resolve("done");
    expect(await Promise.all([early, later, flight.outcome])).toEqual(["done", "done", "done"]);
    expect(await flight.join()).toBe("done");
    expect(seen).toMatchObject({ begun: 1, abandoned: 0 });
  });

  test("rejects one who aborts alone, with the signal's reason", async () => {
    const { flight, resolve, seen } = createFlight();
    const controller = new AbortController();
    const aborted = flight.start().join(controller.signal);
    const waiting = flight.join();
    controller.abort(new Error("mine"));
    await expect(aborted).rejects.toThrow("mine");
    resolve("done");
    expect(await waiting).toBe("done");
    expect(seen.signal?.aborted).toBe(false);
  });

  test("is aborted, and said to be abandoned before, when nobody waits any more", async () => {
    const { flight, seen } = createFlight();
    const controller = new AbortController();
    const aborted = flight.start().join(controller.signal);
    const order: string[] = [];
    seen.signal?.addEventListener("abort", () => order.push(`aborted after ${seen.abandoned}`));
    controller.abort();
    await Promise.allSettled([aborted]);
    expect(order).toEqual(["aborted after 1"]);
  });

  test("is not aborted once it has landed", async () => {
    const { flight, resolve, seen } = createFlight();
    flight.start();
    resolve("done");
    await flight.join();
    await flight.join();
    expect(seen).toMatchObject({ abandoned: 0 });
    expect(seen.signal?.aborted).toBe(false);
  });

  test("does not begin what was given up before", async () => {
    const { flight, seen } = createFlight();
    const controller = new AbortController();
    const aborted = flight.join(controller.signal);
    controller.abort();
    await Promise.allSettled([aborted]);
    flight.start();
    await expect(flight.outcome).rejects.toThrow();
    expect(seen.begun).toBe(0);
  });

  test("goes on without callers while it is retained", async () => {
    const { flight, seen } = createFlight();
    flight.start().retain();
    const controller = new AbortController();
    const aborted = flight.join(controller.signal);
    controller.abort();
    await Promise.allSettled([aborted]);
    expect(seen.signal?.aborted).toBe(false);
    flight.release();
    expect(seen.signal?.aborted).toBe(true);
  });

  test("makes no unhandled rejection of a failure that nobody waits for", async () => {
    const { flight, reject } = createFlight();
    flight.start();
    reject(new Error("down"));
    await turn(); // Vitest fails the run for one.
  });

  test("leaves no listener on a signal that outlives it", async () => {
    const { flight, resolve } = createFlight();
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners++;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners--;
      remove(...given);
    };
    const joined = flight.start().join(signal);
    expect(listeners).toBe(1);
    resolve("done");
    await joined;
    expect(listeners).toBe(0);
  });
});
