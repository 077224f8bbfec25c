import { describe, expect, test } from "vitest";
import { ApiCall } from "../../runtime/src/api-call.ts";
import type { ApiResult } from "../../runtime/src/result.ts";

const controller = { aborted: false, paused: false, reason: null, abort() {}, pause() {}, resume() {} };

/** A call whose answer is read by `read`, and what its caller sees. */
function createCall(read: () => ApiResult) {
  const { promise, resolve, reject } = Promise.withResolvers<ApiResult>();
  const request = {
    called: { operation: { method: "GET", path: ["/"], responses: {} }, input: {} },
    operation: "GET /",
    method: "GET",
    origin: "https://api.example",
    path: "/?q=1",
    headers: [],
  };
  const reader = { accept: "*/*", hasItems: false, read, open: () => undefined };
  const options = { ...request, body: undefined, token: undefined, reader, stream: false, maxBytes: 0 };
  const call = new ApiCall({ ...options, resolve, reject });
  return { promise, call };
}

describe("ApiCall", () => {
  test("rejects when the answer can't be read, for instance because it is longer than a string can be", async () => {
    const cause = Object.assign(new Error("too long"), { code: "ERR_STRING_TOO_LONG" });
    const { promise, call } = createCall(() => {
      throw cause;
    });
    call.begin(0, undefined);
    call.onResponseEnd();
    await expect(promise).rejects.toMatchObject({
      name: "ApiConnectionError",
      cause: { code: "ERR_STRING_TOO_LONG" },
      message: expect.stringContaining("see the cause"),
    });
  });

  test("says where no answer came from, without its query, and what to do", async () => {
    const { promise, call } = createCall(() => ({ ok: true }) as ApiResult);
    call.begin(0, undefined);
    call.onResponseError(controller, Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    await expect(promise).rejects.toMatchObject({
      name: "ApiConnectionError",
      message: expect.stringMatching(/^GET \/: .* from https:\/\/api\.example\/ \(ENOTFOUND\); no such host/),
    });
  });

  test("leaves no listener on a signal that outlives it", async () => {
    const signals = new AbortController();
    const listeners = new Set<unknown>();
    const signal = Object.assign(signals.signal, {
      addEventListener: (_: string, listener: unknown) => listeners.add(listener),
      removeEventListener: (_: string, listener: unknown) => listeners.delete(listener),
    });
    const { promise, call } = createCall(() => ({ ok: true }) as ApiResult);
    call.begin(1000, signal);
    expect(listeners.size).toBe(1);
    call.onResponseEnd();
    await promise;
    expect(listeners.size).toBe(0);
  });

  test("aborts a request that begins after it was given up", () => {
    const { promise, call } = createCall(() => ({ ok: true }) as ApiResult);
    promise.catch(() => {});
    expect(call.begin(0, AbortSignal.abort())).toBe(false);
    let aborted = false;
    call.onRequestStart({ ...controller, abort: () => (aborted = true) });
    expect(aborted).toBe(true);
  });
});
