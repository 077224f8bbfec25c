import { describe, expect, test } from "vitest";
import { AccessToken } from "../../../runtime/src/access-token.ts";
import { TokenCache } from "../../../runtime/src/token-cache.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
} from "../../../runtime/src/token-client.ts";
import { HeldTokens } from "../../../runtime/src/token-source/held-tokens.ts";

const client = defineTokenClient("a", { tokenEndpoint: "https://login.example.com", clientId: "id" });
const request = buildTokenRequest(client);
const narrow = overrideTokenRequest(request, { scope: "narrow" });
const { key } = request;

const createToken = (value: string, lifeMs = 100_000) =>
  new AccessToken({ value, tokenType: "Bearer", clientName: "a", issuedAt: 0, expiresAt: lifeMs });
const [a, b] = [createToken("a"), createToken("b")];

function setUp() {
  const held = new HeldTokens({ cache: new TokenCache(), random: () => 0 });
  return { held, read: () => held.read(key)?.token };
}

describe("HeldTokens", () => {
  test("keeps a token with the plan of its life, and none without a life", () => {
    const { held, read } = setUp();
    held.keep(request, a);
    expect(held.read(key)).toEqual({ token: a, freshUntil: 80_000, renewableFrom: 60_000 });
    held.keep(request, createToken("b", 0));
    expect(read()).toBe(a);
  });

  test("keeps a token that it is given again to its end", () => {
    const { held } = setUp();
    held.keep(request, a);
    held.keep(request, createToken("a"));
    expect(held.read(key)).toMatchObject({ freshUntil: 100_000, renewableFrom: Number.POSITIVE_INFINITY });
  });

  test("drops a rejected token, unless there is another by now; it is unwanted either way", () => {
    const { held, read } = setUp();
    held.keep(request, b);
    held.discard(key, a);
    expect(read()).toBe(b);
    expect([a, b].map((token) => held.isUnwanted(key, token))).toEqual([true, false]);
    held.discard(key, b);
    expect(read()).toBeUndefined();
    expect(held.isUnwanted(key, b)).toBe(true);
  });

  test("does not want a token back that was dropped, alone or with all of its client, under that key", () => {
    const { held } = setUp();
    held.keep(request, a);
    held.keep(narrow, b);
    held.drop(key);
    expect(held.isUnwanted(key, a)).toBe(true);
    expect(held.isUnwanted(narrow.key, a)).toBe(false);
    held.dropClient("another");
    expect(held.isUnwanted(narrow.key, b)).toBe(false);
    held.dropClient("a");
    expect(held.isUnwanted(narrow.key, b)).toBe(true);
  });

  test("drops what is not there without a word", () => {
    const { held, read } = setUp();
    held.drop(key);
    expect(read()).toBeUndefined();
    expect(held.isUnwanted(key, a)).toBe(false);
  });

  test.each(["__proto__", "constructor"])("takes the key %s for any other", (name) => {
    const { held } = setUp();
    expect(held.read(name)).toBeUndefined();
    expect(held.isUnwanted(name, a)).toBe(false);
    held.keep({ ...request, key: name }, a);
    expect(held.read(name)?.token).toBe(a);
  });

  test("remembers of 100,000 tokens that were dropped the last thousand", () => {
    const { held } = setUp();
    for (let index = 0; index < 100_000; index++) held.discard(String(index), a);
    const remembered = Array.from({ length: 100_000 }, (_, index) => held.isUnwanted(String(index), a));
    expect(remembered.filter(Boolean)).toHaveLength(1000);
    expect(remembered.slice(-1000).every(Boolean)).toBe(true);
  });
});
