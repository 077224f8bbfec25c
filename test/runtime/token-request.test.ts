import { createHook } from "node:async_hooks";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:net";
import { Agent } from "undici";
import { describe, expect, test } from "vitest";
import { clientSecretBasic, clientSecretPost } from "../../runtime/src/client-authentication.ts";
import { DpopProver } from "../../runtime/src/dpop.ts";
import { tokenRequestChannel } from "../../runtime/src/events.ts";
import { decodeClaims } from "../../runtime/src/jwt.ts";
import { privateKeyJwt } from "../../runtime/src/jwt-assertion.ts";
import { ServerClocks } from "../../runtime/src/server-clocks.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
  type TokenClient,
  type TokenRequest,
} from "../../runtime/src/token-client.ts";
import { TokenFailures } from "../../runtime/src/token-failures.ts";
import { createTokenRequester } from "../../runtime/src/token-request.ts";
import { atEnd, using } from "../support/disposal.ts";
import { readForm, type Script, startServer, startTokenEndpoint } from "../support/scripted-server.ts";

const dispatcher = new Agent();
const clocks = new ServerClocks();
const prover = new DpopProver(clocks);
const create = (now: () => number) =>
  createTokenRequester({ dispatcherOf: () => dispatcher, now, clocks, prover });
const requestToken = create(() => 1_000_000);
const never = new AbortController().signal;

function define(origin: string, given: Partial<TokenClient> = {}): TokenRequest {
  return buildTokenRequest(
    defineTokenClient("catalog.client", {
      tokenEndpoint: `${origin}/token`,
      clientId: "the client",
      ...given,
    }),
  );
}

async function request(script: Script, given: Partial<TokenClient> = {}) {
  const server = await using(startServer(script));
  return requestToken(define(server.origin, given), never);
}

