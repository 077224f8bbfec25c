import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { drain, MAX_DRAINED_BYTES, MAX_DRAINING_MS } from "../../runtime/src/draining.ts";
import { atEnd } from "../support/disposal.ts";

/** An answer whose body the test writes. Vitest fails the run for any rejection that nobody handles. */
function createAnswer() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  atEnd(() => vi.useRealTimers());
  let stream!: ReadableStreamDefaultController<Uint8Array>;
  const cancel = vi.fn();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller;
    },
    cancel,
  });
  drain(new Response(body));
  return { stream, cancel };
}

describe("drain", () => {
  test("reads an answer to its end, and keeps no timer", async () => {
    const { stream, cancel } = createAnswer();
    stream.enqueue(new Uint8Array(10));
    stream.close();
    await turn();
    expect(cancel).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("gives up one that is long", async () => {
    const { stream, cancel } = createAnswer();
    stream.enqueue(new Uint8Array(MAX_DRAINED_BYTES + 1));
    await turn();
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("gives up one that takes long", async () => {
    const { cancel } = createAnswer();
    vi.advanceTimersByTime(MAX_DRAINING_MS - 1);
    expect(cancel).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    await turn();
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test("makes nothing of one that breaks off, then or later", async () => {
    const { stream } = createAnswer();
    stream.error(new Error("terminated"));
    await turn();
    vi.advanceTimersByTime(MAX_DRAINING_MS);
    await turn();
    expect(vi.getTimerCount()).toBe(0);
  });
});
