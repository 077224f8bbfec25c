import { getEventListeners } from "node:events";
import { expect, test, vi } from "vitest";
import { AbortListener } from "../../runtime/src/abort-listener.ts";

const count = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

test("tells all that listen, once, in the order in which they came", () => {
  const controller = new AbortController();
  const told: number[] = [];
  for (const index of [0, 1, 2]) new AbortListener(controller.signal, () => told.push(index));
  controller.abort();
  controller.abort();
  expect(told).toEqual([0, 1, 2]);
});

test("tells none that has stopped, be it because of another that was told before it", () => {
  const controller = new AbortController();
  const tell = vi.fn();
  const stopped = new AbortListener(controller.signal, tell);
  new AbortListener(controller.signal, () => later.stop());
  const later = new AbortListener(controller.signal, tell);
  stopped.stop();
  controller.abort();
  expect(tell).not.toHaveBeenCalled();
});

test("a signal has one listener for all, and none once the last has stopped", () => {
  const { signal } = new AbortController();
  const [first, second] = [new AbortListener(signal, vi.fn()), new AbortListener(signal, vi.fn())];
  expect(count(signal)).toBe(1);
  first.stop();
  first.stop();
  expect(count(signal)).toBe(1);
  second.stop();
  expect(count(signal)).toBe(0);
  new AbortListener(signal, vi.fn()).stop();
  expect(count(signal)).toBe(0);
});

test("one that fails keeps no other from being told, and is told of as any listener's failure is", () => {
  const controller = new AbortController();
  const later = vi.spyOn(process, "nextTick").mockImplementation(() => {});
  const tell = vi.fn();
  new AbortListener(controller.signal, () => {
    throw new Error("broken");
  });
  new AbortListener(controller.signal, tell);
  controller.abort();
  expect(tell).toHaveBeenCalledOnce();
  expect(later.mock.calls[0]?.[0]).toThrow("broken");
  later.mockRestore();
});
