import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { tokenRenewalChannel, tokenRequestChannel } from "../../../runtime/src/events.ts";
import { createTokenManager } from "../../../runtime/src/token-manager.ts";
import { atEnd, using } from "../../support/disposal.ts";
import { startTokenEndpoint } from "../../support/scripted-server.ts";
import { startMirror, throughFetch, ways } from "./ways.ts";

/** Instants of a token for an hour that was had at 0, with the usual margin of a minute. */
const RENEWABLE = 3_539_999;
const MARGIN = 3_540_000;
const EXPIRY = 3_600_000;

/** A manager that holds a token which is due for renewal, and an authorization server that answers when the test says. */
async function setUp() {
  const login = await using(startTokenEndpoint());
  const api = await using(startMirror());
  const clock = { now: 0 };
  const clients = { a: { tokenEndpoint: login.origin, clientId: "a" } };
  const tokens = await using(createTokenManager<string>({ clients, now: () => clock.now }));
  await tokens.getAccessToken("a");
  clock.now = RENEWABLE;
  const issue = login.script;
  const asked = Promise.withResolvers<ServerResponse>();
  const answered = Promise.withResolvers<void>();
  login.script = async (request, response) => {
    asked.resolve(response);
    await answered.promise;
    return issue(request, response);
  };
  const nextEnd = watchRequests();
  const get = throughFetch({ tokens, name: "a", baseUrl: api.origin });
  /** Has the renewal answered, and waits until the manager knows. */
  const land = () => {
    const landed = nextEnd();
    answered.resolve();
    return landed;
  };
  return { login, issue, api, clock, tokens, get, asked: asked.promise, land, nextEnd };
}

/** @returns waits for the next end of a token request, good or bad, and until all who wait for it know */
function watchRequests(): () => Promise<void> {
  let notify = () => {};
  const subscriber = { asyncEnd: () => setImmediate(notify) };
  tokenRequestChannel.subscribe(subscriber as never);
  atEnd(() => void tokenRequestChannel.unsubscribe(subscriber as never));
  return () =>
    new Promise((resolve) => {
      notify = resolve;
    });
}

function recordReasons(): string[] {
  const reasons: string[] = [];
  const record = (event: unknown) => void reasons.push((event as { reason: string }).reason);
  tokenRenewalChannel.subscribe(record);
  atEnd(() => void tokenRenewalChannel.unsubscribe(record));
  return reasons;
}

describe("a renewal in the background", () => {
  test.each(ways)(
    "costs calls through %s no time, and one request; its token is used from then on",
    async (_, way) => {
      const { login, api, tokens, asked, land } = await setUp();
      const callApi = way({ tokens, name: "a", baseUrl: api.origin });
      const before = await Promise.all(Array.from({ length: 20 }, () => callApi()));
      await asked;
      before.push(await callApi(), (await tokens.getAccessToken("a")).value);
      expect(new Set(before)).toEqual(new Set(["token-1"]));
      await land();
      expect([await callApi(), (await tokens.getAccessToken("a")).value]).toEqual(["token-2", "token-2"]);
      expect(login.requests).toHaveLength(2);
    },
  );

  test("is published as early, once", async () => {
    const { tokens, land } = await setUp();
    const reasons = recordReasons();
    for (let call = 0; call < 3; call++) await tokens.getAccessToken("a");
    await land();
    await tokens.getAccessToken("a");
    expect(reasons).toEqual(["early"]);
  });

  test("is what callers wait for that come after the margin", async () => {
    const { login, clock, tokens, asked, land } = await setUp();
    await tokens.getAccessToken("a");
    await asked;
    clock.now = MARGIN;
    const got = tokens.getAccessToken("a");
    await land();
    expect(await got).toMatchObject({ value: "token-2" });
    expect(login.requests).toHaveLength(2);
  });

  test("that fails is nobody's error, and the current token serves until it expires", async () => {
    const { login, clock, get, nextEnd } = await setUp();
    const landed = nextEnd();
    login.script = (_, response) => {
      response.writeHead(400, { "content-type": "application/json" });
      response.end('{"error":"invalid_client"}');
    };
    expect(await get()).toBe("token-1");
    await landed; // Vitest fails the run for an unhandled rejection.
    for (const now of [RENEWABLE, MARGIN, EXPIRY - 1]) {
      clock.now = now;
      expect(await get()).toBe("token-1");
    }
    clock.now = EXPIRY;
    await expect(get()).rejects.toMatchObject({ name: "TokenError", error: "invalid_client" });
  });

  test("is given up by close(), which does not wait for it", async () => {
    const { tokens, asked } = await setUp();
    await tokens.getAccessToken("a");
    const response = await asked;
    const givenUp = once(response, "close");
    await tokens.close();
    await givenUp;
    expect(response.writableEnded).toBe(false);
  });

  test("is waited for by close() if a caller waits for it", async () => {
    const { clock, tokens, asked, land } = await setUp();
    await tokens.getAccessToken("a");
    await asked;
    clock.now = MARGIN;
    const got = tokens.getAccessToken("a");
    const closed = tokens.close();
    await land();
    await closed;
    expect(await got).toMatchObject({ value: "token-2" });
  });

  test("does not bring back what was invalidated meanwhile", async () => {
    const { login, issue, tokens, asked, land } = await setUp();
    await tokens.getAccessToken("a");
    await asked;
    tokens.invalidate("a");
    login.script = issue;
    const { value } = await tokens.getAccessToken("a");
    await land();
    expect(value).toBe("token-2");
    expect((await tokens.getAccessToken("a")).value).toBe(value);
  });

  test("goes on when a caller who joined it gives up", async () => {
    const { login, clock, tokens, asked, land } = await setUp();
    await tokens.getAccessToken("a");
    await asked;
    clock.now = MARGIN;
    const controller = new AbortController();
    const given = tokens.getAccessToken("a", { signal: controller.signal });
    await turn(); // It has joined by then.
    controller.abort(new Error("mine"));
    await expect(given).rejects.toThrow("mine");
    await land();
    expect((await tokens.getAccessToken("a")).value).toBe("token-2");
    expect(login.requests).toHaveLength(2);
  });
});
