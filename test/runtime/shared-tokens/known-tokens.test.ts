import { describe, expect, test } from "vitest";
import { buildClientKey } from "../../../runtime/src/shared-tokens/client-notice.ts";
import { KnownTokens } from "../../../runtime/src/shared-tokens/known-tokens.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
} from "../../../runtime/src/token-client.ts";

const tokenEndpoint = "https://login.example.com";
const createRequest = (name: string) =>
  buildTokenRequest(defineTokenClient(name, { tokenEndpoint, clientId: "id" }));
const [a, b] = [createRequest("a"), createRequest("b")];

describe("KnownTokens", () => {
  test("finds a request by its key, and a client's name by its key", () => {
    const known = new KnownTokens(10);
    known.set(a, undefined);
    expect(known.find(a.key)?.request).toBe(a);
    expect(known.findClientName(buildClientKey("a"))).toBe("a");
  });

  test.each(["__proto__", "constructor", "", undefined])("knows nothing of %s", (key) => {
    const known = new KnownTokens(10);
    known.set(a, undefined);
    expect(known.find(key as string)).toBeUndefined();
    expect(known.findClientName(key as string)).toBeUndefined();
  });

  test("lists what is known of a client, and of no other", () => {
    const known = new KnownTokens(10);
    const narrow = overrideTokenRequest(a, { scope: "narrow" });
    for (const request of [a, b, narrow]) known.set(request, undefined);
    expect(known.listOf("a").map(({ request }) => request)).toEqual(expect.arrayContaining([a, narrow]));
    expect(known.listOf("a")).toHaveLength(2);
  });

  test("forgets what was used longest ago: of 100,000 tenants, it knows as many as it was told", () => {
    const known = new KnownTokens(100);
    const requests = Array.from({ length: 100_000 }, (_, index) => ({ ...a, key: String(index) }));
    for (const request of requests) known.set(request, undefined);
    expect(known.listOf("a")).toHaveLength(100);
    expect(known.find("99900")).toBeDefined();
    expect(known.find("99899")).toBeUndefined();
  });
});
