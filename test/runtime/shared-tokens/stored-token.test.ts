import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { AccessToken, type AccessTokenFields } from "../../../runtime/src/access-token.ts";
import {
  parseStoredToken,
  printStoredToken,
  type StoredToken,
} from "../../../runtime/src/shared-tokens/stored-token.ts";
import { defineTokenClient } from "../../../runtime/src/token-client.ts";

const NOW = 1_000_000;
const tokenEndpoint = "https://login.example.com";
const client = defineTokenClient("a", { tokenEndpoint, clientId: "a" });
const bound = defineTokenClient("a", { tokenEndpoint, clientId: "a", dpop: "generate" });
const boundElsewhere = defineTokenClient("a", { tokenEndpoint, clientId: "a", dpop: "generate" });

function createStored(fields: Partial<AccessTokenFields> = {}): StoredToken {
  const life = { issuedAt: NOW - 10_000, expiresAt: NOW + 90_000 };
  const token = new AccessToken({ value: "token", tokenType: "Bearer", clientName: "a", ...life, ...fields });
  return { token, failures: 0, pausedUntil: 0 };
}

const record = JSON.parse(printStoredToken(createStored({ scope: "read" }), client));
const printWith = (fields: object) => JSON.stringify({ ...record, ...fields });

function codeOf(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("parseStoredToken", () => {
  test("gives back what was printed", () => {
    const stored = { ...createStored({ scope: "read" }), failures: 2, pausedUntil: NOW + 2000 };
    const parsed = parseStoredToken(printStoredToken(stored, client), client, NOW);
    expect(parsed).toEqual(stored);
    expect(parsed?.token.value).toBe("token");
  });

  test("gives nothing for a token that was dropped", () => {
    expect(parseStoredToken(printStoredToken(undefined, client), client, NOW)).toBeUndefined();
  });

  test("gives a token the name that its client has here", () => {
    const other = defineTokenClient("b", { tokenEndpoint, clientId: "a" });
    expect(parseStoredToken(printWith({ clientName: "a" }), other, NOW)?.token.clientName).toBe("b");
  });

  test("takes fields of a later version for nothing", () => {
    const parsed = parseStoredToken(printWith({ later: true, __proto__: { value: "other" } }), client, NOW);
    expect(parsed).toEqual(createStored({ scope: "read" }));
  });

  test.each([
    "",
    "token",
    '"token"',
    "0",
    "true",
    "[]",
    "{}",
    '{"value":"token"}',
    '{"__proto__":{"value":"token"}}',
    ...[undefined, null, 5, "", "a b", "tök", "a\r\nHost: b", {}, []].map((value) => printWith({ value })),
    ...[undefined, null, "bearer", "MAC"].map((tokenType) => printWith({ tokenType })),
    ...[null, 5, []].map((scope) => printWith({ scope })),
    ...[null, 5].map((jkt) => printWith({ jkt })),
    ...["issuedAt", "expiresAt", "failures", "pausedUntil"].flatMap((name) =>
      [undefined, null, "5", true, {}].map((value) => printWith({ [name]: value })),
    ),
    printWith({}).replace(/"expiresAt":\d+/, '"expiresAt":1e999'),
  ])("refuses what is no token: %s", (text) => {
    expect(codeOf(() => parseStoredToken(text, client, NOW))).toBe("ERR_STORE_VALUE");
  });

  test("says nothing of what it refuses", () => {
    let refusal: unknown;
    try {
      parseStoredToken('{"value":"planted-token"', client, NOW);
    } catch (error) {
      refusal = error;
    }
    expect(inspect(refusal, { showHidden: true, depth: 9 })).toContain("ERR_STORE_VALUE");
    expect(inspect(refusal, { showHidden: true, depth: 9 })).not.toContain("planted");
  });

  test("takes a token that is bound to the client's key", () => {
    const text = printStoredToken(createStored({ tokenType: "DPoP" }), bound);
    expect(parseStoredToken(text, bound, NOW)?.token.tokenType).toBe("DPoP");
  });

  test("refuses a token that is bound to another key, or to none, or where the client has none", () => {
    const bearer = printStoredToken(createStored(), client);
    const dpop = printStoredToken(createStored({ tokenType: "DPoP" }), bound);
    for (const [text, other] of [
      [dpop, boundElsewhere],
      [dpop, client],
      [bearer, bound],
      [printStoredToken(createStored({ tokenType: "DPoP" }), client), client],
      [printStoredToken(createStored({ tokenType: "DPoP" }), client), bound],
      [printStoredToken(createStored(), bound), bound],
    ] as const) {
      expect(codeOf(() => parseStoredToken(text, other, NOW))).toBe("ERR_STORE_BINDING");
    }
  });

  test("takes as much off all instants as the clock that wrote them is ahead, at least", () => {
    const ahead = createStored({ issuedAt: NOW + 5000, expiresAt: NOW + 105_000 });
    const text = printStoredToken({ ...ahead, pausedUntil: NOW + 7000 }, client);
    expect(parseStoredToken(text, client, NOW)).toMatchObject({
      token: { issuedAt: NOW, expiresAt: NOW + 100_000 },
      pausedUntil: NOW + 2000,
    });
  });

  test("leaves the instants of a clock that is behind as they are: the token ends too early, not too late", () => {
    const behind = createStored({ issuedAt: NOW - 500_000, expiresAt: NOW - 400_000 });
    const text = printStoredToken(behind, client);
    expect(parseStoredToken(text, client, NOW)?.token.expiresAt).toBe(NOW - 400_000);
  });
});

describe("printStoredToken", () => {
  test("prints of a key its thumbprint, and nothing else of the client", () => {
    const printed = JSON.parse(printStoredToken(createStored({ tokenType: "DPoP" }), bound));
    expect(Object.keys(printed).toSorted()).toEqual([
      "expiresAt",
      "failures",
      "issuedAt",
      "jkt",
      "pausedUntil",
      "tokenType",
      "value",
    ]);
    expect(printed.jkt).toBe(bound.dpop?.thumbprint);
  });
});
