import { decodeJwt } from "jose";
import type { ClientMetadata } from "oidc-provider";
import { interceptors, request } from "undici";
import { describe, expect, test } from "vitest";
import { ApiClient, type ApiClientOptions, call } from "../../runtime/src/api-client.ts";
import {
  clientSecretPost,
  selfSignedTlsClientAuth,
  tlsClientAuth,
} from "../../runtime/src/client-authentication.ts";
import type { Operation } from "../../runtime/src/operation.ts";
import type { TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenManager, type TokenManagerOptions } from "../../runtime/src/token-manager.ts";
import { startAuthorizationServer } from "../support/authorization-server.ts";
import {
  certificateJwk,
  certificateThumbprint,
  createCertificateAuthority,
} from "../support/certificates.ts";
import { createAgent, using } from "../support/disposal.ts";
import { proofKeyOf } from "../support/dpop-calls.ts";
import { certificateOf, listenOnLoopback } from "../support/loopback.ts";
import { type ApiCall, startProtectedApi } from "../support/protected-api.ts";
import { startTokenIssuer } from "../support/token-issuer.ts";
import { waysToCall } from "../support/ways-to-call.ts";

const SECRET = "a secret that is long enough";
const authority = createCertificateAuthority();
const { cert: ca } = authority;
const issued = authority.issueClientCertificate("worker");
const selfSigned = authority.selfSignClientCertificate("worker");

const bound = { tls_client_certificate_bound_access_tokens: true };
const byCertificate = {
  ...bound,
  token_endpoint_auth_method: "tls_client_auth",
  tls_client_auth_subject_dn: "CN=worker",
} as const;
const bySelfSigned = {
  ...bound,
  token_endpoint_auth_method: "self_signed_tls_client_auth",
  jwks: { keys: [certificateJwk(selfSigned.cert)] },
} as const;
const bySecret = { client_secret: SECRET, token_endpoint_auth_method: "client_secret_post" } as const;

interface Setting {
  /** How the authorization server knows the client; default by a certificate of an authority's. */
  readonly registered?: Omit<ClientMetadata, "client_id">;
  readonly client?: Partial<TokenClient>;
  readonly manager?: Partial<TokenManagerOptions<"a" | "b">>;
  readonly byTokenEndpoint?: boolean;
}

/** An authorization server and an API that ask for certificates, and a client with one. */
async function setUp({ registered = byCertificate, client, manager, byTokenEndpoint = false }: Setting = {}) {
  const clients = [
    { client_id: "a", ...registered },
    { client_id: "b", ...bySecret },
  ];
  const server = await using(startAuthorizationServer({ clients, authority }));
  const api = await using(
    startProtectedApi({ authorizationServer: server, tls: authority.issueServerCertificate() }),
  );
  const address = byTokenEndpoint
    ? { tokenEndpoint: server.mtlsTokenEndpoint ?? "" }
    : { issuer: server.issuer };
  const a = { ...address, clientId: "a", clientAuthentication: tlsClientAuth(), tls: issued, ...client };
  const { tokenEndpoint } = server;
  const b = { tokenEndpoint, clientId: "b", clientAuthentication: clientSecretPost(SECRET) };
  const tokens = await using(createTokenManager({ clients: { a, b }, ...manager }));
  return { server, api, tokens, baseUrl: api.origin };
}