describe("what is sent", () => {
  test("is a form with the configured scope, resources, audience and parameters, each once", async () => {
    const server = await using(startTokenEndpoint());
    const client = define(server.origin, {
      scope: ["a", "b"],
      resource: ["urn:one", "urn:two"],
      audience: "api",
      parameters: { tenant: "blue" },
    });
    await requestToken(client, never);
    expect([...readForm(server.requests[0])].sort()).toEqual([
      ["audience", "api"],
      ["client_id", "the client"],
      ["grant_type", "client_credentials"],
      ["resource", "urn:one"],
      ["resource", "urn:two"],
      ["scope", "a b"],
      ["tenant", "blue"],
    ]);
  });

  test("replaces configured values by a request's own", async () => {
    const server = await using(startTokenEndpoint());
    const client = define(server.origin, {
      scope: "a",
      resource: ["urn:one", "urn:two"],
      audience: "api",
      parameters: { tenant: "blue", x: "1" },
    });
    const overrides = { scope: "b", resource: "urn:three", audience: "other", parameters: { tenant: "red" } };
    await requestToken(overrideTokenRequest(client, overrides), never);
    expect([...readForm(server.requests[0])].sort()).toEqual([
      ["audience", "other"],
      ["client_id", "the client"],
      ["grant_type", "client_credentials"],
      ["resource", "urn:three"],
      ["scope", "b"],
      ["tenant", "red"],
      ["x", "1"],
    ]);
  });

  test("authenticates with form-encoded Basic credentials and nothing in the form", async () => {
    const server = await using(startTokenEndpoint());
    const clientAuthentication = clientSecretBasic("a:b c%+");
    await requestToken(define(server.origin, { clientAuthentication }), never);
    const credentials = Buffer.from("the+client:a%3Ab+c%25%2B").toString("base64");
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${credentials}`);
    expect(readForm(server.requests[0]).has("client_secret")).toBe(false);
  });

  test("authenticates with id and secret in the form and no Authorization field", async () => {
    const server = await using(startTokenEndpoint());
    const clientAuthentication = clientSecretPost("a:b c%+");
    await requestToken(define(server.origin, { clientAuthentication }), never);
    expect(readForm(server.requests[0]).get("client_secret")).toBe("a:b c%+");
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  test("lets a request's client assertion take the place of the configured authentication", async () => {
    const server = await using(startTokenEndpoint());
    const client = define(server.origin, { clientAuthentication: clientSecretPost("secret") });
    await requestToken(overrideTokenRequest(client, { clientAssertion: "an.assertion.signed" }), never);
    const form = readForm(server.requests[0]);
    expect(form.get("client_assertion")).toBe("an.assertion.signed");
    expect(form.get("client_assertion_type")).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    expect(form.has("client_secret")).toBe(false);
  });
});

describe("what comes back", () => {
  test("is a token whose life counts from the start of the request", async () => {
    const server = await using(
      startServer(() => ({ access_token: "a", token_type: "beareR", expires_in: 300 })),
    );
    let now = 5000;
    const ticking = create(() => (now += 1000));
    expect(await ticking(define(server.origin), never)).toMatchObject({
      value: "a",
      tokenType: "Bearer",
      issuedAt: 6000,
      expiresAt: 306_000,
      clientName: "catalog.client",
    });
  });

  test.each<[string, string, Script]>([
    [
      "ERR_TOKEN_ENDPOINT_REJECTED",
      "400 with an OAuth error",
      (_, r) => void r.writeHead(400).end('{"error":"invalid_scope"}'),
    ],
    [
      "ERR_TOKEN_ENDPOINT_REJECTED",
      "401 with a challenge",
      (_, r) => void r.writeHead(401, { "www-authenticate": "Basic" }).end('{"error":"invalid_client"}'),
    ],
    ["ERR_TOKEN_ENDPOINT_REJECTED", "403 with nothing", (_, r) => void r.writeHead(403).end()],
    [
      "ERR_TOKEN_ENDPOINT_FAILED",
      "500",
      (_, r) => void r.writeHead(500, { "retry-after": "60" }).end("oh no"),
    ],
    ["ERR_TOKEN_ENDPOINT_FAILED", "429", (_, r) => void r.writeHead(429, { "retry-after": "60" }).end()],
    [
      "ERR_TOKEN_RESPONSE_INVALID",
      "HTML",
      (_, r) => void r.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    ],
    ["ERR_TOKEN_RESPONSE_INVALID", "an empty answer", (_, r) => void r.writeHead(200).end()],
    [
      "ERR_TOKEN_RESPONSE_INVALID",
      "a redirect",
      (_, r) => void r.writeHead(302, { location: "/login" }).end(),
    ],
    [
      "ERR_TOKEN_RESPONSE_INVALID",
      "an endless answer",
      (_, r) => void r.writeHead(200).end("x".repeat(2 ** 21)),
    ],
    ["ERR_TOKEN_TYPE_MISMATCH", "a DPoP token", () => ({ access_token: "a", token_type: "DPoP" })],
    ["ERR_TOKEN_ENDPOINT_UNREACHABLE", "a broken connection", (_, r) => void r.destroy()],
  ])("is %s for %s", async (code, _, script) => {
    await expect(request(script, { requestTimeoutMs: 2000 })).rejects.toMatchObject({
      name: "TokenError",
      code,
      client: "catalog.client",
    });
  });

  test("names status, error and description of an OAuth error", async () => {
    const script: Script = (_, response) => {
      response.writeHead(400).end('{"error":"invalid_scope","error_description":"no such\\u0000scope"}');
    };
    await expect(request(script)).rejects.toMatchObject({
      status: 400,
      error: "invalid_scope",
      errorDescription: "no such scope",
    });
  });

  test("has the cause when the endpoint can't be reached", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    const { port } = await new Promise<{ port: number }>((done) =>
      free.once("listening", () => done(free.address() as never)),
    );
    await new Promise((done) => free.close(done));
    const given = define(`http://127.0.0.1:${port}`, { requestTimeoutMs: 2000 });
    await expect(requestToken(given, never)).rejects.toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_UNREACHABLE",
      cause: { code: "ECONNREFUSED" },
    });
  });
});

