import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { TokenCache } from "../../runtime/src/token-cache.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
  type TokenRequest,
} from "../../runtime/src/token-client.ts";
import { TokenSource } from "../../runtime/src/token-source.ts";
import { atEnd } from "../support/disposal.ts";

const client = defineTokenClient("catalog.client", {
  tokenEndpoint: "https://login.example.com",
  clientId: "id",
});
const request = buildTokenRequest(client);
const forced = { ...request, forceRenewal: true };
const other = overrideTokenRequest(request, { scope: "other" });

interface Asked {
  readonly request: TokenRequest;
  readonly signal: AbortSignal;
  issue(value: string, lifetimeSeconds?: number): AccessToken;
  fail(error: Error): void;
}

/** A source over an authorization server that answers when the test says so, at the time the test says it is. */
function createSource() {
  const clock = { now: 1_000_000 };
  const asked: Asked[] = [];
  const source = new TokenSource({
    cache: new TokenCache(),
    now: () => clock.now,
    requestToken: (request, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<AccessToken>();
      const issuedAt = clock.now;
      signal.addEventListener("abort", () => reject(signal.reason));
      asked.push({
        request,
        signal,
        issue(value, lifetimeSeconds = 100) {
          const expiresAt = issuedAt + lifetimeSeconds * 1000;
          const token = new AccessToken({
            value,
            tokenType: "Bearer",
            issuedAt,
            expiresAt,
            clientName: client.name,
          });
          resolve(token);
          return token;
        },
        fail: reject,
      });
      return promise;
    },
  });
  return { source, asked, clock };
}

async function cache(
  value: string,
  { source, asked }: ReturnType<typeof createSource>,
): Promise<AccessToken> {
  const got = source.get(request);
  asked.at(-1)?.issue(value);
  return got;
}

describe("get", () => {
  test("gives a cached token without a request", async () => {
    const setup = createSource();
    const token = await cache("a", setup);
    expect(setup.source.peek(request)).toBe(token);
    expect(await setup.source.get(request)).toBe(token);
    expect(setup.asked).toHaveLength(1);
  });

  test("shares the request with a subscriber that asks while it begins", async () => {
    const { source, asked } = createSource();
    const subscriber = () => void source.get(request);
    subscribe("openapi-m2m.token.renewal", subscriber);
    atEnd(() => unsubscribe("openapi-m2m.token.renewal", subscriber));
    source.get(request);
    await turn();
    expect(asked).toHaveLength(1);
  });

  test("shares one request among concurrent callers", async () => {
    const { source, asked } = createSource();
    const got = Promise.all(Array.from({ length: 1000 }, () => source.get(request)));
    expect(asked).toHaveLength(1);
    const token = asked[0]?.issue("a");
    expect(new Set(await got)).toEqual(new Set([token]));
  });

  test("keeps tokens of different keys apart, in flight and cached", async () => {
    const { source, asked } = createSource();
    const got = Promise.all([source.get(request), source.get(other)]);
    expect(asked.map(({ request }) => request.key)).toEqual([request.key, other.key]);
    asked[0]?.issue("a");
    asked[1]?.issue("b");
    expect((await got).map((token) => token.value)).toEqual(["a", "b"]);
  });

  test("renews from the margin before expiry, a fifth of a short life", async () => {
    const setup = createSource();
    await cache("a", setup);
    setup.clock.now += 79_999;
    expect(setup.source.peek(request)).toMatchObject({ value: "a" });
    setup.clock.now += 1;
    const got = setup.source.get(request);
    setup.asked.at(-1)?.issue("b");
    expect(await got).toMatchObject({ value: "b" });
  });

  test("gives the current token when its renewal fails before it expires", async () => {
    const setup = createSource();
    await cache("a", setup);
    setup.clock.now += 90_000;
    const got = setup.source.get(request);
    setup.asked.at(-1)?.fail(new Error("down"));
    expect(await got).toMatchObject({ value: "a" });
  });

  test("rejects when the renewal of an expired token fails", async () => {
    const setup = createSource();
    await cache("a", setup);
    setup.clock.now += 100_000;
    const got = setup.source.get(request);
    setup.asked.at(-1)?.fail(new Error("down"));
    await expect(got).rejects.toThrow("down");
  });

  test("gives a token just requested to those who waited, however short its life", async () => {
    const { source, asked, clock } = createSource();
    const got = source.get(request);
    clock.now += 5000;
    asked[0]?.issue("a", 1);
    expect(await got).toMatchObject({ value: "a" });
  });

  test("does not cache a token without a life", async () => {
    const { source, asked } = createSource();
    const got = source.get(request);
    asked[0]?.issue("a", 0);
    await got;
    source.get(request);
    expect(asked).toHaveLength(2);
  });

  test("asks again after a failure", async () => {
    const { source, asked } = createSource();
    const failed = source.get(request);
    asked[0]?.fail(new Error("down"));
    await expect(failed).rejects.toThrow("down");
    const got = source.get(request);
    asked[1]?.issue("a");
    expect(await got).toMatchObject({ value: "a" });
  });
});

