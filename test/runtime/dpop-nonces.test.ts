import { describe, expect, test } from "vitest";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { using } from "../support/disposal.ts";
import { proofOf, setUpDpop } from "../support/dpop-calls.ts";
import type { ApiCall } from "../support/protected-api.ts";
import { recordEvents } from "../support/recorded-events.ts";
import { type Script, startServer } from "../support/scripted-server.ts";
import { waysToCall } from "../support/ways-to-call.ts";

const requiring = { api: { requiresNonce: true } };

const errorsOf = (api: { readonly calls: readonly ApiCall[] }) => api.calls.map(({ error }) => error);

describe.each(waysToCall)("a call through %s", (_, createCall) => {
  test.each(["DPoP", "Bearer"] as const)(
    "is sent once more, with the token that it had, where an API says %s and wants a nonce",
    async (challengeScheme) => {
      const resends = recordEvents("openapi-m2m.call.resend");
      const { server, api, ...means } = await setUpDpop({ api: { requiresNonce: true, challengeScheme } });
      const call = createCall(means);
      expect(await call()).toEqual({ status: 200, body: { ok: true } });
      expect(errorsOf(api)).toEqual(["use_dpop_nonce", undefined]);
      expect(resends).toEqual([{ client: "a", reason: "dpop_nonce" }]);
      expect(await call()).toMatchObject({ status: 200 });
      expect(errorsOf(api)).toHaveLength(3);
      expect(new Set(api.calls.map(({ headers }) => headers.authorization)).size).toBe(1);
      expect(new Set(api.calls.map((sent) => proofOf(sent).jti)).size).toBe(3);
      expect(server.tokenRequests).toHaveLength(1);
    },
  );

  test("has the nonce that came with any answer before", async () => {
    const { server, api, ...means } = await setUpDpop(requiring);
    const call = createCall(means);
    await call();
    for (let count = 0; count < 3; count++) {
      api.offerNonce();
      expect(await call()).toMatchObject({ status: 200 });
    }
    expect(errorsOf(api)).toEqual(["use_dpop_nonce", undefined, undefined, undefined, undefined]);
    expect(new Set(api.calls.map((sent) => proofOf(sent)["nonce"])).size).toBe(4);
  });

  test("whose token was revoked has another after it had a nonce", async () => {
    const { server, api, ...means } = await setUpDpop(requiring);
    api.revoke((await means.tokens.getAccessToken("a")).value);
    expect(await createCall(means)()).toMatchObject({ status: 200 });
    expect(errorsOf(api)).toEqual(["use_dpop_nonce", "invalid_token", undefined]);
    expect(server.tokenRequests).toHaveLength(2);
  });

  test("whose token was revoked has a nonce after it had another", async () => {
    const { server, api, ...means } = await setUpDpop(requiring);
    const call = createCall(means);
    await call();
    api.revoke((await means.tokens.getAccessToken("a")).value);
    recordEvents("openapi-m2m.token.renewal", () => api.expireNonce());
    expect(await call()).toMatchObject({ status: 200 });
    expect(errorsOf(api).slice(2)).toEqual(["invalid_token", "use_dpop_nonce", undefined]);
    expect(server.tokenRequests).toHaveLength(2);
  });

  test("that is challenged twice ends with the second challenge, and has no other token", async () => {
    const { server, api, ...means } = await setUpDpop(requiring);
    recordEvents("openapi-m2m.call.resend", () => api.expireNonce());
    expect(await createCall(means)()).toEqual({ status: 401, body: { ok: false } });
    expect(errorsOf(api)).toEqual(["use_dpop_nonce", "use_dpop_nonce"]);
    expect(server.tokenRequests).toHaveLength(1);
  });

  test("is one of a hundred that learn the nonce at once, with one token", async () => {
    const { server, api, ...means } = await setUpDpop(requiring);
    const call = createCall(means);
    const answers = await Promise.all(Array.from({ length: 100 }, () => call()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(api.calls.length).toBeLessThanOrEqual(200);
    expect(server.tokenRequests).toHaveLength(1);
  });

  test("ends with the challenge if its body is read once only, and the next has the nonce", async () => {
    const { server, api, ...means } = await setUpDpop(requiring);
    const call = createCall(means);
    const stream = () => new Blob(["one ", "shot"]).stream();
    expect(await call({ method: "PUT", body: stream() })).toEqual({ status: 401, body: { ok: false } });
    expect(await call({ method: "PUT", body: stream() })).toMatchObject({ status: 200 });
    expect(api.calls.map(({ body }) => body.toString())).toEqual(["one shot", "one shot"]);
    expect(server.tokenRequests).toHaveLength(1);
  });

  test("replays its body byte for byte", async () => {
    const { api, ...means } = await setUpDpop(requiring);
    const body = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    expect(await createCall(means)({ method: "PUT", body })).toMatchObject({ status: 200 });
    expect(api.calls.map((sent) => sent.body.equals(body))).toEqual([true, true]);
  });

  test("shows no nonce of the authorization server to an API at the same origin, and the reverse", async () => {
    const { origin, requests } = await using(startServer(demandNonces));
    const client = { tokenEndpoint: `${origin}/token`, clientId: "a", dpop: "generate" } as const;
    const tokens = await using(createTokenManager({ clients: { a: client } }));
    const call = createCall({ tokens, baseUrl: origin });
    await call();
    await tokens.getAccessToken("a", { forceRenewal: true });
    expect(await call()).toMatchObject({ status: 200 });
    expect(requests.map((sent) => [sent.path, proofOf(sent)["nonce"]])).toEqual([
      ["/token", undefined],
      ["/token", "for-token"],
      ["/items/42", undefined],
      ["/items/42", "for-items"],
      ["/token", "for-token"],
      ["/items/42", "for-items"],
    ]);
  });
});

/** An authorization server and an API in one, each with a nonce of its own. */
const demandNonces: Script = (request, response) => {
  const nonce = request.path === "/token" ? "for-token" : "for-items";
  response.setHeader("dpop-nonce", nonce);
  if (proofOf(request)["nonce"] === nonce) {
    return { access_token: "token", token_type: "DPoP", expires_in: 3600 };
  }
  response.setHeader("www-authenticate", 'DPoP error="use_dpop_nonce"');
  response.statusCode = request.path === "/token" ? 400 : 401;
  return { error: "use_dpop_nonce" };
};

describe("an authorization server that wants nonces", () => {
  test("is asked twice for the first token, and once for each after that", async () => {
    const { server, tokens } = await setUpDpop({ dpop: "nonce-required" });
    await tokens.getAccessToken("a");
    expect(server.tokenRequests.map(({ error }) => error)).toEqual(["use_dpop_nonce", undefined]);
    await tokens.getAccessToken("a", { forceRenewal: true });
    expect(server.tokenRequests).toHaveLength(3);
    server.expireNonces();
    await tokens.getAccessToken("a", { forceRenewal: true });
    expect(server.tokenRequests.slice(3).map(({ error }) => error)).toEqual(["use_dpop_nonce", undefined]);
  });

  test("may stand before an API that wants them too", async () => {
    const { server, api, ...means } = await setUpDpop({ dpop: "nonce-required", ...requiring });
    for (const [, createCall] of waysToCall) {
      expect(await createCall(means)()).toMatchObject({ status: 200 });
    }
    expect([server.tokenRequests.length, api.calls.length]).toEqual([2, 5]);
  });
});
