import type { Dispatcher } from "undici";
import { describe, expect, test } from "vitest";
import { MockExchange, type MockOutcome } from "../../../runtime/src/testing/mock-exchange.ts";

/** What a handler is told, in order, and what it does about it. */
function record(react: (event: string, controller: Dispatcher.DispatchController) => void = () => {}) {
  const told: unknown[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const tell = (controller: Dispatcher.DispatchController, event: string, ...rest: unknown[]) => {
    told.push([event, ...rest].join(" "));
    react(event, controller);
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (controller) => tell(controller, "request"),
    onResponseStart: (controller, status, headers) =>
      tell(controller, "start", status, JSON.stringify(headers)),
    onResponseData: (controller, chunk) => tell(controller, "data", String(chunk)),
    onResponseEnd(controller) {
      tell(controller, "end");
      end();
    },
    onResponseError(controller, error) {
      tell(controller, "error", error.message);
      end();
    },
  };
  return { told, ended, handler };
}

const answer = (...chunks: string[]): MockOutcome => ({
  kind: "answer",
  status: 200,
  delayMs: 0,
  write: () => ({ headers: { "X-A": ["1", "2"] }, chunks: chunks.map((chunk) => Buffer.from(chunk)) }),
});

describe("MockExchange", () => {
  test("tells what a connection would, once dispatch has returned", async () => {
    const { told, ended, handler } = record();
    MockExchange.begin(answer("a", "b"), null, handler);
    expect(told).toEqual([]);
    await ended;
    expect(told).toEqual(["request", 'start 200 {"x-a":["1","2"]}', "data a", "data b", "end"]);
  });

  test.each(["request", "start", "data"])("tells nothing more once it was aborted at %s", async (at) => {
    const { told, ended, handler } = record((event, controller) => {
      if (event === at) controller.abort(new Error("enough"));
    });
    MockExchange.begin(answer("a", "b"), null, handler);
    await ended;
    await new Promise(setImmediate);
    expect(told.at(-1)).toBe("error enough");
  });

  test("waits while it is paused", async () => {
    let resume = () => {};
    const { told, ended, handler } = record((event, controller) => {
      if (event === "start") controller.pause();
      resume = () => controller.resume();
    });
    MockExchange.begin(answer("a"), null, handler);
    await new Promise(setImmediate);
    expect(told).toHaveLength(2);
    resume();
    await ended;
    expect(told.at(-1)).toBe("end");
  });

  test("ends with what a handler throws, which is no abort", async () => {
    const { told, ended, handler } = record((event, controller) => {
      if (event === "start") throw new Error("not this");
      if (event === "error") told.push(controller.aborted);
    });
    MockExchange.begin(answer("a"), null, handler);
    await ended;
    expect(told.slice(-2)).toEqual(["error not this", false]);
  });

  test("ends with an error of the body that it reads", async () => {
    const { told, ended, handler } = record();
    async function* body() {
      yield Uint8Array.of(1);
      throw new Error("broken");
    }
    MockExchange.begin(answer("a"), body(), handler);
    await ended;
    expect(told).toEqual(["request", "error broken"]);
  });

  test("ends at once where it is aborted while it waits", async () => {
    const { told, ended, handler } = record((event, controller) => {
      if (event === "request") setImmediate(() => controller.abort(new Error("enough")));
    });
    MockExchange.begin({ ...answer("a"), delayMs: 60_000 } as MockOutcome, null, handler);
    await ended;
    expect(told).toEqual(["request", "error enough"]);
  });
});
