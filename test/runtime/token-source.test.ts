import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { TokenError } from "../../runtime/src/errors.ts";
import type { SharedTokens } from "../../runtime/src/shared-tokens.ts";
import { TokenCache } from "../../runtime/src/token-cache.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
} from "../../runtime/src/token-client.ts";
import { TokenSource } from "../../runtime/src/token-source.ts";
import { atEnd } from "../support/disposal.ts";
import { createTokenEndpoint } from "../support/processes.ts";

const client = defineTokenClient("catalog.client", {
  tokenEndpoint: "https://login.example.com",
  clientId: "id",
});
const request = buildTokenRequest(client);
const forced = { ...request, forceRenewal: true };
const other = overrideTokenRequest(request, { scope: "other" });

/** A source over an authorization server that answers when the test says so, at the time the test says it is. */
function createSource({ tokenCache = new TokenCache(), random = 0, onAsked = () => {} } = {}) {
  const clock = { now: 1_000_000 };
  const { asked, requestToken } = createTokenEndpoint(clock, onAsked);
  const source = new TokenSource({
    cache: tokenCache,
    random: () => random,
    now: () => clock.now,
    requestToken,
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
    const { source, asked } = createSource({ onAsked: () => void source.get(request) });
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

describe("early renewal", () => {
  /** A token that lives for 100 s is fresh for 80, and renewable in the background from 60 on. */
  async function createRenewable() {
    const setup = createSource();
    await cache("a", setup);
    setup.clock.now += 60_000;
    return { ...setup, value: () => setup.source.peek(request)?.value };
  }

  test("begins with a call, not before the last quarter before the margin", async () => {
    const setup = createSource();
    await cache("a", setup);
    setup.clock.now += 59_999;
    setup.source.peek(request);
    expect(setup.asked).toHaveLength(1);
    setup.clock.now += 1;
    await turn();
    expect(setup.asked).toHaveLength(1);
    setup.source.peek(request);
    expect(setup.asked).toHaveLength(2);
  });

  test("begins at another point of that quarter for each token, by chance", async () => {
    const setup = createSource({ random: 0.5 });
    await cache("a", setup);
    setup.clock.now += 69_999;
    setup.source.peek(request);
    expect(setup.asked).toHaveLength(1);
    setup.clock.now += 1;
    setup.source.peek(request);
    expect(setup.asked).toHaveLength(2);
  });

  test("is one request, while which every caller gets the current token at once", async () => {
    const { value, asked } = await createRenewable();
    expect(Array.from({ length: 1000 }, value)).toEqual(Array.from({ length: 1000 }, () => "a"));
    expect(asked).toHaveLength(2);
    asked[1]?.issue("b");
    await turn();
    expect(value()).toBe("b");
  });

  test("is requested for the reason early", async () => {
    const { value, asked } = await createRenewable();
    value();
    expect(asked.map(({ reason }) => reason)).toEqual(["missing", "early"]);
  });

  test("that fails leaves the current token to serve until it expires, without an unhandled rejection", async () => {
    const { value, source, asked, clock } = await createRenewable();
    value();
    asked[1]?.fail(new Error("down"));
    await turn();
    clock.now += 39_999;
    const got = source.get(request);
    asked.at(-1)?.fail(new Error("down"));
    expect(await got).toMatchObject({ value: "a" });
    clock.now += 1;
    const expired = source.get(request);
    asked.at(-1)?.fail(new Error("down"));
    await expect(expired).rejects.toThrow("down");
  });

  test("that fails is tried again by a call a second later, or when the server says", async () => {
    const { value, asked, clock } = await createRenewable();
    const fail = async (retryAfterMs?: number) => {
      asked
        .at(-1)
        ?.fail(new TokenError("ERR_TOKEN_ENDPOINT_FAILED", "down", { client: client.name, retryAfterMs }));
      await turn();
    };
    const countAfter = (ms: number) => {
      clock.now += ms;
      value();
      return asked.length;
    };
    value();
    await fail();
    expect([countAfter(999), countAfter(1)]).toEqual([2, 3]);
    await fail(5000);
    expect([countAfter(4999), countAfter(1)]).toEqual([3, 4]);
  });

  test("does not spin when the server gives the same token again, which then serves to its end", async () => {
    const { value, asked, clock } = await createRenewable();
    value();
    asked[1]?.issue("a", 40);
    await turn();
    for (let second = 0; second < 40; second++) {
      expect(value()).toBe("a");
      clock.now += 1000;
    }
    expect(asked).toHaveLength(2);
    expect(value()).toBeUndefined();
  });

  test("is joined by whoever can't use the current token any more", async () => {
    const { value, source, asked, clock } = await createRenewable();
    value();
    const rejected = source.replace(request, source.peek(request) as AccessToken);
    clock.now += 20_000;
    const missed = source.get(request);
    expect(asked).toHaveLength(2);
    const token = asked[1]?.issue("b");
    expect(await Promise.all([rejected, missed])).toEqual([token, token]);
  });

  test("goes on when the callers that joined it give up", async () => {
    const { value, source, asked, clock } = await createRenewable();
    value();
    clock.now += 20_000;
    const controller = new AbortController();
    const aborted = source.get(request, controller.signal);
    controller.abort();
    await Promise.allSettled([aborted]);
    expect(asked[1]?.signal.aborted).toBe(false);
    asked[1]?.issue("b");
    await turn();
    expect(value()).toBe("b");
  });

  test("is given up when the source is closed, unless somebody waits for it", async () => {
    const { value, source, asked, clock } = await createRenewable();
    value();
    clock.now += 20_000;
    const got = source.get(request);
    source.close();
    expect(asked[1]?.signal.aborted).toBe(false);
    asked[1]?.issue("b");
    expect(await got).toMatchObject({ value: "b" });
    clock.now += 40_000;
    value();
    source.close();
    expect(asked[2]?.signal.aborted).toBe(true);
  });
});

describe("a cache that throws", () => {
  class Broken extends TokenCache {
    override get(): never {
      throw Object.assign(new Error("planted-token"), { code: "ECONNRESET" });
    }
    override set(): never {
      throw new TypeError("planted-token");
    }
    override delete(): never {
      throw new Error("planted-token");
    }
    override deleteClient(): never {
      throw new Error("planted-token");
    }
  }

  test("still yields a token, to each call its own request", async () => {
    const { source, asked } = createSource({ tokenCache: new Broken() });
    for (const value of ["a", "b"]) {
      const got = source.get(request);
      asked.at(-1)?.issue(value);
      expect(await got).toMatchObject({ value });
    }
  });

  test("still replaces a rejected token, and can be told to invalidate", async () => {
    const setup = createSource({ tokenCache: new Broken() });
    const rejected = await cache("a", setup);
    const replaced = setup.source.replace(request, rejected);
    setup.asked[1]?.issue("b");
    expect(await replaced).toMatchObject({ value: "b" });
    setup.source.invalidate(request);
    setup.source.invalidateClient(client.name);
  });

  test("is published with the operation and a code, never with what it said", async () => {
    const events: unknown[] = [];
    const subscriber = (event: unknown) => events.push(event);
    subscribe("openapi-m2m.store.failure", subscriber);
    atEnd(() => unsubscribe("openapi-m2m.store.failure", subscriber));
    const setup = createSource({ tokenCache: new Broken() });
    await cache("a", setup);
    setup.source.invalidate(request);
    expect(events).toEqual([
      { operation: "get", code: "ECONNRESET" },
      { operation: "get", code: "ECONNRESET" },
      { operation: "get", code: "ECONNRESET" },
      { operation: "set", code: "TypeError" },
      { operation: "delete", code: "Error" },
    ]);
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

describe("follow", () => {
  /** A source that has a token, and one of another process, issued after so many ms, for so many seconds. */
  async function createFollowing() {
    const setup = createSource();
    const { source, clock } = setup;
    const token = await cache("a", setup);
    const createOther = (value: string, lifeMs = 100_000) => {
      const life = { issuedAt: clock.now, expiresAt: clock.now + lifeMs };
      return new AccessToken({ value, tokenType: "Bearer", clientName: client.name, ...life });
    };
    return { ...setup, source, token, createOther };
  }

  test("takes another token instead of the cached one", async () => {
    const { source, createOther } = await createFollowing();
    source.follow(request, createOther("b"));
    expect(source.peek(request)).toMatchObject({ value: "b" });
  });

  test("drops the cached token when there is none any more", async () => {
    const { source } = await createFollowing();
    source.follow(request, undefined);
    expect(source.peek(request)).toBeUndefined();
  });

  test("takes no token that has expired, or that was rejected or dropped before", async () => {
    const { source, token, createOther } = await createFollowing();
    source.follow(request, createOther("expired", 0));
    expect(source.peek(request)).toBe(token);
    const other = createOther("b");
    source.follow(request, other);
    source.discard(request, token);
    source.follow(request, token);
    expect(source.peek(request)).toBe(other);
    source.invalidate(request);
    source.follow(request, other);
    expect(source.peek(request)).toBeUndefined();
  });

  test("takes nothing for which there is no token", async () => {
    const { source, createOther } = await createFollowing();
    source.follow(other, createOther("b"));
    expect(source.peek(other)).toBeUndefined();
  });

  test("leaves a token that is had again as it is planned", async () => {
    const { source, asked, clock, createOther } = await createFollowing();
    source.follow(request, createOther("a"));
    clock.now += 60_000;
    source.peek(request);
    expect(asked.at(-1)?.reason).toBe("early");
  });

  test("lets a renewal under way go on, and its token be cached", async () => {
    const { source, asked } = await createFollowing();
    const got = source.get(forced);
    source.follow(request, undefined);
    asked[1]?.issue("b");
    await got;
    expect(source.peek(request)).toMatchObject({ value: "b" });
  });

  test("leaves another token to a renewal under way, which finds it and asks for none", async () => {
    const clock = { now: 0 };
    const { asked, requestToken } = createTokenEndpoint(clock);
    const shared: Pick<SharedTokens, "obtain"> = {
      async obtain({ judge, ask }) {
        const life = { issuedAt: clock.now, expiresAt: clock.now + 100_000 };
        const value = `found at ${clock.now}`;
        const found = new AccessToken({ value, tokenType: "Bearer", clientName: client.name, ...life });
        source.follow(request, found);
        return judge(found) === "accept" ? found : ask();
      },
    };
    const options = { cache: new TokenCache(), requestToken, now: () => clock.now };
    const source = new TokenSource({ ...options, shared: shared as SharedTokens });
    const { expiresAt } = await source.get(request);
    clock.now = expiresAt;
    expect(await source.get(request)).toMatchObject({ value: "found at 100000" });
    expect(asked).toEqual([]);
  });
});
