import { createHash } from "node:crypto";
import { decodeJwt, exportJWK, generateKeyPair, type JWTPayload } from "jose";
import type { ClientMetadata } from "oidc-provider";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import {
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from "../support/authorization-server.ts";
import {
  certificateJwk,
  certificateThumbprint,
  createCertificateAuthority,
} from "../support/certificates.ts";
import { createAgent, using } from "../support/disposal.ts";
import { assertionForm, callApi, createProver, requestToken } from "../support/hand-made-requests.ts";
import { type ProtectedApiOptions, startProtectedApi } from "../support/protected-api.ts";

const SECRET = "a secret that is long enough to sign assertions";
const authority = createCertificateAuthority();

const registered = (method: NonNullable<ClientMetadata["token_endpoint_auth_method"]>): ClientMetadata => ({
  client_id: method,
  client_secret: SECRET,
  token_endpoint_auth_method: method,
});
const byPost = { client_id: "client_secret_post", client_secret: SECRET };

const startServer = (options: Partial<AuthorizationServerOptions> = {}) =>
  using(startAuthorizationServer({ clients: [registered("client_secret_post")], ...options }));

const startApi = (options: ProtectedApiOptions) => using(startProtectedApi(options));

describe("startAuthorizationServer", () => {
  test("authenticates clients by secret, or not at all", async () => {
    const clients = (["client_secret_basic", "client_secret_post", "none"] as const).map(registered);
    const server = await startServer({ clients });
    const credentials = `client_secret_basic:${SECRET.replaceAll(" ", "+")}`;
    const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;

    await requestToken(server.tokenEndpoint, {}, { headers: { authorization } });
    await requestToken(server.tokenEndpoint, byPost);
    await requestToken(server.tokenEndpoint, { client_id: "none" });
    await requestToken(server.tokenEndpoint, { ...byPost, client_secret: "wrong" });

    expect(server.tokenRequests.map(({ clientId, status, error }) => [clientId, status, error])).toEqual([
      ["client_secret_basic", 200, undefined],
      ["client_secret_post", 200, undefined],
      ["none", 200, undefined],
      ["client_secret_post", 401, "invalid_client"],
    ]);
  });

  test("authenticates clients by assertion, and takes each assertion once", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwks = { keys: [await exportJWK(publicKey)] };
    const clients = [registered("client_secret_jwt"), { ...registered("private_key_jwt"), jwks }];
    const server = await startServer({ clients });
    const bySecret = await assertionForm("client_secret_jwt", server.issuer, (jwt) =>
      jwt.setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(SECRET)),
    );
    const byKey = await assertionForm("private_key_jwt", server.tokenEndpoint, (jwt) =>
      jwt.setProtectedHeader({ alg: "ES256" }).sign(privateKey),
    );

    const answers = [];
    for (const form of [bySecret, byKey, byKey]) answers.push(await requestToken(server.tokenEndpoint, form));

    expect(answers.map(({ error }) => error)).toEqual([undefined, undefined, "invalid_client"]);
    const { jti } = decodeJwt(byKey.client_assertion);
    expect(server.tokenRequests.map(({ assertion }) => assertion?.jti === jti)).toEqual([false, true, true]);
  });

  test("issues JWTs for one resource each, and for the first if none is named", async () => {
    const server = await startServer({ tokenLifetimeSeconds: 7 });
    const scope = "invoice:read catalog:read";

    const first = decodeJwt((await requestToken(server.tokenEndpoint, { ...byPost, scope })).token);
    const named = { ...byPost, scope, resource: "urn:invoices" };
    const second = decodeJwt((await requestToken(server.tokenEndpoint, named)).token);
    const unknown = await requestToken(server.tokenEndpoint, { ...byPost, resource: "urn:unknown" });

    expect(first).toMatchObject({ aud: "urn:catalog", scope: "catalog:read", iss: server.issuer });
    expect(second).toMatchObject({ aud: "urn:invoices", scope: "invoice:read" });
    expect((first.exp ?? 0) - (first.iat ?? 0)).toBe(7);
    expect(unknown.error).toBe("invalid_target");
    expect(server.tokenRequests[1]?.form.get("resource")).toBe("urn:invoices");
  });

  test("asks for certificates at the endpoint that its metadata announces, and binds tokens to them", async () => {
    const issued = authority.issueClientCertificate("worker");
    const selfSigned = authority.selfSignClientCertificate("worker");
    const bound = { tls_client_certificate_bound_access_tokens: true };
    const server = await startServer({
      authority,
      clients: [
        { ...registered("tls_client_auth"), ...bound, tls_client_auth_subject_dn: "CN=worker" },
        {
          ...registered("self_signed_tls_client_auth"),
          ...bound,
          jwks: { keys: [certificateJwk(selfSigned.cert)] },
        },
      ],
    });
    const metadata = await request(`${server.issuer}/.well-known/openid-configuration`, {
      dispatcher: createAgent({ connect: { ca: authority.cert } }),
    });
    const alias = (await metadata.body.json()) as { mtls_endpoint_aliases: { token_endpoint: string } };
    expect(alias.mtls_endpoint_aliases.token_endpoint).toBe(server.mtlsTokenEndpoint);

    const ask = async (client_id: string, url: string | undefined, connect: typeof issued) =>
      requestToken(url ?? "", { client_id }, { dispatcher: createAgent({ connect }) });
    const answers = [
      await ask("tls_client_auth", server.mtlsTokenEndpoint, issued),
      await ask("self_signed_tls_client_auth", server.mtlsTokenEndpoint, selfSigned),
      await ask("tls_client_auth", server.mtlsTokenEndpoint, authority.issueClientCertificate("other")),
      await ask("tls_client_auth", server.mtlsTokenEndpoint, selfSigned),
      await ask("self_signed_tls_client_auth", server.mtlsTokenEndpoint, issued),
      await ask("tls_client_auth", server.tokenEndpoint, issued),
    ];

    const shown = [issued, selfSigned].map(({ cert }) => certificateThumbprint(cert));
    expect(server.tokenRequests.slice(0, 2).map(({ certificate }) => certificate)).toEqual(shown);
    expect(server.tokenRequests.at(-1)?.certificate).toBeUndefined();
    const cnf = answers.slice(0, 2).map(({ token }) => decodeJwt(token)["cnf"]);
    expect(cnf).toEqual(shown.map((thumbprint) => ({ "x5t#S256": thumbprint })));
    expect(answers.slice(2).map(({ error }) => error)).toEqual(Array(4).fill("invalid_client"));
  });

  test("binds tokens to the key of a DPoP proof, and takes each proof once", async () => {
    const { prove, thumbprint } = await createProver();
    const server = await startServer({
      clients: [{ ...registered("client_secret_post"), dpop_bound_access_tokens: true }],
    });
    const proof = await prove("POST", server.tokenEndpoint);

    const bound = await requestToken(server.tokenEndpoint, byPost, { headers: { dpop: proof } });
    const replayed = await requestToken(server.tokenEndpoint, byPost, { headers: { dpop: proof } });
    const unproved = await requestToken(server.tokenEndpoint, byPost);

    expect(bound.type).toBe("DPoP");
    expect(decodeJwt(bound.token)["cnf"]).toEqual({ jkt: thumbprint });
    expect([replayed.error, unproved.error]).toEqual(["invalid_grant", "invalid_grant"]);
    expect(server.tokenRequests[0]?.proof).toEqual(decodeJwt(proof));
  });

  test("leaves tokens unbound where it does not know DPoP", async () => {
    const { prove } = await createProver();
    const server = await startServer({ dpop: "ignored" });
    const headers = { dpop: await prove("POST", server.tokenEndpoint) };

    expect(await requestToken(server.tokenEndpoint, byPost, { headers })).toMatchObject({ type: "Bearer" });
  });

  test("demands nonces in DPoP proofs, and forgets those given out when told to", async () => {
    const { prove } = await createProver();
    const server = await startServer({ dpop: "nonce-required" });
    const ask = async (nonce?: unknown) => {
      const proof = await prove("POST", server.tokenEndpoint, nonce === undefined ? {} : { nonce });
      return requestToken(server.tokenEndpoint, byPost, { headers: { dpop: proof } });
    };

    const challenged = await ask();
    const accepted = await ask(challenged.headers["dpop-nonce"]);
    server.expireNonces();
    const expired = await ask(challenged.headers["dpop-nonce"]);

    expect([challenged, accepted, expired].map(({ status, error }) => [status, error])).toEqual([
      [400, "use_dpop_nonce"],
      [200, undefined],
      [400, "use_dpop_nonce"],
    ]);
    expect((await ask(expired.headers["dpop-nonce"])).status).toBe(200);
  });
});

