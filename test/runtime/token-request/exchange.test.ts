import { generateKeyPairSync } from "node:crypto";
import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { type ClientAuthentication, tlsClientAuth } from "../../../runtime/src/client-authentication.ts";
import { DpopProver, generateDpopKey } from "../../../runtime/src/dpop.ts";
import { decodeClaims } from "../../../runtime/src/jwt.ts";
import { clientSecretJwt, privateKeyJwt } from "../../../runtime/src/jwt-assertion.ts";
import { ServerClocks } from "../../../runtime/src/server-clocks.ts";
import {
  buildTokenRequest,
  type DefinedTokenClient,
  defineTokenClient,
  overrideTokenRequest,
  type TokenClient,
} from "../../../runtime/src/token-client.ts";
import type { TokenParameters } from "../../../runtime/src/token-parameters.ts";
import { exchangeGrant } from "../../../runtime/src/token-request/exchange.ts";
import { MetadataCache } from "../../../runtime/src/token-request/metadata-cache.ts";
import { Stopwatch } from "../../../runtime/src/token-request/stopwatch.ts";
import { createAgent, using } from "../../support/disposal.ts";
import {
  type RecordedRequest,
  readForm,
  type Script,
  type ScriptedServer,
  startServer,
} from "../../support/scripted-server.ts";

const NOW = Date.parse("2026-01-01T00:00:00.900Z");
const HOUR = 3_600_000;
const dpop = generateDpopKey();
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const clientAuthentication = privateKeyJwt({ key: privateKey, alg: "ES256" });
const token = { access_token: "a", token_type: "DPoP" };

/** An authorization server that gives the answers in turn, the last one again and again; and a client that asks it. */
async function setUp(given: Partial<TokenClient>, ...answers: Script[]) {
  const server = await using(
    startServer((request, response) => {
      response.setHeader("date", new Date(NOW).toUTCString());
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer?.(request, response);
    }),
  );
  const tokenEndpoint = `${server.origin}/token?tenant=a`;
  const request = buildTokenRequest(
    defineTokenClient("catalog.client", { tokenEndpoint, clientId: "id", ...given }),
  );
  const options = createOptions();
  const exchange = (overrides?: TokenParameters) =>
    exchangeGrant(overrideTokenRequest(request, overrides), options);
  return { server, exchange };
}

function createOptions() {
  const now = () => NOW;
  const clocks = new ServerClocks();
  return {
    dispatcher: createAgent(),
    signal: new AbortController().signal,
    now,
    clocks,
    prover: new DpopProver(clocks),
    metadata: new MetadataCache(now),
    stopwatch: new Stopwatch(),
  };
}

const issue: Script = () => token;

function refuse(
  error: string,
  { status = 400, ...headers }: { status?: number; [name: string]: unknown } = {},
): Script {
  return (_, response) => {
    send(response, status, headers, JSON.stringify({ error }));
  };
}

/** Says it in `WWW-Authenticate` alone. */
function challenge(error: string, nonce: string): Script {
  return (_, response) => {
    send(response, 401, { "www-authenticate": `DPoP error="${error}"`, "dpop-nonce": nonce });
  };
}

function send(response: ServerResponse, status: number, headers: Record<string, unknown>, body = ""): void {
  response.writeHead(status, headers as Record<string, string>).end(body);
}

const date = (ms: number) => new Date(ms).toUTCString();
const claimsOfProof = (request: RecordedRequest | undefined) =>
  decodeClaims(String(request?.headers["dpop"]));
const claimsOfAssertion = (request: RecordedRequest | undefined) =>
  decodeClaims(readForm(request).get("client_assertion") ?? "");
const rejected = { code: "ERR_TOKEN_ENDPOINT_REJECTED", client: "catalog.client" };

