import { format, inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { AccessToken, type AccessTokenFields } from "../../runtime/src/access-token.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { using } from "../support/disposal.ts";
import { startServer } from "../support/scripted-server.ts";
import { waysToCall } from "../support/ways-to-call.ts";

const fields: AccessTokenFields = {
  value: "planted-secret",
  tokenType: "Bearer",
  issuedAt: 1000,
  expiresAt: 2000,
  scope: "read",
  clientName: "catalog.client",
};
const token = new AccessToken(fields);

describe("AccessToken", () => {
  test("gives its value to whoever asks for it", () => {
    expect(token.value).toBe("planted-secret");
  });

  test.each<[string, () => unknown]>([
    ["util.inspect", () => inspect(token)],
    [
      "util.inspect with everything shown",
      () => inspect(token, { showHidden: true, getters: true, depth: null }),
    ],
    [
      "util.inspect without the custom inspection",
      () => inspect(token, { customInspect: false, getters: true }),
    ],
    [
      "util.inspect of what holds it",
      () => inspect({ deep: [new Map([["token", token]])] }, { depth: null }),
    ],
    ["util.format", () => format("%s %o %O %j", token, token, token, token)],
    ["JSON.stringify", () => JSON.stringify(token)],
    ["JSON.stringify of what holds it", () => JSON.stringify({ tokens: [token] })],
    ["String", () => String(token)],
    ["a template literal", () => `${token}`],
    ["Object.entries", () => Object.entries(token).flat().join()],
    ["a spread copy", () => JSON.stringify({ ...token })],
    ["a structured clone", () => inspect(structuredClone(token), { showHidden: true, getters: true })],
    ["the message of an error about it", () => inspect(new Error("failed", { cause: token }))],
  ])("keeps its value out of %s", (_, print) => {
    const printed = print();
    expect(printed).toBeTypeOf("string");
    expect(printed).not.toContain("planted-secret");
  });

  test("says [redacted] where its value would be", () => {
    expect(JSON.parse(JSON.stringify(token))).toEqual({ ...fields, value: "[redacted]" });
    expect(inspect(token)).toContain("value: '[redacted]'");
  });

  test("is frozen", () => {
    expect(() => Object.assign(token, { expiresAt: Number.POSITIVE_INFINITY })).toThrow(TypeError);
    expect(() => Object.assign(token, { value: "other" })).toThrow(TypeError);
  });
});

describe("authorizationOf", () => {
  test.each<["Bearer" | "DPoP", string]>([
    ["Bearer", "Bearer planted-secret"],
    ["DPoP", "DPoP planted-secret"],
  ])("presents a %s token with its scheme", (tokenType, want) => {
    expect(AccessToken.authorizationOf(new AccessToken({ ...fields, tokenType }))).toBe(want);
  });
});

describe.each(waysToCall)("a call through %s", (_, createCall) => {
  test.each([
    ["beareR", "Bearer", {}],
    ["bearer", "Bearer", {}],
    ["dpoP", "DPoP", { dpop: "generate" }],
  ] as const)("presents a token that its server calls %s as %s", async (token_type, want, options) => {
    const login = await using(startServer(() => ({ access_token: "token", token_type })));
    const api = await using(startServer(() => ({})));
    const clients = { a: { tokenEndpoint: login.origin, clientId: "a", ...options } };
    const tokens = await using(createTokenManager({ clients }));
    await createCall({ tokens, baseUrl: api.origin })();
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([`${want} token`]);
  });
});
