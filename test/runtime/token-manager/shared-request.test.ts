import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createTokenManager } from "../../../runtime/src/token-manager.ts";
import { using } from "../../support/disposal.ts";
import { startTokenEndpoint } from "../../support/scripted-server.ts";
import { startMirror, throughApiClient, throughFetch, throughInterceptor, type Way } from "./ways.ts";

/** Callers of every kind in turn, and an authorization server that answers when the test says. */
async function setUp(requestTimeoutMs = 10_000) {
  const login = await using(startTokenEndpoint());
  const api = await using(startMirror());
  const clients = { a: { tokenEndpoint: login.origin, clientId: "a", requestTimeoutMs } };
  const tokens = await using(createTokenManager<string>({ clients }));
  const issue = login.script;
  const asked = Promise.withResolvers<ServerResponse>();
  const answered = Promise.withResolvers<void>();
  login.script = async (request, response) => {
    asked.resolve(response);
    await answered.promise;
    return issue(request, response);
  };
  const ways = [getAccessToken, throughFetch, throughInterceptor, throughApiClient];
  const callers = ways.map((way) => way({ tokens, name: "a", baseUrl: api.origin }));
  const call = (index: number, signal: AbortSignal) => callers[index % 4]?.({ signal }) as Promise<string>;
  return { login, api, call, tokens, answer: answered.resolve, asked: asked.promise };
}

const getAccessToken: Way = ({ tokens, name }) => {
  return async ({ signal } = {}) => (await tokens.getAccessToken(name, signal ? { signal } : {})).value;
};

const HUNDRED = Array.from({ length: 100 }, (_, index) => index);

describe("a hundred callers of one token request, each with a signal,", () => {
  test("are rejected alone, with their own reasons, and the others get the token", async () => {
    const { login, api, call, asked, answer } = await setUp();
    const controllers = HUNDRED.map(() => new AbortController());
    const got = controllers.map(({ signal }, index) => call(index, signal));
    const settled = Promise.allSettled(got);
    await asked;
    const isGivenUp = (index: number) => index % 3 > 0;
    for (const index of HUNDRED.filter(isGivenUp)) {
      controllers[index]?.abort(new Error(`reason ${index}`));
      await expect(got[index]).rejects.toThrow(`reason ${index}`);
    }
    answer();
    const outcomes = await settled;
    for (const index of HUNDRED.filter((index) => !isGivenUp(index))) {
      expect(outcomes[index]).toEqual({ status: "fulfilled", value: "token-1" });
    }
    expect(login.requests).toHaveLength(1);
    const staying = HUNDRED.filter((index) => !isGivenUp(index) && index % 4 > 0);
    expect(api.requests).toHaveLength(staying.length);
  });

  test("have it given up once all of them are, and the next caller asks anew", async () => {
    const { login, api, call, asked, answer, tokens } = await setUp();
    const controllers = HUNDRED.map(() => new AbortController());
    const settled = Promise.allSettled(controllers.map(({ signal }, index) => call(index, signal)));
    const response = await asked;
    const givenUp = once(response, "close");
    for (const controller of controllers) controller.abort();
    await settled;
    await givenUp;
    expect(response.writableEnded).toBe(false);
    answer();
    expect((await tokens.getAccessToken("a")).expiresAt).toBeGreaterThan(0);
    expect([login.requests.length, api.requests.length]).toEqual([2, 0]);
  });

  test("are all told when its own time is over, whenever they came", async () => {
    const { login, api, call, asked } = await setUp(200);
    const { signal } = new AbortController();
    const early = HUNDRED.slice(0, 50).map((index) => call(index, signal));
    const settled = Promise.allSettled(early);
    await asked;
    const late = Promise.allSettled(HUNDRED.slice(50).map((index) => call(index, signal)));
    const errors = [...(await settled), ...(await late)].map((outcome) =>
      outcome.status === "rejected" ? (outcome.reason as { code: string }).code : outcome.value,
    );
    expect(new Set(errors)).toEqual(new Set(["ERR_TOKEN_ENDPOINT_TIMEOUT"]));
    expect([login.requests.length, api.requests.length]).toEqual([1, 0]);
  });

  test("leave nothing on a signal that they share and that outlives them", async () => {
    const { call, asked, answer } = await setUp();
    const { signal } = new AbortController();
    const counted = countListeners(signal);
    const got = HUNDRED.map((index) => call(index, signal));
    await asked;
    expect(counted()).toBeGreaterThan(0);
    answer();
    await Promise.all(got);
    await turn();
    expect(counted()).toBe(0);
  });
});

function countListeners(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const { addEventListener: add, removeEventListener: remove } = signal;
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners.add(given[1]);
    add.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners.delete(given[1]);
    remove.apply(signal, given);
  };
  return () => listeners.size;
}