/** A server and an API that trusts it, with a token and what it takes to call the API with it. */
async function startBoth(options: Partial<ProtectedApiOptions> = {}) {
  const server = await startServer();
  const api = await startApi({ authorizationServer: server, ...options });
  const { prove } = await createProver();
  const headers = { dpop: await prove("POST", server.tokenEndpoint) };
  const { token } = await requestToken(server.tokenEndpoint, byPost, { headers });
  const { token: bearer } = await requestToken(server.tokenEndpoint, byPost);
  const ath = createHash("sha256").update(token).digest("base64url");
  const callWith = async (claims: JWTPayload = {}, url = `${api.origin}/items?limit=1`) => {
    const proof = await prove("GET", `${api.origin}/items`, { ath, ...claims });
    return callApi(url, `DPoP ${token}`, { headers: { dpop: proof } });
  };
  return { server, api, token, bearer, callWith };
}

describe("startProtectedApi", () => {
  test("accepts what its authorization server issued for it", async () => {
    const { server, api, bearer } = await startBoth({ scope: "catalog:read" });
    const form = { ...byPost, resource: "urn:invoices" };
    const tokens = [
      (await requestToken(server.tokenEndpoint, { ...byPost, scope: "catalog:read" })).token,
      bearer,
      (await requestToken(server.tokenEndpoint, form)).token,
      "garbage",
    ];

    const challenges = [];
    for (const token of tokens) {
      const { headers } = await callApi(`${api.origin}/items`, `Bearer ${token}`);
      challenges.push(headers["www-authenticate"]);
    }

    expect(api.calls.map(({ status, error }) => [status, error])).toEqual([
      [200, undefined],
      [403, "insufficient_scope"],
      [401, "invalid_token"],
      [401, "invalid_token"],
    ]);
    expect(challenges[0]).toBeUndefined();
    expect(challenges[1]).toMatch(/^Bearer error="insufficient_scope", .*scope="catalog:read"$/);
  });

  test("rejects a token that was revoked, and as many calls as it is told to", async () => {
    const { api, bearer } = await startBoth();
    const call = async () => (await callApi(api.origin, `Bearer ${bearer}`)).status;

    api.rejectNext(2);
    const statuses = [await call(), await call(), await call()];
    api.revoke(bearer);

    expect([...statuses, await call()]).toEqual([401, 401, 200, 401]);
  });

  test("goes by its own clock, and shows it", async () => {
    const { api, bearer, callWith } = await startBoth();
    expect((await callWith()).status).toBe(200);

    api.now = () => Date.now() - 61_000;
    const { headers } = await callWith();
    expect(api.calls.at(-1)).toMatchObject({ error: "invalid_dpop_proof", reason: "iat is not recent" });
    expect(Date.now() - Date.parse(String(headers.date))).toBeGreaterThanOrEqual(61_000);

    api.now = () => Date.now() + 3_600_000;
    expect((await callApi(api.origin, `Bearer ${bearer}`)).status).toBe(401);
  });

  test.each<[string, JWTPayload, string?]>([
    ["a htu of another case, with a default path, dots and needless escapes", { htu: "/x/../%69tems?a#b" }],
    ["a htu of another path", { htu: "/other" }, "htu is not the URI"],
    ["another method", { htm: "POST" }, "htm is not the method"],
    ["the hash of another token", { ath: "x" }, "ath is not that of the token"],
    ["no jti", { jti: "" }, "jti is missing"],
    ["no iat", { iat: undefined } as unknown as JWTPayload, "it is no DPoP proof"],
  ])("judges a proof with %s", async (_, { htu, ...claims }, reason) => {
    const { api, callWith } = await startBoth();
    const origin = api.origin.replace("http:", "HTTP:");
    const { status } = await callWith(htu === undefined ? claims : { htu: `${origin}${htu}` });

    expect([status, api.calls[0]?.reason]).toEqual(reason ? [401, reason] : [200, undefined]);
  });

  test("needs a proof by the token's own key, once, and the DPoP scheme", async () => {
    const { api, token, bearer, callWith } = await startBoth();
    const other = await createProver();
    const ath = createHash("sha256").update(token).digest("base64url");
    const foreign = await other.prove("GET", `${api.origin}/`, { ath });

    await callWith({ jti: "once" });
    await callWith({ jti: "once" });
    await callApi(api.origin, `DPoP ${token}`, { headers: { dpop: foreign } });
    await callApi(api.origin, `DPoP ${token}`);
    await callApi(api.origin, `Bearer ${token}`);
    await callApi(api.origin, `DPoP ${bearer}`);

    expect(api.calls.map(({ reason }) => reason)).toEqual([
      undefined,
      "jti was seen before",
      "the key is not the token's",
      "there must be one proof",
      "Bearer is not the scheme for this token",
      "DPoP is not the scheme for this token",
    ]);
  });

  test("demands nonces, and rolls them forward with or without a word", async () => {
    const { api, callWith } = await startBoth({ requiresNonce: true });

    const challenged = await callWith();
    const first = { nonce: challenged.headers["dpop-nonce"] };
    expect(challenged.headers["www-authenticate"]).toMatch(/^DPoP error="use_dpop_nonce"/);
    api.offerNonce();
    const offered = await callWith(first);
    const second = { nonce: offered.headers["dpop-nonce"] };
    const accepted = await callWith(second);
    expect(accepted.headers["dpop-nonce"]).toBeUndefined();
    await callWith(first);
    api.expireNonce();
    await callWith(second);

    expect(api.calls.map(({ status }) => status)).toEqual([401, 200, 200, 401, 401]);
    expect(api.calls.slice(-2).map(({ error }) => error)).toEqual(["use_dpop_nonce", "use_dpop_nonce"]);
  });

  test("says Bearer in its challenge to a DPoP call, when told to", async () => {
    const { callWith } = await startBoth({ requiresNonce: true, challengeScheme: "Bearer" });
    expect((await callWith()).headers["www-authenticate"]).toMatch(/^Bearer error="use_dpop_nonce"/);
  });

  test("takes a token bound to a certificate only from whom shows it", async () => {
    const identity = authority.issueClientCertificate("worker");
    const bound = { tls_client_certificate_bound_access_tokens: true };
    const server = await startServer({
      authority,
      clients: [{ ...registered("client_secret_post"), ...bound }],
    });
    const api = await startApi({ authorizationServer: server, tls: authority.issueServerCertificate() });
    const dispatcher = createAgent({ connect: { ...identity } });
    const { token } = await requestToken(server.mtlsTokenEndpoint ?? "", byPost, { dispatcher });

    const others = [{ ...authority.issueClientCertificate("worker") }, { ca: authority.cert }];
    for (const agent of [dispatcher, ...others.map((connect) => createAgent({ connect }))])
      await callApi(api.origin, `Bearer ${token}`, { dispatcher: agent });

    expect(api.calls.map(({ status }) => status)).toEqual([200, 401, 401]);
  });
});
