import { decodeJwt, generateKeyPair } from "jose";
import { describe, expect, test } from "vitest";
import type { OutgoingRequest } from "../../runtime/src/authorization.ts";
import { resolveTokenClients } from "../../runtime/src/token-definitions.ts";
import {
  describeCall,
  origin,
  setUpAuthorization as setUp,
  tokenClient,
  url,
} from "../support/authorizations.ts";
import { recordEvents } from "../support/recorded-events.ts";

describe("findOrigin", () => {
  test.each<[string | URL | undefined, string | undefined]>([
    [origin, origin],
    ["https://API.example:443/", origin],
    [new URL("https://api.example/items"), origin],
    ["https://other.example", undefined],
    ["http://api.example", undefined],
    ["https://api.example:8443", undefined],
    ["https://api.example.evil.example", undefined],
    ["https://api.example@evil.example", undefined],
    ["not a URL", undefined],
    [undefined, undefined],
  ])("of %s is %s", (given, found) => {
    expect(setUp().authorization.findOrigin(given)).toBe(found);
  });
});

describe("assertAllowed", () => {
  test("refuses an origin that a token may not go to", () => {
    const { authorization } = setUp();
    authorization.assertAllowed(origin);
    const refused = () => authorization.assertAllowed("https://other.example");
    expect(refused).toThrow(expect.objectContaining({ code: "ERR_ORIGIN_NOT_ALLOWED", client: "a" }));
  });
});

describe("findRequest", () => {
  test("answers at once, and the same, where nothing is asked for", () => {
    const { authorization } = setUp({ client: { scope: "read" } });
    const first = authorization.findRequest({ describe: () => expect.unreachable() });
    expect(first).not.toBeInstanceOf(Promise);
    expect(authorization.findRequest({ describe: () => expect.unreachable() })).toBe(first);
  });

  test("lays what the call says over what is decided by it, and that over what all calls say", async () => {
    const said: OutgoingRequest[] = [];
    const { authorization } = setUp({
      client: { scope: "client", parameters: { from: "client", client: "1" } },
      token: { scope: "all", audience: "all", parameters: { from: "all", all: "1" } },
      tokenParameters: (request) => {
        said.push(request);
        return { audience: "hook", resource: "urn:hook", parameters: { from: "hook", hook: "1" } };
      },
    });
    const overrides = { resource: "urn:call", parameters: { from: "call", call: "1" } };
    const { grant } = await authorization.findRequest({ describe: describeCall }, overrides);
    expect(grant).toMatchObject({ scope: "all", audience: "hook", resources: ["urn:call"] });
    expect(Object.fromEntries(new URLSearchParams(grant.parameters))).toEqual({
      from: "call",
      client: "1",
      all: "1",
      hook: "1",
      call: "1",
    });
    expect(said).toEqual([{ client: "a", ...describeCall() }]);
  });

  test.each([
    [{}, {}, {}, false],
    [{ forceRenewal: true }, {}, {}, true],
    [{}, { forceRenewal: true }, {}, true],
    [{}, {}, { forceRenewal: true }, true],
    [{ forceRenewal: true }, { forceRenewal: false }, {}, true],
    [{ forceRenewal: true }, {}, { forceRenewal: false }, false],
  ])(
    "forces a renewal once anybody asks, unless the call says otherwise: %j, %j, %j",
    async (token, hook, call, forced) => {
      const { authorization } = setUp({ token, tokenParameters: async () => hook });
      expect((await authorization.findRequest({ describe: describeCall }, call)).forceRenewal).toBe(forced);
    },
  );

  test("takes parameters from whatever can be awaited", async () => {
    const { authorization } = setUp({
      tokenParameters: () => {
        const settle = (resolve: (added: object) => void) => resolve({ scope: "hook" });
        // biome-ignore lint/suspicious/noThenProperty: a lazy query is what some libraries return.
        return { then: settle } as unknown as Promise<object>;
      },
    });
    expect(await authorization.findRequest({ describe: describeCall })).toMatchObject({
      grant: { scope: "hook" },
    });
  });

  test("lets go of one who gives up while parameters are waited for", async () => {
    const { authorization } = setUp({ tokenParameters: () => new Promise(() => {}) });
    const controller = new AbortController();
    const found = authorization.findRequest({ describe: describeCall, signal: controller.signal }, {});
    controller.abort(new Error("mine"));
    await expect(found).rejects.toThrow("mine");
  });

  test("waits for a definition, and lays the parameters of all calls over each new one", async () => {
    let scope = "old";
    const definitions = resolveTokenClients(async () => ({ ...tokenClient, scope }), {
      max: 10,
      ttlMs: 1000,
      now: Date.now,
      onChange: () => {},
    });
    const { authorization } = setUp({ definitions, token: { audience: "all" } });
    expect((await authorization.findRequest({ describe: describeCall })).grant).toMatchObject({
      scope: "old",
      audience: "all",
    });
    scope = "new";
    definitions.forget("a");
    expect((await authorization.findRequest({ describe: describeCall })).grant).toMatchObject({
      scope: "new",
      audience: "all",
    });
  });
});

describe("prove", () => {
  test("makes no proof for a token that is bound to no key", async () => {
    const { authorization, begin } = setUp();
    const attempt = await begin();
    expect(authorization.prove(attempt, { method: "GET", url })).toBe(attempt);
    expect(attempt.proof).toBeUndefined();
  });

  test("makes one for each request, with the token's hash and the API's clock and nonce", async () => {
    const { authorization, begin, clock } = setUp({ client: { dpop: "generate" } });
    const attempt = await begin();
    const date = new Date(clock.now + 600_000).toUTCString();
    const headers = {
      "dpop-nonce": "given",
      date,
      "www-authenticate": 'DPoP error="invalid_dpop_proof"',
    };
    authorization.learn(attempt, 401, headers);
    const claims = ["?a", "?b"].map((query) =>
      decodeJwt(authorization.prove(attempt, { method: "PUT", url: url + query }).proof?.jwt as string),
    );
    expect(claims[0]).toMatchObject({
      htm: "PUT",
      htu: url,
      nonce: "given",
      iat: (clock.now + 600_000) / 1000,
      ath: "PwiqzhIu4jaEMsHKI6BJvGQLr78A_fM6UkKfOLoS2_k",
    });
    expect(claims[1]?.jti).not.toBe(claims[0]?.jti);
  });

  test("promises the proof of a key that is not extractable", async () => {
    const { authorization, begin } = setUp({ client: { dpop: await generateKeyPair("ES256") } });
    const { proof } = authorization.prove(await begin(), { method: "GET", url });
    expect(proof?.jwt).toBeInstanceOf(Promise);
    expect(decodeJwt((await proof?.jwt) ?? "")).toMatchObject({ htu: url });
  });
});

describe("publishResend", () => {
  test("tells which client's call is sent once more, and why", () => {
    const events = recordEvents("openapi-m2m.call.resend");
    setUp().authorization.publishResend("dpop_nonce");
    expect(events).toEqual([{ client: "a", reason: "dpop_nonce" }]);
  });
});