describe("a caller's abort", () => {
  test("rejects that caller alone", async () => {
    const { source, asked } = createSource();
    const controller = new AbortController();
    const aborted = source.get(request, controller.signal);
    const waiting = source.get(request);
    controller.abort(new Error("mine"));
    await expect(aborted).rejects.toThrow("mine");
    asked[0]?.issue("a");
    expect(await waiting).toMatchObject({ value: "a" });
  });

  test("aborts the request once nobody waits for it any more", async () => {
    const { source, asked } = createSource();
    const controllers = [new AbortController(), new AbortController()];
    const settled = Promise.allSettled(controllers.map(({ signal }) => source.get(request, signal)));
    controllers[0]?.abort();
    await turn();
    expect(asked[0]?.signal.aborted).toBe(false);
    controllers[1]?.abort();
    await settled;
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  test("lets the next caller ask anew instead of joining an aborted request", async () => {
    const { source, asked } = createSource();
    const controller = new AbortController();
    const aborted = source.get(request, controller.signal);
    controller.abort();
    await Promise.allSettled([aborted]);
    const got = source.get(request);
    asked[1]?.issue("a");
    expect(await got).toMatchObject({ value: "a" });
  });

  test("before the call requests nothing", async () => {
    const { source, asked } = createSource();
    const signal = AbortSignal.abort(new Error("early"));
    await expect(source.get(request, signal)).rejects.toThrow("early");
    await expect(source.get(forced, signal)).rejects.toThrow("early");
    expect(asked).toHaveLength(0);
  });
});

describe("get with forceRenewal", () => {
  test("asks although a token is cached, and replaces it", async () => {
    const setup = createSource();
    await cache("a", setup);
    const got = setup.source.get(forced);
    setup.asked[1]?.issue("b");
    await got;
    expect(setup.source.peek(request)).toMatchObject({ value: "b" });
  });

  test("leaves the cached token alone when the new one has no life", async () => {
    const setup = createSource();
    await cache("a", setup);
    const got = setup.source.get(forced);
    setup.asked[1]?.issue("b", 0);
    expect(await got).toMatchObject({ value: "b" });
    expect(setup.source.peek(request)).toMatchObject({ value: "a" });
  });

  test("leaves the cached token alone when it fails", async () => {
    const setup = createSource();
    await cache("a", setup);
    const got = setup.source.get(forced);
    setup.asked[1]?.fail(new Error("down"));
    await expect(got).rejects.toThrow("down");
    expect(setup.source.peek(request)).toMatchObject({ value: "a" });
  });

  test("shares the next request among all that arrive during one", async () => {
    const { source, asked } = createSource();
    const missed = source.get(request);
    const got = Promise.all([source.get(forced), source.get(forced)]);
    asked[0]?.issue("a");
    expect(await missed).toMatchObject({ value: "a" });
    await turn();
    expect(asked).toHaveLength(2);
    const token = asked[1]?.issue("b");
    expect(await got).toEqual([token, token]);
    expect(source.peek(request)).toBe(token);
  });

  test("still asks after the request under way failed", async () => {
    const { source, asked } = createSource();
    const missed = source.get(request) as Promise<AccessToken>;
    const got = source.get(forced);
    asked[0]?.fail(new Error("down"));
    await expect(missed).rejects.toThrow("down");
    await turn();
    asked[1]?.issue("b");
    expect(await got).toMatchObject({ value: "b" });
  });

  test("is not poisoned by an earlier caller that gave up before its request began", async () => {
    const { source, asked } = createSource();
    const controller = new AbortController();
    const missed = source.get(request);
    const aborted = source.get(forced, controller.signal);
    controller.abort();
    await Promise.allSettled([aborted]);
    const got = source.get(forced);
    asked[0]?.issue("a");
    await missed;
    await turn();
    asked[1]?.issue("b");
    expect(await got).toMatchObject({ value: "b" });
  });
});

describe("replace", () => {
  test("makes one request for any number of callers whose token was rejected", async () => {
    const setup = createSource();
    const rejected = await cache("a", setup);
    const got = Promise.all(Array.from({ length: 1000 }, () => setup.source.replace(request, rejected)));
    expect(setup.asked).toHaveLength(2);
    const token = setup.asked[1]?.issue("b");
    expect(new Set(await got)).toEqual(new Set([token]));
  });

  test("keeps a newer token when an older one is rejected", async () => {
    const setup = createSource();
    const rejected = await cache("a", setup);
    const replaced = setup.source.replace(request, rejected);
    const newer = setup.asked[1]?.issue("b");
    await replaced;
    expect(await setup.source.replace(request, rejected)).toBe(newer);
    expect(setup.asked).toHaveLength(2);
  });

  test("joins a renewal under way", async () => {
    const setup = createSource();
    const rejected = await cache("a", setup);
    const renewed = setup.source.get(forced);
    const replaced = setup.source.replace(request, rejected);
    const token = setup.asked[1]?.issue("b");
    expect(await Promise.all([renewed, replaced])).toEqual([token, token]);
    expect(setup.asked).toHaveLength(2);
  });

  test("does not bring the rejected token back when its renewal fails", async () => {
    const setup = createSource();
    const rejected = await cache("a", setup);
    const replaced = setup.source.replace(request, rejected);
    setup.asked[1]?.fail(new Error("down"));
    await expect(replaced).rejects.toThrow("down");
    setup.source.get(request);
    expect(setup.asked).toHaveLength(3);
  });
});

describe("invalidate", () => {
  test("makes the next call ask", async () => {
    const setup = createSource();
    await cache("a", setup);
    setup.source.invalidate(request);
    setup.source.get(request);
    expect(setup.asked).toHaveLength(2);
  });

  test("of a client drops all of its tokens", async () => {
    const setup = createSource();
    await cache("a", setup);
    const got = setup.source.get(other);
    setup.asked[1]?.issue("b");
    await got;
    setup.source.invalidateClient(client.name);
    setup.source.get(request);
    setup.source.get(other);
    expect(setup.asked).toHaveLength(4);
  });

  test("of a client leaves another client's tokens alone", async () => {
    const setup = createSource();
    const token = await cache("a", setup);
    setup.source.invalidateClient("another");
    expect(setup.source.peek(request)).toBe(token);
  });

  test("keeps a request under way from filling the cache, and still serves those who wait for it", async () => {
    const { source, asked } = createSource();
    const waiting = source.get(request);
    source.invalidate(request);
    const asking = source.get(request);
    asked[1]?.issue("new");
    expect(await asking).toMatchObject({ value: "new" });
    asked[0]?.issue("old");
    expect(await waiting).toMatchObject({ value: "old" });
    expect(source.peek(request)).toMatchObject({ value: "new" });
  });
});
