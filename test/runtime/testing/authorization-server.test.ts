import { createSecretKey, generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import {
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretJwt,
  clientSecretPost,
  createTokenManager,
  privateKeyJwt,
  type TokenClient,
} from "../../../runtime/src/index.ts";
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
  type TokenFault,
} from "../../../runtime/src/testing.ts";
import { createAgent, using } from "../../support/disposal.ts";

const SECRET = "secret: + & %";

/** A server, and a manager whose one client asks it. */
async function setUp(options: AuthorizationServerOptions = {}, client: Partial<TokenClient> = {}) {
  const login = await using(startAuthorizationServer(options));
  const { now } = options;
  const definition = { tokenEndpoint: login.tokenEndpoint, clientId: "worker", ...client };
  const tokens = await using(createTokenManager({ clients: { a: definition }, ...(now && { now }) }));
  return { login, tokens, get: () => tokens.getAccessToken("a") };
}

const postForm = async (login: AuthorizationServer, path: string, form: Record<string, string>) => {
  const { statusCode, body } = await request(login.issuer + path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
  return { status: statusCode, body: await body.json() };
};

describe("startAuthorizationServer", () => {
  test("lets everybody in where it is told of no clients", async () => {
    const { login, get } = await setUp();
    expect(login.verify((await get()).value)).toMatchObject({ active: true, clientId: "worker" });
  });

  test("records what was asked for, in order, and no secret", async () => {
    const { login, tokens } = await setUp(
      { now: () => 1_000_000 },
      {
        clientAuthentication: clientSecretPost(SECRET),
        scope: "read write",
        resource: ["urn:a", "urn:b"],
        audience: "urn:c",
        parameters: { tenant: "1", api_key: SECRET },
      },
    );
    await tokens.getAccessToken("a");
    await tokens.getAccessToken("a", { scope: "read" });
    expect(login.requests).toEqual([
      {
        at: 1_000_000,
        clientId: "worker",
        authentication: "client_secret_post",
        scope: "read write",
        resource: ["urn:a", "urn:b"],
        audience: "urn:c",
        parameters: { tenant: "1", api_key: "[redacted]" },
        hasProof: false,
        status: 200,
        error: undefined,
      },
      expect.objectContaining({ scope: "read" }),
    ]);
    expect(inspect(login, { depth: 9 }) + JSON.stringify(login)).not.toContain(SECRET);
  });

  test.each(["//", "//[", "http://[/", "//other.example/jwks", "/nowhere"])(
    "answers 404 where it has nothing: %s",
    async (path) => {
      const { login } = await setUp();
      const agent = createAgent();
      const { statusCode, body } = await agent.request({ origin: login.issuer, path, method: "GET" });
      expect([statusCode, await body.json()]).toEqual([404, { error: "not_found" }]);
    },
  );

  test("answers a request that names its whole URL", async () => {
    const { login } = await setUp();
    const agent = createAgent();
    const { statusCode, body } = await agent.request({
      origin: login.issuer,
      path: `${login.jwksUri}?a=b`,
      method: "GET",
    });
    expect([statusCode, await body.json()]).toEqual([200, { keys: expect.any(Array) }]);
  });

  test("has metadata, so that an issuer is enough", async () => {
    const login = await using(startAuthorizationServer());
    const tokens = await using(
      createTokenManager({ clients: { a: { issuer: login.issuer, clientId: "worker" } } }),
    );
    expect(login.verify((await tokens.getAccessToken("a")).value).active).toBe(true);
  });

  test("issues JWTs that an API can verify with its keys", async () => {
    const { login, get } = await setUp({}, { scope: "read", resource: "urn:a" });
    const { value } = await get();
    const { payload } = await jwtVerify(value, createRemoteJWKSet(new URL(login.jwksUri)), {
      issuer: login.issuer,
      audience: "urn:a",
      typ: "at+jwt",
    });
    expect(payload).toMatchObject({ client_id: "worker", sub: "worker", scope: "read" });
  });

  test("tells of tokens by introspection", async () => {
    const { login, get } = await setUp({}, { scope: "read" });
    const { value: token } = await get();
    const active = { active: true, client_id: "worker", scope: "read", aud: [login.issuer] };
    expect((await postForm(login, "/introspect", { token })).body).toMatchObject(active);
    login.revoke(token);
    expect((await postForm(login, "/introspect", { token })).body).toEqual({ active: false });
  });

  test.each([{ tokenLifetimeSeconds: -1 }, { tokenLifetimeSeconds: [] }])("refuses %j", async (options) => {
    await expect(startAuthorizationServer(options)).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
  });

  test.each<[string, object, string]>([
    [
      "a key that is none",
      { publicKey: "-----BEGIN PUBLIC KEY-----\nplanted" },
      'clients["worker"].publicKey',
    ],
    ["a JWK that is none", { publicKey: { kty: "EC", x: "planted" } }, 'clients["worker"].publicKey'],
    [
      "a secret for a key",
      { publicKey: createSecretKey(Buffer.from("planted")) },
      'clients["worker"].publicKey',
    ],
    ["an empty secret", { secret: "" }, 'clients["worker"].secret'],
    ["scopes in a list", { scope: ["planted"] }, 'clients["worker"].scope'],
    ["a misspelt option", { pubicKey: "planted" }, 'clients["worker"].pubicKey'],
  ])("refuses a client with %s at once, and quotes none of it", async (_, worker, option) => {
    const starting = startAuthorizationServer({ clients: { worker } });
    await expect(starting).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    await expect(starting).rejects.toThrow(option);
    await expect(starting).rejects.not.toThrow("planted");
  });

  test("refuses an option that there is not", async () => {
    const starting = startAuthorizationServer({ client: {} } as object);
    await expect(starting).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
  });

  test("answers 404 to what it has not", async () => {
    const login = await using(startAuthorizationServer());
    expect(await postForm(login, "/revoke", {})).toEqual({ status: 404, body: { error: "not_found" } });
  });
});

describe("registered clients", () => {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const clients = {
    secretive: { secret: SECRET },
    signer: { publicKey: key.publicKey },
    "rsa signer": { publicKey: other.publicKey.export({ format: "jwk" }) },
    "pem signer": { publicKey: other.publicKey.export({ format: "pem", type: "spki" }).toString() },
    open: {},
    both: { secret: SECRET, publicKey: key.publicKey },
  };
  const es256 = privateKeyJwt({ key: key.privateKey, alg: "ES256" });
  const wrong = "wrong";

  test.each<[string, string, ClientAuthentication | undefined]>([
    ["client_secret_basic", "secretive", clientSecretBasic(SECRET)],
    ["client_secret_post", "secretive", clientSecretPost(SECRET)],
    ["client_secret_jwt", "secretive", clientSecretJwt(SECRET)],
    ["private_key_jwt", "signer", es256],
    ["private_key_jwt", "rsa signer", privateKeyJwt({ key: other.privateKey, alg: "PS256" })],
    ["private_key_jwt", "pem signer", privateKeyJwt({ key: other.privateKey, alg: "RS256" })],
    ["none", "open", undefined],
    ["client_secret_basic", "open", clientSecretBasic(wrong)],
    ["client_secret_basic", "secretive", clientSecretBasic(SECRET, { encoding: "raw" })],
    ["client_secret_post", "both", clientSecretPost(SECRET)],
    ["private_key_jwt", "both", es256],
  ])("are let in by %s: %s", async (authentication, clientId, clientAuthentication) => {
    const { login, get } = await setUp(
      { clients },
      { clientId, ...(clientAuthentication && { clientAuthentication }) },
    );
    await get();
    expect(login.requests).toMatchObject([{ clientId, authentication, status: 200 }]);
  });

  test.each<[string, string, ClientAuthentication | undefined]>([
    ["a wrong secret", "secretive", clientSecretBasic(wrong)],
    ["a wrong secret in the form", "secretive", clientSecretPost(wrong)],
    ["a wrong secret's signature", "secretive", clientSecretJwt("wrong".repeat(9))],
    ["no secret", "secretive", undefined],
    ["a secret instead of a signature", "signer", clientSecretPost(wrong)],
    ["a signature of another's", "rsa signer", es256],
    ["a signature instead of a secret", "secretive", es256],
    ["an unknown id", "nobody", clientSecretBasic(SECRET)],
  ])("are not let in with %s", async (_, clientId, clientAuthentication) => {
    const { login, get } = await setUp(
      { clients },
      { clientId, ...(clientAuthentication && { clientAuthentication }) },
    );
    await expect(get()).rejects.toMatchObject({ error: "invalid_client", status: 401 });
    expect(login.requests).toMatchObject([{ clientId, error: "invalid_client" }]);
  });

  test("get their scope where they ask for none, and none beyond it", async () => {
    const { login, tokens } = await setUp({ clients: { worker: { scope: "read write" } } });
    expect((await tokens.getAccessToken("a")).scope).toBe("read write");
    const beyond = tokens.getAccessToken("a", { scope: "read delete" });
    await expect(beyond).rejects.toMatchObject({ error: "invalid_scope" });
    expect(login.requests).toMatchObject([{ status: 200 }, { scope: "read delete", status: 400 }]);
  });
});

describe("tokens", () => {
  test("live as long as the list says, the last for all that follow", async () => {
    const { tokens } = await setUp({ tokenLifetimeSeconds: [10, 20], now: () => 0 });
    const lifetimes: number[] = [];
    for (let index = 0; index < 3; index++) {
      const { issuedAt, expiresAt } = await tokens.getAccessToken("a", { forceRenewal: true });
      lifetimes.push(expiresAt - issuedAt);
    }
    expect(lifetimes).toEqual([10_000, 20_000, 20_000]);
  });

  test("live as long as a test says meanwhile", async () => {
    const { login, get } = await setUp({ now: () => 0 });
    expect(login.tokenLifetimeSeconds).toBe(3600);
    login.tokenLifetimeSeconds = 5;
    expect((await get()).expiresAt).toBe(5000);
  });

  test("end by the clock of the test", async () => {
    let now = 0;
    const { login, get } = await setUp({ tokenLifetimeSeconds: 10, now: () => now });
    const { value } = await get();
    now = 9999;
    expect(login.verify(value).active).toBe(true);
    now = 10_000;
    expect(login.verify(value)).toEqual({ active: false, reason: "expired" });
  });

  test("are revoked one by one, or all", async () => {
    const { login, tokens } = await setUp();
    const [one, two] = [await tokens.getAccessToken("a"), await tokens.getAccessToken("a", { scope: "b" })];
    login.revoke(one.value);
    expect(login.verify(one.value)).toEqual({ active: false, reason: "revoked" });
    expect(login.verify(two.value).active).toBe(true);
    login.revoke();
    expect(login.verify(two.value)).toEqual({ active: false, reason: "revoked" });
  });

  test("of somebody else's are unknown", async () => {
    const { login } = await setUp();
    expect(login.verify("somebody.else.s")).toEqual({ active: false, reason: "unknown" });
  });
});

describe("faults", () => {
  test.each<[TokenFault, object]>([
    ["garbage", { code: "ERR_TOKEN_RESPONSE_INVALID" }],
    ["invalid_client", { code: "ERR_TOKEN_ENDPOINT_REJECTED", status: 401, error: "invalid_client" }],
    [{ status: 400, error: "invalid_target" }, { error: "invalid_target" }],
    [
      { status: 503, retryAfterSeconds: 60 },
      { code: "ERR_TOKEN_ENDPOINT_FAILED", status: 503, retryAfterMs: 60_000 },
    ],
  ])("%j rejects the call that meets it, and the next one is served", async (fault, want) => {
    const { login, tokens, get } = await setUp({ now: () => 0 });
    login.failNext(fault);
    await expect(get()).rejects.toMatchObject(want);
    tokens.invalidate("a");
    const { status } = await postForm(login, "/token", { grant_type: "client_credentials", client_id: "b" });
    expect(status).toBe(200);
  });

  test.each<TokenFault>(["reset", { status: 503 }, { status: 429 }])(
    "%j passes by a retry",
    async (fault) => {
      const { login, get } = await setUp();
      login.failNext(fault);
      expect(login.verify((await get()).value).active).toBe(true);
      expect(login.requests).toHaveLength(2);
    },
  );

  test("hang until the client gives up", async () => {
    const { login, get } = await setUp({}, { requestTimeoutMs: 50 });
    login.failNext("hang");
    await expect(get()).rejects.toMatchObject({ code: "ERR_TOKEN_ENDPOINT_TIMEOUT" });
    expect(login.requests).toMatchObject([{ error: "hang", status: undefined }]);
  });

  test("are met as often as is said, in the order they were added, until they are forgotten", async () => {
    const { login } = await setUp();
    const post = async () => {
      const form = { grant_type: "client_credentials", client_id: "a" };
      return (await postForm(login, "/token", form)).status;
    };
    login.failNext("invalid_client", 2);
    login.failNext({ status: 418, error: "teapot" }, Number.POSITIVE_INFINITY);
    expect([await post(), await post(), await post(), await post()]).toEqual([401, 401, 418, 418]);
    login.recover();
    expect(await post()).toBe(200);
  });

  test.each([
    ["teapot", 1],
    [{}, 1],
    [{ status: 503 }, 0],
  ])("refuses %j, %d times", async (fault, times) => {
    const { login } = await setUp();
    const fail = () => login.failNext(fault as TokenFault, times as number);
    expect(fail).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });
});

describe("hold", () => {
  test("keeps every request waiting, so that a test sees who waits for one token", async () => {
    const { login, get } = await setUp();
    const release = login.hold();
    const calls = Array.from({ length: 100 }, get);
    expect(login.requests.length).toBeLessThan(2);
    release();
    expect(new Set((await Promise.all(calls)).map(({ value }) => value)).size).toBe(1);
    expect(login.requests).toHaveLength(1);
  });
});

describe("DPoP", () => {
  test("binds a token to the key of the proof", async () => {
    const { login, get } = await setUp({}, { dpop: "generate" });
    const token = await get();
    expect(token.tokenType).toBe("DPoP");
    expect(login.verify(token.value)).toMatchObject({ thumbprint: expect.stringMatching(/^[\w-]{43}$/) });
    expect(login.requests).toMatchObject([{ hasProof: true }]);
  });

  test("asks for its nonce where it needs one", async () => {
    const { login, get } = await setUp({ requiresDpopNonce: true }, { dpop: "generate" });
    expect((await get()).tokenType).toBe("DPoP");
    expect(login.requests).toMatchObject([{ error: "use_dpop_nonce" }, { status: 200 }]);
  });

  test.each(["", "no.jwt.at-all", "a.b"])("refuses %j, which is no proof", async (proof) => {
    const { login } = await setUp();
    const { body } = await request(login.tokenEndpoint, {
      method: "POST",
      headers: { dpop: proof },
      body: "grant_type=client_credentials&client_id=a",
    });
    expect(await body.json()).toMatchObject({ error: "invalid_dpop_proof" });
  });
});