describe("a request for a DPoP token", () => {
  test("carries a proof for the endpoint, in whole seconds, without ath", async () => {
    const { server, exchange } = await setUp({ dpop }, issue);
    expect(await exchange()).toMatchObject({ value: "a", tokenType: "DPoP" });
    expect(claimsOfProof(server.requests[0])).toEqual({
      jti: expect.any(String),
      htm: "POST",
      htu: `${server.origin}/token`,
      iat: Math.floor(NOW / 1000),
    });
  });

  test("names the endpoint in its proof as it is sent", async () => {
    const { server, exchange } = await setUp({ dpop }, issue);
    const request = buildTokenRequest(
      defineTokenClient("a", { dpop, clientId: "id", tokenEndpoint: `${server.origin}/a/../tok en` }),
    );
    await exchangeGrant(request, createOptions());
    await exchange();
    expect(server.requests[0]?.path).toBe("/tok%20en");
    expect(claimsOfProof(server.requests[0])["htu"]).toBe(`${server.origin}/tok%20en`);
  });

  test("has the newest nonce, whichever answer it came with", async () => {
    const offer = (nonce: string, script: Script): Script => {
      return (request, response) => {
        response.setHeader("dpop-nonce", nonce);
        return script(request, response);
      };
    };
    const broken = refuse("server_error", { status: 500 });
    const { server, exchange } = await setUp({ dpop }, offer("one", issue), offer("two", broken), issue);
    await exchange();
    await expect(exchange()).rejects.toMatchObject({ code: "ERR_TOKEN_ENDPOINT_FAILED" });
    await exchange();
    const nonces = server.requests.map((request) => claimsOfProof(request)["nonce"]);
    expect(nonces).toEqual([undefined, "one", "two"]);
  });

  test.each<[string, Script]>([
    ["in the body of a 400", refuse("use_dpop_nonce", { "dpop-nonce": "one" })],
    ["in the body of a 401", refuse("use_dpop_nonce", { status: 401, "dpop-nonce": "one" })],
    ["in a challenge", challenge("use_dpop_nonce", "one")],
  ])("is made again, assertion and all, with the nonce that is asked for %s", async (_, answer) => {
    const { server, exchange } = await setUp({ dpop, clientAuthentication }, answer, issue);
    expect(await exchange()).toMatchObject({ value: "a" });
    const [first, second, ...more] = server.requests;
    expect(more).toEqual([]);
    expect(claimsOfProof(second)["nonce"]).toBe("one");
    expect(claimsOfProof(second)["jti"]).not.toBe(claimsOfProof(first)["jti"]);
    expect(claimsOfAssertion(second)["jti"]).toEqual(expect.any(String));
    expect(claimsOfAssertion(second)["jti"]).not.toBe(claimsOfAssertion(first)["jti"]);
  });

  test("is made again with the caller's own assertion as it was given", async () => {
    const answers = [refuse("use_dpop_nonce", { "dpop-nonce": "one" }), issue];
    const { server, exchange } = await setUp({ dpop }, ...answers);
    await exchange({ clientAssertion: "given.by.caller" });
    const assertions = server.requests.map((request) => readForm(request).get("client_assertion"));
    expect(assertions).toEqual(["given.by.caller", "given.by.caller"]);
  });

  test("is made a third time where first the time is wrong, then the nonce", async () => {
    const early = refuse("invalid_client", { status: 401, date: date(NOW + HOUR) });
    const challenged = refuse("use_dpop_nonce", { date: date(NOW + HOUR), "dpop-nonce": "one" });
    const { server, exchange } = await setUp({ dpop, clientAuthentication }, early, challenged, issue);
    expect(await exchange()).toMatchObject({ value: "a" });
    const proofs = server.requests.map(claimsOfProof);
    expect(proofs.map(({ nonce }) => nonce)).toEqual([undefined, undefined, "one"]);
    expect(Number(proofs[2]?.["iat"])).toBeCloseTo((NOW + HOUR) / 1000, -1);
  });

  test("is not made again for a time that is wrong again", async () => {
    let hours = 0;
    const { server, exchange } = await setUp({ dpop, clientAuthentication }, (...given) =>
      refuse("invalid_client", { date: date(NOW + ++hours * HOUR) })(...given),
    );
    await expect(exchange()).rejects.toMatchObject({ ...rejected, error: "invalid_client" });
    expect(server.requests).toHaveLength(2);
  });

  test("is not made again for another nonce that is asked for", async () => {
    let serial = 0;
    const { server, exchange } = await setUp({ dpop }, (...given) =>
      refuse("use_dpop_nonce", { "dpop-nonce": `nonce-${++serial}` })(...given),
    );
    await expect(exchange()).rejects.toMatchObject({ ...rejected, status: 400, error: "use_dpop_nonce" });
    expect(server.requests).toHaveLength(2);
    await expect(exchange()).rejects.toMatchObject(rejected);
    expect(claimsOfProof(server.requests[2])["nonce"]).toBe("nonce-2");
  });

  test.each<[string, Script]>([
    ["a nonce is asked for and none is given", refuse("use_dpop_nonce")],
    ["the nonce that is given is malformed", refuse("use_dpop_nonce", { "dpop-nonce": 'a"b' })],
    ["it is told the proof is bad, and no more", refuse("invalid_dpop_proof")],
    ["something else is wrong", refuse("invalid_scope", { "dpop-nonce": "one" })],
    ["a grant is refused by a server with our time", refuse("invalid_grant", { "dpop-nonce": "one" })],
    ["the server fails", refuse("use_dpop_nonce", { status: 500, "dpop-nonce": "one" })],
    ["the date is of a cache", refuse("invalid_dpop_proof", { date: date(NOW + HOUR), age: "3600" })],
  ])("is not made again where %s", async (_, answer) => {
    const { server, exchange } = await setUp({ dpop }, answer, issue);
    await expect(exchange()).rejects.toMatchObject({ client: "catalog.client" });
    expect(server.requests).toHaveLength(1);
  });

  test("is made again with a nonce that another answer brought meanwhile", async () => {
    const challenged = refuse("use_dpop_nonce", { "dpop-nonce": "one" });
    const { server, exchange } = await setUp({ dpop }, challenged, challenged, issue);
    await Promise.all([exchange(), exchange()]);
    expect(server.requests).toHaveLength(4);
  });

  test.each(["invalid_dpop_proof", "invalid_grant"])(
    "is made again by the server's clock after %s, and from then on",
    async (error) => {
      const serverTime = NOW + HOUR;
      const answer = refuse(error, { date: date(serverTime) });
      const { server, exchange } = await setUp({ dpop, clientAuthentication }, answer, issue);
      await exchange();
      await exchange();
      const [first, ...others] = server.requests;
      expect(claimsOfProof(first)["iat"]).toBe(Math.floor(NOW / 1000));
      expect(others).toHaveLength(2);
      for (const request of others) {
        expect(Number(claimsOfProof(request)["iat"])).toBeCloseTo(serverTime / 1000, -1);
        expect(Number(claimsOfAssertion(request)["iat"])).toBeCloseTo(serverTime / 1000, -1);
      }
    },
  );

  test("lets neither proof nor assertion appear in its error, nor those of the request before", async () => {
    const seen: string[] = [];
    const echo: Script = (request, response) => {
      seen.push(String(request.headers["dpop"]), readForm(request).get("client_assertion") ?? "");
      const problem = { error: "use_dpop_nonce", error_description: seen.join(" | ") };
      send(response, 400, { "dpop-nonce": `nonce-${seen.length}` }, JSON.stringify(problem));
    };
    const { exchange } = await setUp({ dpop, clientAuthentication }, echo);
    const error = await exchange().catch((error: unknown) => error);
    expect(error).toMatchObject({
      ...rejected,
      errorDescription: "[redacted] | [redacted] | [redacted] | [redacted]",
    });
    for (const text of seen) expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(text);
  });
});