describe.each(waysToCall)("a call through %s", (_, createCall) => {
  test.each<[string, string, Setting]>([
    ["tls_client_auth", "its issuer", {}],
    ["tls_client_auth", "its token endpoint", { byTokenEndpoint: true }],
    [
      "self_signed_tls_client_auth",
      "its issuer",
      {
        registered: bySelfSigned,
        client: { clientAuthentication: selfSignedTlsClientAuth(), tls: selfSigned },
      },
    ],
    [
      "self_signed_tls_client_auth",
      "its token endpoint",
      {
        registered: bySelfSigned,
        client: { clientAuthentication: selfSignedTlsClientAuth(), tls: selfSigned },
        byTokenEndpoint: true,
      },
    ],
    [
      "client_secret_post",
      "its issuer",
      { registered: { ...bySecret, ...bound }, client: { clientAuthentication: clientSecretPost(SECRET) } },
    ],
  ])("has a token bound to the certificate that goes with it: %s by %s", async (_, __, setting) => {
    const { server, api, ...means } = await setUp(setting);
    const call = createCall(means);
    for (const status of [200, 200]) expect(await call()).toMatchObject({ status });
    const thumbprint = certificateThumbprint((setting.client?.tls ?? issued).cert as string);
    expect(server.tokenRequests.map(({ certificate, status }) => [certificate, status])).toEqual([
      [thumbprint, 200],
    ]);
    const { value } = await means.tokens.getAccessToken("a");
    expect(decodeJwt(value)["cnf"]).toEqual({ "x5t#S256": thumbprint });
    expect(api.calls.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${value}`,
      `Bearer ${value}`,
    ]);
  });

  test("has its certificate though its manager was given a dispatcher", async () => {
    const { server, api, ...means } = await setUp({ manager: { dispatcher: createAgent() } });
    expect(await createCall(means)()).toMatchObject({ status: 200 });
  });

  test("has no certificate but that of a dispatcher of its own, and a token bound to another is refused", async () => {
    const { server, api, ...means } = await setUp();
    const other = authority.issueClientCertificate("worker");
    const dispatchers = [other, { ca }, issued].map((connect) => createAgent({ connect: { ...connect } }));
    const statuses = [];
    for (const dispatcher of dispatchers)
      statuses.push((await createCall({ ...means, dispatcher })()).status);
    expect(statuses).toEqual([401, 401, 200]);
    expect(api.calls[0]?.reason).toBe("the token is bound to another certificate");
  });

  test("is sent once more, with its certificate, when its token is rejected", async () => {
    const { server, api, ...means } = await setUp();
    api.rejectNext();
    expect(await createCall(means)()).toMatchObject({ status: 200 });
    expect([server.tokenRequests.length, api.calls.length]).toEqual([2, 2]);
  });

  test("trusts whom its client trusts, certificate or not", async () => {
    const secret = { registered: bySecret, client: { clientAuthentication: clientSecretPost(SECRET) } };
    const { server, api, ...means } = await setUp({ ...secret, client: { ...secret.client, tls: { ca } } });
    expect(await createCall(means)()).toMatchObject({ status: 200 });
    expect(server.tokenRequests[0]?.certificate).toBeUndefined();
    expect(decodeJwt((await means.tokens.getAccessToken("a")).value)["cnf"]).toBeUndefined();
  });

  test("has a token bound to a key, got by a certificate", async () => {
    const registered = { ...byCertificate, tls_client_certificate_bound_access_tokens: false };
    const { server, api, ...means } = await setUp({ registered, client: { dpop: "generate" } });
    expect(await createCall(means)()).toMatchObject({ status: 200 });
    expect(server.tokenRequests[0]?.certificate).toBe(certificateThumbprint(issued.cert));
    expect(decodeJwt((await means.tokens.getAccessToken("a")).value)["cnf"]).toEqual({
      jkt: await proofKeyOf(api.calls[0] as ApiCall),
    });
  });

  test("has a token bound to both a key and a certificate", async () => {
    const issuer = await using(startTokenIssuer(certificateThumbprint(issued.cert)));
    const { tokenEndpoint } = issuer;
    const a = { tokenEndpoint, clientId: "a", dpop: "generate", tls: issued } as const;
    const api = await using(
      startProtectedApi({
        authorizationServer: issuer,
        tls: authority.issueServerCertificate(),
        requiresNonce: true,
      }),
    );
    const tokens = await using(createTokenManager({ clients: { a } }));
    expect(await createCall({ tokens, baseUrl: api.origin })()).toMatchObject({ status: 200 });
    expect(api.calls.map(({ error }) => error)).toEqual(["use_dpop_nonce", undefined]);
  });
});

/** A server that asks for certificates, redirects to where it is told, and knows who has come. */
async function startOrigin(location?: string) {
  const tls = { ...authority.issueServerCertificate(), requestCert: true, rejectUnauthorized: false };
  const { origin, serve } = await using(listenOnLoopback(tls));
  const visitors: (string | undefined)[] = [];
  serve((incoming, response) => {
    visitors.push(certificateOf(incoming)?.subject);
    if (location !== undefined) response.writeHead(307, { location });
    response.end("{}");
  });
  return { origin, visitors };
}

class HealthClient extends ApiClient<object> {
  constructor(options: ApiClientOptions<"a">) {
    super({ name: "HealthClient", tokenClient: "a" }, options);
  }
}

describe("a certificate", () => {
  const manager = () => ({ dispatcher: createAgent({ connect: { ca } }) });

  test("does not go to other origins", async () => {
    const { tokens, baseUrl } = await setUp({ manager: manager() });
    const foreign = await startOrigin();
    const dispatcher = tokens.dispatcher.compose(tokens.interceptor("a", { baseUrl }));
    await (await request(foreign.origin, { dispatcher })).body.dump();
    await (await request(foreign.origin, { dispatcher: tokens.dispatcher })).body.dump();
    expect(foreign.visitors).toEqual([undefined, undefined]);
  });

  test("does not follow a redirect to another origin", async () => {
    const { tokens } = await setUp({ manager: manager() });
    const foreign = await startOrigin();
    const api = await startOrigin(foreign.origin);
    const baseUrl = api.origin;
    await (await tokens.fetch("a", { baseUrl })("/", { redirect: "follow" })).text();
    const redirect = interceptors.redirect({ maxRedirections: 1 });
    const dispatcher = tokens.dispatcher.compose(tokens.interceptor("a", { baseUrl }), redirect);
    await (await request(api.origin, { dispatcher })).body.dump();
    expect(api.visitors).toEqual(["CN=worker", "CN=worker"]);
    expect(foreign.visitors).toEqual([undefined, undefined]);
  });

  test("does not follow a redirect interceptor inside of ours", async () => {
    const { tokens } = await setUp({ manager: manager() });
    const foreign = await startOrigin();
    const { origin: baseUrl } = await startOrigin(foreign.origin);
    const redirect = interceptors.redirect({ maxRedirections: 1 });
    const dispatcher = tokens.dispatcher.compose(redirect, tokens.interceptor("a", { baseUrl }));
    await (await request(baseUrl, { dispatcher })).body.dump();
    expect(foreign.visitors).toEqual([undefined]);
  });

  test("does not go with calls of another client of its manager", async () => {
    const { tokens } = await setUp({ manager: manager() });
    const api = await startOrigin();
    for (const name of ["a", "b", "a"] as const) {
      await (await tokens.fetch(name, { baseUrl: api.origin })("/")).text();
    }
    expect(api.visitors).toEqual(["CN=worker", undefined, "CN=worker"]);
  });

  test("is that of its dispatcher for a call without a token, which asks for none", async () => {
    const { server, tokens } = await setUp({ manager: manager() });
    const api = await startOrigin();
    const health: Operation = { method: "GET", path: ["/"], responses: { 200: ["application/json"] } };
    for (const dispatcher of [undefined, createAgent({ connect: { ...issued } })]) {
      const options = { tokens, baseUrl: api.origin, ...(dispatcher && { dispatcher }) };
      await new HealthClient(options)[call](health);
    }
    expect(api.visitors).toEqual([undefined, "CN=worker"]);
    expect(server.tokenRequests).toEqual([]);
  });

  test("goes with calls that are composed by hand, with other interceptors between", async () => {
    const { tokens, baseUrl } = await setUp();
    const dispatcher = tokens.dispatcher.compose(
      interceptors.retry(),
      interceptors.dump(),
      tokens.interceptor("a", { baseUrl }),
    );
    expect((await request(baseUrl, { dispatcher })).statusCode).toBe(200);
  });
});
