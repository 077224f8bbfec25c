import { createHash, generateKeyPairSync } from "node:crypto";
import { decodeJwt, exportJWK, generateKeyPair } from "jose";
import { describe, expect, test } from "vitest";
import { dpopKey } from "../../runtime/src/dpop.ts";
import type { TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { using } from "../support/disposal.ts";
import { proofKeyOf, proofOf, setUpDpop } from "../support/dpop-calls.ts";
import { startProtectedApi } from "../support/protected-api.ts";
import { recordEvents } from "../support/recorded-events.ts";
import { startServer } from "../support/scripted-server.ts";
import { startTokenIssuer } from "../support/token-issuer.ts";
import { waysToCall } from "../support/ways-to-call.ts";

const TEN_MINUTES = 600_000;

/** Web Crypto signs with it, so that each proof is a promise. */
const notExtractable = await generateKeyPair("ES256");

describe.each(waysToCall)("a call through %s", (_, createCall) => {
  test.each<[string, TokenClient["dpop"]]>([
    ["generated", "generate"],
    ["not extractable", notExtractable],
  ])("has a token bound to a key that is %s, and a proof of its own", async (_, key) => {
    const { server, api, ...means } = await setUpDpop({ key });
    const call = createCall(means);
    for (const method of ["GET", "PUT"] as const) {
      expect(await call({ method })).toEqual({ status: 200, body: { ok: true } });
    }
    const { value } = await means.tokens.getAccessToken("a");
    const ath = createHash("sha256").update(value).digest("base64url");
    for (const sent of api.calls) {
      const { method, headers } = sent;
      expect(headers.authorization).toBe(`DPoP ${value}`);
      expect(proofOf(sent)).toMatchObject({ htm: method, htu: `${api.origin}/items/42`, ath });
      expect(decodeJwt(value)["cnf"]).toEqual({ jkt: await proofKeyOf(sent) });
    }
    expect(new Set([...api.calls, ...server.tokenRequests].map((sent) => proofOf(sent).jti)).size).toBe(3);
    expect(server.tokenRequests).toHaveLength(1);
  });

  test.each(["a/b", "a b", "50%", "a?b#c", "übung/例え.🙂", "~._-!*'();:@&=+$,", "...;%2F"])(
    "names its URL as it is sent, without query: %s",
    async (id) => {
      const { api, ...means } = await setUpDpop();
      expect(await createCall(means)({ id, query: "x#y" })).toMatchObject({ status: 200 });
      const [sent] = api.calls;
      const [path, search] = sent?.path.split("?") ?? [];
      expect(search).toBe("q=x%23y");
      expect(decodeURIComponent(path ?? "")).toBe(`/items/${id}`);
      expect(sent && proofOf(sent)["htu"]).toBe(api.origin + path);
    },
  );

  test.each(["Authorization", "DPoP"])("with its own %s field is refused", async (name) => {
    const { api, ...means } = await setUpDpop();
    // A generated client has fields by the names that its document writes.
    const headers = { [name]: "x", [name.toLowerCase()]: "x" };
    await expect(createCall(means)({ headers })).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    expect(api.calls).toHaveLength(0);
  });

  test.each([TEN_MINUTES, -TEN_MINUTES])(
    "goes by the clocks of both servers once it knows that its own is %i ms off, without another token",
    async (offsetMs) => {
      const renewals = recordEvents("openapi-m2m.token.renewal");
      const { server, api, ...means } = await setUpDpop({ now: () => Date.now() + offsetMs });
      const call = createCall(means);
      for (const status of [200, 200]) expect(await call()).toMatchObject({ status });
      expect(api.calls.map(({ error }) => error)).toEqual(["invalid_dpop_proof", undefined, undefined]);
      await means.tokens.getAccessToken("a", { forceRenewal: true });
      const errors = server.tokenRequests.map(({ error }) => error);
      expect(errors).toEqual(["invalid_dpop_proof", undefined, undefined]);
      expect(renewals).toMatchObject([{ reason: "missing" }, { reason: "forced" }]);
    },
  );

  test("goes by the clock of an API that is late, and by its own for the authorization server", async () => {
    const { server, api, ...means } = await setUpDpop();
    api.now = () => Date.now() - TEN_MINUTES;
    const call = createCall(means);
    for (const status of [200, 200]) expect(await call()).toMatchObject({ status });
    await means.tokens.getAccessToken("a", { forceRenewal: true });
    expect(api.calls.map(({ status }) => status)).toEqual([401, 200, 200]);
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200, 200]);
  });
});

const pem = () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
};
const jwk = async (alg: string) => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg };
};

describe("a key", () => {
  test.each<[string, () => TokenClient["dpop"] | Promise<TokenClient["dpop"]>]>([
    ["a JWK", () => jwk("ES256")],
    ["PEM", pem],
    ["a KeyObject", () => generateKeyPairSync("ed25519").privateKey],
    ["a pair of CryptoKeys of Ed25519", () => generateKeyPair("Ed25519")],
    ["made with claims, ES256", () => dpopKey({ key: pem(), alg: "ES256", claims: { tenant: "blue" } })],
    ["a JWK of Ed25519, by its older name", () => jwk("EdDSA")],
  ])("may be %s", async (_, createKey) => {
    const { server, api, ...means } = await setUpDpop({ key: await createKey() });
    for (const [, createCall] of waysToCall) {
      expect(await createCall(means)()).toMatchObject({ status: 200 });
    }
    expect(server.tokenRequests).toHaveLength(1);
  });

  test.each(["PS256", "RS256"] as const)("may be of RSA, for %s", async (alg) => {
    const issuer = await using(startTokenIssuer());
    const api = await using(startProtectedApi({ authorizationServer: issuer }));
    const { privateKey: key } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { tokenEndpoint } = issuer;
    const a = { tokenEndpoint, clientId: "a", dpop: dpopKey({ key, alg, claims: { tenant: "blue" } }) };
    const tokens = await using(createTokenManager({ clients: { a } }));
    for (const [, createCall] of waysToCall) {
      expect(await createCall({ tokens, baseUrl: api.origin })()).toMatchObject({ status: 200 });
    }
    expect(api.calls.map((sent) => proofOf(sent)["tenant"])).toEqual(Array(4).fill("blue"));
  });
});

describe("a call through the interceptor", () => {
  test.each<[string, TokenClient["dpop"]]>([
    ["of a token that is bound to no key", undefined],
    ["with a proof that its key makes at once", "generate"],
  ])("is dispatched at once when its token is cached: %s", async (_, dpop) => {
    const type = dpop ? "DPoP" : "Bearer";
    const { origin } = await using(startServer(() => ({ access_token: "token", token_type: type })));
    const a = { tokenEndpoint: origin, clientId: "a", ...(dpop && { dpop }) };
    const tokens = await using(createTokenManager({ clients: { a } }));
    await tokens.getAccessToken("a");
    const sent: unknown[] = [];
    const dispatch = tokens.interceptor("a", { baseUrl: origin })((options, handler) => {
      sent.push(options.headers);
      handler.onResponseStart?.(null as never, 200, {});
      return true;
    });
    dispatch({ origin, path: "/", method: "GET" }, { onRequestStart() {} });
    expect(sent).toEqual([expect.arrayContaining(["authorization", `${type} token`])]);
  });
});