describe("a request for a Bearer token", () => {
  const bearer: Script = () => ({ access_token: "a", token_type: "Bearer" });

  test("carries no proof, and a nonce does not change that", async () => {
    const answer = refuse("use_dpop_nonce", { "dpop-nonce": "one" });
    const { server, exchange } = await setUp({ clientAuthentication }, answer, bearer);
    await expect(exchange()).rejects.toMatchObject(rejected);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers["dpop"]).toBeUndefined();
  });

  test.each<[string, ClientAuthentication]>([
    ["private_key_jwt", clientAuthentication],
    ["client_secret_jwt", clientSecretJwt("a secret that is long enough")],
  ])(
    "has its %s assertion made again by the clock of the server that refused it, and from then on",
    async (_, clientAuthentication) => {
      const serverTime = NOW - HOUR;
      const answer = refuse("invalid_client", { status: 401, date: date(serverTime) });
      const { server, exchange } = await setUp({ clientAuthentication }, answer, bearer);
      await exchange();
      await exchange();
      const times = server.requests.map((request) => Number(claimsOfAssertion(request)["iat"]));
      expect(times).toHaveLength(3);
      expect(times[0]).toBeCloseTo(NOW / 1000, -1);
      for (const time of times.slice(1)) expect(time).toBeCloseTo(serverTime / 1000, -1);
    },
  );

  test("has its assertion made by our clock again once that was set right", async () => {
    const early = refuse("invalid_client", { status: 401, date: date(NOW + HOUR) });
    const right = refuse("invalid_client", { status: 401 });
    const { server, exchange } = await setUp({ clientAuthentication }, early, bearer, right, bearer);
    await exchange();
    await exchange();
    const times = server.requests.map((request) => Number(claimsOfAssertion(request)["iat"]));
    expect(times).toHaveLength(4);
    expect(times[3]).toBeCloseTo(NOW / 1000, -1);
  });

  test("learns no clock from a refusal that has nothing to do with it", async () => {
    const refuseScope = refuse("invalid_scope", { date: date(NOW + HOUR) });
    const { server, exchange } = await setUp({ clientAuthentication }, refuseScope, bearer);
    await expect(exchange()).rejects.toMatchObject(rejected);
    await exchange();
    expect(Number(claimsOfAssertion(server.requests[1])["iat"])).toBeCloseTo(NOW / 1000, -1);
  });

  test.each<[string, Partial<TokenClient>, TokenParameters]>([
    ["it has no time in it", {}, {}],
    ["its assertion is the caller's own", {}, { clientAssertion: "given.by.caller" }],
  ])("is not made again for a clock where %s", async (_, given, overrides) => {
    const answer = refuse("invalid_client", { status: 401, date: date(NOW + HOUR) });
    const { server, exchange } = await setUp(given, answer, bearer);
    await expect(exchange(overrides)).rejects.toMatchObject(rejected);
    expect(server.requests).toHaveLength(1);
  });
});

