import { describe, expect, test } from "vitest";
import type { ClientTarget } from "../../../generator/src/model.ts";
import { documentWith, generatorErrorOf, mappingOf, okResponses } from "../../support/documents.ts";

const flow = (...scopes: string[]) => ({
  tokenUrl: "https://a.example",
  scopes: Object.fromEntries(scopes.map((scope) => [scope, ""])),
});

const securitySchemes = {
  machine: {
    type: "oauth2",
    flows: { clientCredentials: flow("read"), authorizationCode: flow("read", "me") },
  },
  device: { type: "oauth2", flows: { deviceAuthorization: flow("read") } },
  bearer: { type: "http", scheme: "bearer" },
  dpop: { type: "http", scheme: "DPoP" },
  basic: { type: "http", scheme: "Basic" },
  digest: { type: "http", scheme: "digest" },
  custom: { type: "http", scheme: "Token" },
  key: { type: "apiKey", name: "X-Key", in: "header" },
  same: { type: "apiKey", name: "x-key", in: "header" },
  query: { type: "apiKey", name: "key", in: "query" },
  cookie: { type: "apiKey", name: "key", in: "cookie" },
  swagger: { type: "apiKey", name: "authorization", in: "header" },
  mtls: { type: "mutualTLS" },
  typo: { type: "oauth" },
  nameless: { type: "apiKey", in: "header" },
  schemeless: { type: "http" },
};

async function resolve(security: unknown, target: Partial<ClientTarget> = {}) {
  const document = documentWith({ ...okResponses, security }, { components: { securitySchemes } });
  const { specs, warnings } = await mappingOf(document, {}, target);
  return { authorization: specs[0]?.operations[0]?.authorization, warnings, spec: specs[0] };
}

const sends = (scopes: string[], ...credentials: string[][]) => ({
  token: true,
  tokenClient: "test.client",
  scopes,
  ...(credentials.length > 0 && { credentials }),
});

const sendsNoToken = (...credentials: string[][]) => ({
  token: false,
  ...(credentials.length > 0 && { credentials }),
});

describe("chooseAlternative", () => {
  test.each<[rule: string, security: unknown, want: object]>([
    ["a token before a key", [{ key: [] }, { machine: ["read"] }], sends(["read"])],
    ["a key beside the token that needs it", [{ machine: ["read"], key: [] }], sends(["read"], ["key"])],
    [
      "either of two credentials beside the same token",
      [
        { machine: ["read"], key: [] },
        { machine: ["read"], query: [] },
      ],
      sends(["read"], ["key"], ["query"]),
    ],
    [
      "no credential of an alternative with another token",
      [
        { machine: ["read"], key: [] },
        { bearer: [], query: [] },
      ],
      sends(["read"], ["key"]),
    ],
    ["a credential that may be left out", [{ machine: [], key: [] }, {}], sends([], ["key"], [])],
    ["either of two credentials", [{ key: [] }, { query: [] }], sendsNoToken(["key"], ["query"])],
    ["all of an alternative's credentials", [{ key: [], cookie: [] }], sendsNoToken(["key", "cookie"])],
    ["credentials or nothing", [{}, { key: [] }], sendsNoToken(["key"], [])],
    ["nothing", [{}], sendsNoToken()],
    ["the same alternative once", [{ key: [] }, { key: [] }], sendsNoToken(["key"])],
    ["a token for a flow of devices", [{ device: ["read"] }], sends(["read"])],
    ["a token for a scheme named DPoP", [{ dpop: [] }], sends([])],
    ["a credential for Basic", [{ basic: [] }], sendsNoToken(["basic"])],
    ["a credential for a scheme of its own", [{ custom: [] }], sendsNoToken(["custom"])],
    [
      "a token beside a certificate",
      [{ mtls: [], machine: ["read"] }],
      { ...sends(["read"]), certificate: true },
    ],
    ["a certificate alone", [{ mtls: [] }], { ...sendsNoToken(), certificate: true }],
    [
      "a certificate alone, or a credential if there is one",
      [{ mtls: [] }, { key: [] }],
      { ...sendsNoToken(["key"], []), certificate: true },
    ],
    ["what can be sent rather than what can't", [{ digest: [] }, { key: [] }], sendsNoToken(["key"])],
    ["nothing for what can't", [{ digest: [] }], sendsNoToken()],
    ["the token alone where a credential takes its place", [{ machine: [], basic: [] }], sends([])],
    ["one of two that take the same place", [{ key: [], same: [] }], sendsNoToken(["key"])],
    [
      "an alternative without such a conflict",
      [{ machine: [], basic: [] }, { key: [] }],
      sendsNoToken(["key"]),
    ],
    [
      "a credential rather than a scope that only users get",
      [{ machine: ["me"] }, { key: [] }],
      sendsNoToken(["key"]),
    ],
    ["such a scope where there is nothing else", [{ machine: ["me"] }], sends(["me"])],
    [
      "a scheme named by its URI, as 3.2 allows",
      [{ "#/components/securitySchemes/machine": ["read"] }],
      sends(["read"]),
    ],
  ])("sends %s", async (_, security, want) => {
    expect((await resolve(security)).authorization).toEqual(want);
  });

  test.each<[rule: string, security: unknown, message: RegExp, where: string]>([
    [
      "can't be sent without a challenge",
      [{ digest: [] }],
      /^security scheme "digest" is HTTP digest/,
      "/0/digest",
    ],
    [
      "takes the token's place",
      [{ machine: [], basic: [] }],
      /^security schemes "machine" and "basic" take the same/,
      "/0/basic",
    ],
    [
      "takes another's place",
      [{ key: [], same: [] }],
      /^security schemes "key" and "same" take the same place/,
      "/0/same",
    ],
  ])("warns of a scheme that %s", async (_, security, message, where) => {
    const { warnings } = await resolve(security);
    expect(warnings[0]).toMatchObject({
      severity: "warning",
      pointer: `#/paths/~1things/get/security${where}`,
      message: expect.stringMatching(message),
    });
  });

  test.each(["typo", "nameless", "schemeless", "gone"])(
    "sends a token for a scheme that nobody can read, and warns of it: %s",
    async (name) => {
      const { authorization, warnings } = await resolve([{ [name]: [] }]);
      expect(authorization).toEqual(sends([]));
      expect(warnings[0]?.message).toMatch(new RegExp(`^security scheme "${name}" .*; a token is sent$`));
    },
  );

  test.each<[security: unknown]>([
    [[{ machine: ["read"] }, { digest: [] }]],
    [[{ machine: ["read"], mtls: [] }]],
    [[{ machine: ["read"] }, { mtls: [] }]],
    [[{ machine: ["read"], key: [] }]],
    [[{ bearer: ["admin"] }]],
  ])("warns of nothing where what is needed can be sent: %j", async (security) => {
    expect((await resolve(security)).warnings).toEqual([]);
  });

  test("refuses a document's mistake where the config is strict, but not what just can't be sent", async () => {
    const error = await generatorErrorOf(() => resolve([{ machine: [], basic: [] }], { strict: true }));
    expect(error).toMatchObject({ code: "ERR_DOCUMENT_INVALID", diagnostics: [{ severity: "error" }] });
    expect((await resolve([{ digest: [] }], { strict: true })).warnings[0]?.severity).toBe("warning");
  });
});

