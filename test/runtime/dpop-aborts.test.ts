import { setImmediate } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { describe, expect, test } from "vitest";
import { DpopKey } from "../../runtime/src/dpop.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { createAgent, using } from "../support/disposal.ts";
import { proofOf } from "../support/dpop-calls.ts";
import { type Script, startServer } from "../support/scripted-server.ts";
import { waysToCall } from "../support/ways-to-call.ts";

/** A key whose signatures a test waits for and gives: each proof says in which order it was asked for. */
function createSlowKey() {
  const asked: PromiseWithResolvers<string>[] = [];
  const awaited: PromiseWithResolvers<void>[] = [];
  const at = <T>(list: PromiseWithResolvers<T>[], index: number) =>
    (list[index] ??= Promise.withResolvers<T>());
  let count = 0;
  const sign = () => {
    const index = count++;
    at(awaited, index).resolve();
    return at(asked, index).promise;
  };
  return {
    key: new DpopKey({ alg: "ES256", publicJwk: { kty: "EC" }, sign }),
    /** Resolves once the signature of this number is asked for. */
    isAsked: (index: number) => at(awaited, index).promise,
    give: (...indices: number[]) => {
      for (const index of indices) at(asked, index).resolve("signature");
    },
    fail: (index: number, error: Error) => at(asked, index).reject(error),
  };
}

const demandNonce: Script = (request, response) => {
  if (proofOf(request)["nonce"] === "needed") return { ok: true };
  response.writeHead(401, { "dpop-nonce": "needed", "www-authenticate": 'DPoP error="use_dpop_nonce"' });
  return void response.end("{}");
};

/** Of the signatures, the first is for the token, the others for the API. */
async function setUp(script: Script = demandNonce) {
  const login = await using(startServer(() => ({ access_token: "token", token_type: "DPoP" })));
  const api = await using(startServer(script));
  const { key, ...signatures } = createSlowKey();
  const clients = { a: { tokenEndpoint: login.origin, clientId: "a", dpop: key } };
  const tokens = await using(createTokenManager({ clients }));
  signatures.give(0);
  return { api, tokens, baseUrl: api.origin, ...signatures };
}

describe.each(waysToCall)("a call through %s", (_, createCall) => {
  test.each([
    ["its proof", 1],
    ["the proof of its re-send", 2],
  ])(
    "that is aborted while it waits for %s ends at once with the reason, and is not sent",
    async (_, index) => {
      const { api, isAsked, give, ...means } = await setUp();
      const controller = new AbortController();
      let dispatched = 0;
      const dispatcher = createAgent().compose((dispatch) => (options, handler) => {
        dispatched++;
        return dispatch(options, handler);
      });
      const sent = createCall({ ...means, dispatcher })({ signal: controller.signal });
      if (index === 2) give(1);
      await isAsked(index);
      controller.abort(new Error("stop"));
      await expect(sent).rejects.toThrow("stop");
      await means.tokens.close();
      give(index);
      await setImmediate();
      expect([dispatched, api.requests.length]).toEqual([index - 1, index - 1]);
    },
  );

  test("that is aborted so rejects with a reason that is no error, too", async () => {
    const { isAsked, ...means } = await setUp();
    const controller = new AbortController();
    const sent = createCall(means)({ signal: controller.signal });
    await isAsked(1);
    controller.abort("stop");
    await expect(sent).rejects.toBe("stop");
    await means.tokens.close();
  });

  test("that is aborted while it is sent once more ends with the reason", async () => {
    const controller = new AbortController();
    const { api, give, ...means } = await setUp((request, response) => {
      if (api.requests.length === 2) return controller.abort(new Error("stop"));
      return demandNonce(request, response);
    });
    give(1, 2);
    await expect(createCall(means)({ signal: controller.signal })).rejects.toThrow("stop");
    await means.tokens.close();
    expect(api.requests).toHaveLength(2);
  });

  test.each([
    ["its proof", 1],
    ["the proof of its re-send", 2],
  ])("ends when %s can't be made", async (_, index) => {
    const { api, isAsked, give, fail, ...means } = await setUp();
    const sent = createCall(means)();
    if (index === 2) give(1);
    await isAsked(index);
    fail(index, new Error("no such key"));
    await expect(sent).rejects.toThrow();
    await means.tokens.close();
    expect(api.requests).toHaveLength(index - 1);
  });
});

describe("a generated client's timeout", () => {
  test.each([1, 2])("covers the proof for each request: %i", async (index) => {
    const { api, isAsked, give, ...means } = await setUp();
    const [[, createCall]] = waysToCall as [(typeof waysToCall)[number]];
    const sent = createCall(means)({ timeoutMs: 50 });
    if (index === 2) give(1);
    await expect(sent).rejects.toMatchObject({ name: "ApiTimeoutError" });
    await means.tokens.close();
    expect(api.requests).toHaveLength(index - 1);
  });
});

describe("a handler", () => {
  test("that aborts before its call is sent once more is heeded", async () => {
    const { api, tokens, isAsked, give } = await setUp();
    const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
    let controller: Dispatcher.DispatchController | undefined;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(given) {
        controller ??= given;
      },
      onResponseStart: () => end("answered"),
      onResponseEnd: () => {},
      onResponseError: (_, error) => end(error),
    };
    const dispatcher = tokens.dispatcher.compose(tokens.interceptor("a", { baseUrl: api.origin }));
    dispatcher.dispatch({ origin: api.origin, path: "/", method: "GET" }, handler);
    give(1);
    await isAsked(2);
    const reason = new Error("mine");
    controller?.abort(reason);
    give(2);
    expect(await ended).toBe(reason);
    await tokens.close();
    expect(api.requests).toHaveLength(1);
  });
});
