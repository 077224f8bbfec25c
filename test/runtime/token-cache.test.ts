import { describe, expect, test } from "vitest";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { TokenCache } from "../../runtime/src/token-cache.ts";
import type { HeldToken } from "../../runtime/src/token-lifetime.ts";

function createToken(clientName = "catalog.client"): HeldToken {
  const token = new AccessToken({ value: "x", tokenType: "Bearer", issuedAt: 0, expiresAt: 0, clientName });
  return { token, freshUntil: 0, renewableFrom: 0 };
}

describe("TokenCache", () => {
  test("keeps what it is given, expired or not", () => {
    const cache = new TokenCache();
    const token = createToken();
    cache.set("a", token);
    expect(cache.get("a")).toBe(token);
    expect(cache.get("b")).toBeUndefined();
  });

  test("keeps the last token set under a key", () => {
    const cache = new TokenCache();
    const token = createToken();
    cache.set("a", createToken());
    cache.set("a", token);
    expect(cache.get("a")).toBe(token);
  });

  test("drops the least recently used token when it is full", () => {
    const cache = new TokenCache({ max: 2 });
    for (const key of ["a", "b"]) cache.set(key, createToken());
    cache.get("a");
    cache.set("c", createToken());
    expect(["a", "b", "c"].filter((key) => cache.get(key))).toEqual(["a", "c"]);
  });

  test("keeps 1000 tokens unless told otherwise", () => {
    const cache = new TokenCache();
    const keys = Array.from({ length: 1001 }, (_, index) => String(index));
    for (const key of keys) cache.set(key, createToken());
    expect(keys.filter((key) => cache.get(key) === undefined)).toEqual(["0"]);
  });

  test("deletes one key", () => {
    const cache = new TokenCache();
    for (const key of ["a", "b"]) cache.set(key, createToken());
    cache.delete("a");
    cache.delete("never set");
    expect(["a", "b"].filter((key) => cache.get(key))).toEqual(["b"]);
  });

  test("says what it deleted, if it was there", () => {
    const cache = new TokenCache();
    const token = createToken();
    cache.set("a", token);
    expect(cache.delete("a")).toBe(token);
    expect(cache.delete("a")).toBeUndefined();
  });

  test("deletes every token of a client, and no other's", () => {
    const cache = new TokenCache();
    for (const key of ["a", "b"]) cache.set(key, createToken("catalog.client"));
    cache.set("c", createToken("invoice.client"));
    expect(cache.deleteClient("catalog.client").map(([key]) => key)).toEqual(["b", "a"]);
    expect(["a", "b", "c"].filter((key) => cache.get(key))).toEqual(["c"]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses to keep %d tokens", (max) => {
    expect(() => new TokenCache({ max })).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });
});