describe("a client of several token clients", () => {
  const tokenClient = { machine: "test.client", bearer: "other.client" };

  test.each<[rule: string, security: unknown, want: object]>([
    ["the token of the scheme's client", [{ bearer: [] }], { ...sends([]), tokenClient: "other.client" }],
    ["the surest of them", [{ bearer: [] }, { machine: ["read"] }], sends(["read"])],
    [
      "a credential for a scheme that the mapping does not name",
      [{ device: ["read"] }],
      sendsNoToken(["device"]),
    ],
    ["no token where the document says nothing", undefined, sendsNoToken()],
    ["one token where two clients' are needed", [{ machine: ["read"], bearer: [] }], sends(["read"])],
  ])("sends %s", async (_, security, want) => {
    expect((await resolve(security, { tokenClient })).authorization).toEqual(want);
  });

  test("warns where one call would need the tokens of two", async () => {
    const { warnings } = await resolve([{ machine: ["read"], bearer: [] }], { tokenClient });
    expect(warnings[0]?.message).toMatch(/^security schemes "machine" and "bearer" take the same place/);
  });

  test("takes an API key in the Authorization field for a token, where the mapping says so", async () => {
    const { authorization } = await resolve([{ swagger: [] }], { tokenClient: { swagger: "test.client" } });
    expect(authorization).toEqual(sends([]));
  });

  test("knows each of them, the first of the mapping first", async () => {
    const { spec } = await resolve([{ bearer: [] }], {
      tokenClient: { ...tokenClient, device: "test.client" },
    });
    expect(spec?.tokenClients).toEqual(["test.client", "other.client"]);
  });
});

describe("the credentials of a client", () => {
  test("are those that operations take, with how they are sent", async () => {
    const { spec } = await resolve([
      { key: [], query: [] },
      { basic: [], cookie: [] },
    ]);
    expect(spec?.credentials).toEqual([
      { name: "basic", scheme: { http: "Basic" } },
      { name: "key", scheme: { in: "header", name: "X-Key" } },
      { name: "query", scheme: { in: "query", name: "key" } },
      { name: "cookie", scheme: { in: "cookie", name: "key" } },
    ]);
  });
});