describe("a client authentication that fails", () => {
  test("is ERR_CLIENT_ASSERTION_FAILED, with its cause, and nothing is sent", async () => {
    const server = await using(startTokenEndpoint());
    const cause = new Error("the key store is locked");
    const authenticate = () => Promise.reject(cause);
    const given = define(server.origin, {
      clientAuthentication: { method: "private_key_jwt", authenticate },
    });
    await expect(requestToken(given, never)).rejects.toMatchObject({
      code: "ERR_CLIENT_ASSERTION_FAILED",
      cause,
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe("a client authentication that takes its time", () => {
  const authenticateBy = (authenticate: () => void | Promise<void>) => ({
    clientAuthentication: { method: "private_key_jwt", authenticate },
  });
  test("is ERR_CLIENT_ASSERTION_FAILED when it has not finished once the time is over, and nothing is sent", async () => {
    const server = await using(startTokenEndpoint());
    const given = define(server.origin, {
      ...authenticateBy(() => new Promise(() => {})),
      requestTimeoutMs: 20,
    });
    await expect(requestToken(given, never)).rejects.toMatchObject({
      code: "ERR_CLIENT_ASSERTION_FAILED",
      message: expect.stringContaining("did not finish within 20 ms"),
    });
    expect(server.requests).toEqual([]);
  });

  test("is the same after another attempt, which is the cause", async () => {
    let attempts = 0;
    const authentication = authenticateBy(() => (attempts++ === 0 ? undefined : new Promise(() => {})));
    const script: Script = (_, response) => void response.writeHead(503).end();
    await expect(request(script, { ...authentication, requestTimeoutMs: 500 })).rejects.toMatchObject({
      code: "ERR_CLIENT_ASSERTION_FAILED",
      cause: { status: 503 },
    });
  });

  test.each<[number, string]>([
    [0.75, "ERR_CLIENT_ASSERTION_FAILED"],
    [0.25, "ERR_TOKEN_ENDPOINT_TIMEOUT"],
  ])(
    "is what failed, and not the server, if it took most of the time: %d of it is %s",
    async (share, code) => {
      const requestTimeoutMs = 300;
      const authentication = authenticateBy(() => {
        const end = performance.now() + share * requestTimeoutMs;
        while (performance.now() < end);
      });
      await expect(request(() => undefined, { ...authentication, requestTimeoutMs })).rejects.toMatchObject({
        code,
      });
    },
  );
});

describe("trouble that may pass", () => {
  test.each<[string, Script]>([
    ["no answer", (_, response) => void response.destroy()],
    ["a 5xx", (_, response) => void response.writeHead(503).end()],
    ["too many requests", (_, response) => void response.writeHead(429, { "retry-after": "0" }).end()],
  ])("is tried again until there is a token: %s", async (_, trouble) => {
    let asked = 0;
    const got = request((...exchange) =>
      asked++ < 2 ? trouble(...exchange) : { access_token: "a", token_type: "Bearer" },
    );
    expect(await got).toMatchObject({ value: "a" });
    expect(asked).toBe(3);
  });

  test("is tried again with an assertion of its own for each attempt", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const clientAuthentication = privateKeyJwt({ key: privateKey, alg: "ES256" });
    const ids: unknown[] = [];
    const script: Script = (request, response) => {
      ids.push(decodeClaims(readForm(request).get("client_assertion") ?? "")["jti"]);
      if (ids.length > 1) return { access_token: "a", token_type: "Bearer" };
      return void response.writeHead(503).end();
    };
    await request(script, { clientAuthentication });
    expect(ids).toEqual([expect.any(String), expect.any(String)]);
    expect(new Set(ids).size).toBe(2);
  });

  test("is the error at once when the server asks for a longer pause than there is time", async () => {
    const script: Script = (_, response) => void response.writeHead(503, { "retry-after": "60" }).end();
    await expect(request(script)).rejects.toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_FAILED",
      retryAfterMs: 60_000,
    });
  });

  test("is not waited out when the signal is aborted", async () => {
    const controller = new AbortController();
    const server = await using(
      startServer((_, response) => {
        setImmediate(() => controller.abort(new Error("stop")));
        response.writeHead(503, { "retry-after": "5" }).end();
      }),
    );
    await expect(requestToken(define(server.origin), controller.signal)).rejects.toThrow("stop");
  });

  test("is passed by with another dispatcher, if there is another by then", async () => {
    const server = await using(startTokenEndpoint());
    const broken = new Agent();
    await broken.close();
    const dispatchers = [broken, dispatcher];
    const given = define(server.origin);
    const renewing = createTokenRequester({
      dispatcherOf: (client) => {
        expect(client).toBe(given.client);
        return dispatchers.shift() as Agent;
      },
      now: Date.now,
      clocks,
      prover,
    });
    expect(await renewing(given, never)).toMatchObject({ value: "token-1" });
  });

  test("does not include what the server says of the request itself", async () => {
    let asked = 0;
    const script: Script = (_, response) => {
      asked++;
      response.writeHead(400).end('{"error":"invalid_scope"}');
    };
    await expect(request(script)).rejects.toMatchObject({ code: "ERR_TOKEN_ENDPOINT_REJECTED" });
    expect(asked).toBe(1);
  });

  test("does not include what lasts until somebody has changed something: no TLS is spoken there", async () => {
    const server = await using(startServer(() => undefined));
    let attempts = 0;
    const dispatcherOf = () => {
      attempts++;
      return dispatcher;
    };
    const counting = createTokenRequester({ dispatcherOf, now: Date.now, clocks, prover });
    const given = define(server.origin.replace("http:", "https:"), { requestTimeoutMs: 2000 });
    await expect(counting(given, never)).rejects.toMatchObject({ code: "ERR_TOKEN_ENDPOINT_UNREACHABLE" });
    expect(attempts).toBe(1);
  });
});

describe("an end before the answer", () => {
  const silence: Script = () => undefined;

  test("is ERR_TOKEN_ENDPOINT_TIMEOUT after requestTimeoutMs", async () => {
    await expect(request(silence, { requestTimeoutMs: 20 })).rejects.toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_TIMEOUT",
    });
  });

  test("is ERR_TOKEN_ENDPOINT_TIMEOUT when the body does not end", async () => {
    const halfAnswer: Script = (_, response) => void response.writeHead(200).write("{");
    await expect(request(halfAnswer, { requestTimeoutMs: 50 })).rejects.toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_TIMEOUT",
    });
  });

  test("has what failed before as its cause", async () => {
    let asked = 0;
    const script: Script = (_, response) => {
      if (asked++ === 0) response.writeHead(503).end();
    };
    await expect(request(script, { requestTimeoutMs: 500 })).rejects.toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_TIMEOUT",
      cause: { code: "ERR_TOKEN_ENDPOINT_FAILED", status: 503 },
    });
  });

  test("is the signal's reason when the signal is aborted, before or meanwhile", async () => {
    const controller = new AbortController();
    const server = await using(startServer(() => controller.abort(new Error("stop"))));
    for (const _ of ["meanwhile", "before"]) {
      await expect(requestToken(define(server.origin), controller.signal)).rejects.toThrow("stop");
    }
    expect(server.requests).toHaveLength(1);
  });
});