describe("a discovered endpoint", () => {
  /** A server with these fields in its metadata, which issues tokens everywhere else. */
  async function discoverable(fields: (origin: string) => object, answer: Script = () => bearerToken) {
    const server: ScriptedServer = await using(
      startServer((...exchange) => {
        const [{ path }] = exchange;
        if (!path.startsWith("/.well-known/")) return answer(...exchange);
        const { origin } = server;
        return { issuer: origin, token_endpoint: `${origin}/token`, ...fields(origin) };
      }),
    );
    const { origin: issuer } = server;
    const client = defineTokenClient("catalog.client", { issuer, clientId: "id" });
    return { server, client, options: createOptions() };
  }
  const bearerToken = { access_token: "a", token_type: "Bearer" };
  const tls = { connect: {}, id: "id", thumbprint: "thumbprint" };
  const withTls = (client: DefinedTokenClient) => buildTokenRequest({ ...client, tls });
  const alias = (origin: string) => ({ mtls_endpoint_aliases: { token_endpoint: `${origin}/mtls` } });

  test.each<[string, Partial<DefinedTokenClient>, string]>([
    ["the alias for a client with a certificate", { tls }, "/mtls"],
    [
      "the usual one for a client that only trusts an authority",
      { tls: { ...tls, thumbprint: undefined } },
      "/token",
    ],
    ["the usual one for a client with a dispatcher", { dispatcher: createAgent() }, "/token"],
    [
      "the alias for a client that authenticates with the certificate of its dispatcher",
      { dispatcher: createAgent(), clientAuthentication: tlsClientAuth() },
      "/mtls",
    ],
    ["the usual one for any other", {}, "/token"],
  ])("is %s", async (_, given, path) => {
    const { server, client, options } = await discoverable(alias);
    await exchangeGrant(buildTokenRequest({ ...client, ...given }), options);
    expect(server.requests.at(-1)?.path).toBe(path);
  });

  test("is the usual one where there is no alias", async () => {
    const { server, client, options } = await discoverable(() => ({ mtls_endpoint_aliases: {} }));
    await exchangeGrant(withTls(client), options);
    expect(server.requests.at(-1)?.path).toBe("/token");
  });

  test.each(["http://login.example.com/token", "/token", 7])(
    "is not the alias %j, which is not secure; other clients don't mind",
    async (token_endpoint) => {
      const { client, options } = await discoverable(() => ({ mtls_endpoint_aliases: { token_endpoint } }));
      await expect(exchangeGrant(withTls(client), options)).rejects.toMatchObject({
        code: "ERR_DISCOVERY_FAILED",
        client: "catalog.client",
      });
      expect(await exchangeGrant(buildTokenRequest(client), options)).toMatchObject({ value: "a" });
    },
  );

  test("is in the DPoP proof as it is used", async () => {
    const { server, client, options } = await discoverable(alias, () => token);
    await exchangeGrant(buildTokenRequest({ ...client, tls, dpop }), options);
    expect(claimsOfProof(server.requests.at(-1))["htu"]).toBe(`${server.origin}/mtls`);
  });

  test.each([
    [404, 2],
    [405, 2],
    [410, 2],
    [400, 1],
    [503, 1],
  ])("that answers %i has been discovered %i times after another request", async (status, times) => {
    const { server, client, options } = await discoverable(
      () => ({}),
      (_, response) => send(response, status, {}),
    );
    for (let i = 0; i < 2; i++) {
      await expect(exchangeGrant(buildTokenRequest(client), options)).rejects.toMatchObject({ status });
    }
    expect(server.requests.filter(({ path }) => path !== "/token")).toHaveLength(times);
  });

  test.each([
    ["/token", "/token"],
    ["/.well-known/openid-configuration", ""],
  ])("is named in a failure to reach it, and the issuer in one to discover it: %s", async (broken, named) => {
    const { server, client, options } = await discoverable(() => ({}));
    const { script } = server;
    server.script = (...exchange) =>
      exchange[0].path === broken ? void exchange[1].destroy() : script(...exchange);
    await expect(exchangeGrant(buildTokenRequest(client), options)).rejects.toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_UNREACHABLE",
      message: expect.stringContaining(`could not reach ${server.origin}${named} (`),
    });
  });

  test("is the last one known while it is looked for again", async () => {
    const { server, client, options } = await discoverable(() => ({}));
    const request = buildTokenRequest(client);
    const clock = { now: NOW };
    const metadata = new MetadataCache(() => clock.now);
    await exchangeGrant(request, { ...options, metadata });
    const { script } = server;
    server.script = (...exchange) => (exchange[0].path === "/token" ? script(...exchange) : undefined);
    clock.now += HOUR;
    expect(await exchangeGrant(request, { ...options, metadata })).toMatchObject({ value: "a" });
  });

  test("is looked for once by all clients, and each of them is named in its own failure", async () => {
    const { server, client, options } = await discoverable(() => ({ issuer: "https://other.example" }));
    const other = { ...client, name: "invoice.client" };
    const requests = [client, other].map((client) => exchangeGrant(buildTokenRequest(client), options));
    expect(await Promise.allSettled(requests)).toMatchObject([
      { reason: { code: "ERR_ISSUER_MISMATCH", client: "catalog.client" } },
      { reason: { code: "ERR_ISSUER_MISMATCH", client: "invoice.client" } },
    ]);
    expect(server.requests).toHaveLength(1);
  });
});

describe("what is learnt by a client with a dispatcher of its own", () => {
  test("decides neither nonce nor time of another client's proofs", async () => {
    const wrong = { "dpop-nonce": "proxy", date: new Date(NOW + HOUR).toUTCString() };
    const { server } = await setUp({}, refuse("invalid_dpop_proof", wrong), issue);
    const options = createOptions();
    const define = (name: string, own: Partial<TokenClient>) =>
      buildTokenRequest(
        defineTokenClient(name, { tokenEndpoint: server.origin, clientId: name, dpop, ...own }),
      );
    await exchangeGrant(define("proxied", { dispatcher: createAgent() }), options);
    await exchangeGrant(define("direct", {}), options);
    const [, proxied, direct] = server.requests.map(claimsOfProof);
    expect(proxied).toMatchObject({ nonce: "proxy", iat: (NOW - 900 + HOUR) / 1000 });
    expect(direct).toMatchObject({ iat: Math.floor(NOW / 1000) });
    expect(direct).not.toHaveProperty("nonce");
  });
});