describe("a subscriber that ends the request as it begins", () => {
  test("leaves nothing behind that fails, and nothing is sent", async () => {
    const server = await using(startTokenEndpoint());
    const controller = new AbortController();
    const abort = { start: () => controller.abort(new Error("stop")) };
    tokenRequestChannel.subscribe(abort as never);
    atEnd(() => tokenRequestChannel.unsubscribe(abort as never));
    await expect(requestToken(define(server.origin), controller.signal)).rejects.toThrow("stop");
    expect(server.requests).toHaveLength(0);
  });
});

describe("the timers of a request", () => {
  function watchTimers(): ReadonlyMap<number, NodeJS.Timeout> {
    const timers = new Map<number, NodeJS.Timeout>();
    const hook = createHook({
      init: (id, type, _, timer) => type === "Timeout" && timers.set(id, timer as NodeJS.Timeout),
      destroy: (id) => timers.delete(id),
    });
    hook.enable();
    atEnd(() => hook.disable());
    return timers;
  }

  test("are gone when it has ended", async () => {
    const server = await using(startTokenEndpoint());
    const timers = watchTimers();
    for (let i = 0; i < 20; i++) await requestToken(define(server.origin), never);
    await new Promise(setImmediate);
    expect(timers.size).toBeLessThan(10); // undici has some of its own.
  });

  test("hold no process open, neither while it is under way nor in its pauses", async () => {
    const server = await using(startTokenEndpoint());
    const { script } = server;
    await requestToken(define(server.origin), never);
    const timers = watchTimers();
    const holding: NodeJS.Timeout[][] = [];
    const look = () => holding.push([...timers.values()].filter((timer) => timer.hasRef()));
    const failed = { error: () => void setImmediate(look) };
    tokenRequestChannel.subscribe(failed as never);
    atEnd(() => tokenRequestChannel.unsubscribe(failed as never));
    server.script = (_, response) => {
      look();
      server.script = script;
      response.writeHead(503).end();
    };
    await requestToken(define(server.origin), never);
    expect(timers.size).toBeGreaterThan(0);
    expect(holding).toEqual([[], []]);
  });
});

describe("an authorization server that cannot be reached", () => {
  test("is asked again with pauses as long as there is time, then not for a while", async () => {
    let attempts = 0;
    const count = { start: () => void attempts++ };
    tokenRequestChannel.subscribe(count as never);
    atEnd(() => tokenRequestChannel.unsubscribe(count as never));
    const server = await using(startServer((_, response) => void response.destroy()));
    const clock = { now: 0 };
    const now = () => clock.now;
    const failures = new TokenFailures(create(now), { now });
    const given = { issuer: server.origin, clientId: "id", requestTimeoutMs: 700 };
    const request = buildTokenRequest(defineTokenClient("catalog.client", given));
    const unreachable = { code: "ERR_TOKEN_ENDPOINT_UNREACHABLE" };
    await expect(failures.request(request, never, "missing")).rejects.toMatchObject(unreachable);
    const asked = server.requests.length;
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBe(attempts);
    expect(asked).toBeLessThan(6);
    await expect(failures.request(request, never, "missing")).rejects.toMatchObject({
      ...unreachable,
      retryAfterMs: 1000,
    });
    expect(server.requests).toHaveLength(asked);
    clock.now = 1000;
    await expect(failures.request(request, never, "missing")).rejects.toMatchObject(unreachable);
    expect(server.requests.length).toBeGreaterThan(asked);
  });
});
