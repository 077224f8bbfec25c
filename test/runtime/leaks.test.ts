import { generateKeyPairSync } from "node:crypto";
import { channel, tracingChannel } from "node:diagnostics_channel";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import { ApiClient, type ApiClientOptions, call } from "../../runtime/src/api-client.ts";
import { clientAssertionFrom } from "../../runtime/src/client-assertion.ts";
import { clientSecretBasic, clientSecretPost } from "../../runtime/src/client-authentication.ts";
import type { Operation } from "../../runtime/src/operation.ts";
import { ApiError } from "../../runtime/src/result.ts";
import type { TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { createCertificateAuthority } from "../support/certificates.ts";
import { atEnd, createAgent, using } from "../support/disposal.ts";
import { readForm, type Script, startServer } from "../support/scripted-server.ts";

const planted = {
  secret: "planted secret+%",
  token: "planted-token",
  assertion: "planted.assertion.jwt",
  body: "planted-body",
};

/** Every form in which a planted value may appear in text. */
const forms = Object.values(planted).flatMap((value) => [
  value,
  encodeURIComponent(value),
  String(new URLSearchParams({ value })).slice("value=".length),
  Buffer.from(value).toString("base64").replace(/=+$/, ""),
  Buffer.from(`id:${value}`).toString("base64").replace(/=+$/, ""),
]);

/** All that a logger could print of a value, hidden properties and causes too. */
function printAll(value: unknown): string {
  const error = value as Error;
  return [
    inspect(value, { depth: 20, showHidden: true, getters: false }),
    JSON.stringify(value),
    String(value),
    error?.stack,
    error?.cause === undefined ? "" : printAll(error.cause),
  ].join("\n");
}

/** @param others - what must not be in it either, and must not be empty for want of a request to take it from */
function expectNoLeak(value: unknown, others: readonly (string | undefined)[] = []): void {
  const text = printAll(value);
  for (const form of [...forms, ...others]) {
    expect(form).toMatch(/./);
    expect(text).not.toContain(form);
  }
}

function recordEvents(): unknown[] {
  const events: unknown[] = [];
  const traced = tracingChannel("openapi-m2m.token.request");
  const record = (event: unknown) => events.push(event);
  const subscribers = { start: record, end: record, asyncStart: record, asyncEnd: record, error: record };
  traced.subscribe(subscribers as never);
  const channels = ["token.cache", "token.renewal", "call.resend", "store.failure"].map((name) =>
    channel(`openapi-m2m.${name}`),
  );
  for (const plain of channels) plain.subscribe(record);
  atEnd(() => {
    traced.unsubscribe(subscribers as never);
    for (const plain of channels) plain.unsubscribe(record);
  });
  return events;
}

/** An authorization server that echoes whatever it was sent, as it came and decoded. */
function echo(status: number, type: string): Script {
  return ({ headers, body }, response) => {
    const { authorization = "", dpop = "" } = headers;
    const basic = Buffer.from(authorization.replace("Basic ", ""), "base64").toString();
    const forms = [basic, body.toString()].flatMap((text) => [text, ...new URLSearchParams(text).values()]);
    const decoded = new URLSearchParams(`basic=${basic}`).get("basic");
    const said = [authorization, dpop, ...forms, decoded].join(" | ");
    const problem = { error: "invalid_client", error_description: said };
    // With so long a pause it is not asked again.
    response.writeHead(status, { "content-type": type, "retry-after": "60" });
    response.end(type === "text/html" ? `<p>${said}</p>` : JSON.stringify(problem));
  };
}

const authentications: [string, string, Partial<TokenClient>, object][] = [
  ["client_secret_basic", "id", { clientAuthentication: clientSecretBasic(planted.secret) }, {}],
  ["raw Basic", "id", { clientAuthentication: clientSecretBasic(planted.secret, { encoding: "raw" }) }, {}],
  [
    "raw Basic of an id with a colon",
    "urn:x:id",
    { clientAuthentication: clientSecretBasic(planted.secret, { encoding: "raw" }) },
    {},
  ],
  ["client_secret_post", "id", { clientAuthentication: clientSecretPost(planted.secret) }, {}],
  ["a client assertion", "id", {}, { clientAssertion: planted.assertion }],
];

const answers = [
  [400, "application/json"],
  [500, "application/json"],
  [200, "text/html"],
  [200, "application/json"],
] as const;

describe("no secret, token, assertion or body", () => {
  test.each(
    authentications.flatMap(([name, clientId, client, overrides]) =>
      answers.map(([status, type]) => ({ name, clientId, client, overrides, status, type })),
    ),
  )(
    "is in error and events when $name is echoed with $status $type",
    async ({ clientId, client, overrides, status, type }) => {
      const events = recordEvents();
      const login = await using(startServer(echo(status, type)));
      const clients = { a: { tokenEndpoint: login.origin, clientId, ...client } };
      const tokens = await using(createTokenManager({ clients }));
      const error = await tokens.getAccessToken("a", overrides).catch((error: unknown) => error);
      expect(error).toMatchObject({ name: "TokenError", status });
      expectNoLeak(error);
      expect(events).toHaveLength(7);
      expectNoLeak(events);
    },
  );

  test("is in a printed token or manager, or in the events of their use", async () => {
    const { tokens, events, api } = await setUpApi((_, response) => void response.writeHead(401).end());
    const token = await tokens.getAccessToken("a");
    expect(token.value).toBe(planted.token);
    expectNoLeak([inspect(token), JSON.stringify({ token }), String(token)]);
    const dispatcher = createAgent().compose(tokens.interceptor("a", { baseUrl: api.origin }));
    await (await request(api.origin, { dispatcher })).body.dump();
    expect(events.length).toBeGreaterThan(10);
    expectNoLeak(events);
    expectNoLeak(tokens);
  });

  test("is in a manager that is printed while calls are under way", async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<ServerResponse>();
    const { tokens, api } = await setUpApi((_, response) => arrive(response));
    const answer = tokens.fetch("a", { baseUrl: api.origin })("/");
    const response = await arrived;
    expectNoLeak(tokens);
    response.end();
    await answer;
  });

  test("is in the error of a call whose connection breaks", async () => {
    const { tokens, api } = await setUpApi((_, response) => void response.destroy());
    const client = new TestClient({ tokens, baseUrl: api.origin });
    const error = await client[call](getItem, { query: { q: planted.secret } }).catch(
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ name: "ApiConnectionError" });
    expect(api.requests[0]?.headers.authorization).toBe(`Bearer ${planted.token}`);
    expectNoLeak(error);
  });

  test.each(["token endpoint", "API"])(
    "is in the error of an answer of the %s that is no HTTP",
    async (side) => {
      const garbage: Script = ({ headers }, response) => {
        const body = JSON.stringify({ access_token: planted.token, token_type: "Bearer" });
        const said = `${headers.authorization ?? ""} ${body}`;
        response.socket?.end(`HTTP/1.1 200 OK\r\nbad header ${said}\r\n\r\n`);
      };
      const { tokens, api, login } = await setUpApi(garbage);
      if (side === "token endpoint") login.script = garbage;
      const client = new TestClient({ tokens, baseUrl: api.origin });
      const errors = await Promise.all([
        client[call](getItem).catch((error: unknown) => error),
        tokens
          .fetch("a", { baseUrl: api.origin })("/")
          .catch((error: unknown) => error),
      ]);
      for (const error of errors) {
        expect(error).toBeInstanceOf(Error);
        expectNoLeak(error);
      }
    },
  );

  test("of an answer is in an ApiError as it is logged", () => {
    const headers = { "set-cookie": planted.token };
    const url = `https://api.example/?q=${planted.secret}`;
    const response = { operation: "GET /", status: 500, headers, url };
    const failure = { ok: false, status: "undeclared", error: planted.body, response } as const;
    const error = new ApiError(failure);
    expect(error.result).toBe(failure);
    for (const form of forms) expect(`${inspect(error)}${JSON.stringify(error)}`).not.toContain(form);
  });
});

/** A private key, and every part of its text that gives it away. */
function createKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const lines = pem.split("\n").filter((line) => line !== "" && !line.startsWith("-"));
  return { pem, texts: [...lines, privateKey.export({ format: "jwk" }).d] };
}

describe("no key, proof or assertion", () => {
  test.each(answers)(
    "is in error and events when a DPoP proof is echoed with %s %s",
    async (status, type) => {
      const { pem, texts } = createKey();
      const { tokens, events, login } = await setUpApi(() => ({}), { dpop: pem });
      login.script = echo(status, type);
      const error = await tokens.getAccessToken("a").catch((error: unknown) => error);
      expect(error).toMatchObject({ name: "TokenError", status });
      const secrets = [...texts, ...login.requests.map(({ headers }) => headers["dpop"] as string)];
      for (const printed of [error, events, tokens]) expectNoLeak(printed, secrets);
    },
  );

  test("is in what is known of calls with proofs: re-sent for a nonce, rejected, broken off", async () => {
    const { pem, texts } = createKey();
    const { tokens, events, login, api } = await setUpApi(
      ({ path }, response) => {
        if (path !== "/") return void response.destroy();
        const challenge = 'DPoP error="use_dpop_nonce"';
        return void response.writeHead(401, { "www-authenticate": challenge, "dpop-nonce": "n" }).end();
      },
      { dpop: pem },
    );
    login.script = () => ({ access_token: planted.token, token_type: "DPoP" });
    const client = new TestClient({ tokens, baseUrl: api.origin });
    const error = await client[call](getItem).catch((error: unknown) => error);
    await tokens.fetch("a", { baseUrl: api.origin })("/");
    const proofs = [...login.requests, ...api.requests].map(({ headers }) => headers["dpop"] as string);
    expect(proofs).toHaveLength(4);
    expect(events).toContainEqual({ client: "a", reason: "dpop_nonce" });
    for (const printed of [error, events, tokens]) expectNoLeak(printed, [...texts, ...proofs]);
  });

  test.each(answers)(
    "from a file is in error and events when it is echoed with %s %s",
    async (status, type) => {
      const file = await writeTemporary(planted.assertion);
      const { tokens, events, login } = await setUpApi(() => ({}), {
        clientAuthentication: clientAssertionFrom({ file }),
      });
      login.script = echo(status, type);
      const error = await tokens.getAccessToken("a").catch((error: unknown) => error);
      expect(readForm(login.requests[0]).get("client_assertion")).toBe(planted.assertion);
      expect(error).toMatchObject({ name: "TokenError", status });
      for (const printed of [error, events]) expectNoLeak(printed);
    },
  );

  test("is in error and events when a file holds a key instead of an assertion", async () => {
    const { pem, texts } = createKey();
    const file = await writeTemporary(pem);
    const { tokens, events, login } = await setUpApi(() => ({}), {
      clientAuthentication: clientAssertionFrom({ file }),
    });
    const error = await tokens.getAccessToken("a").catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "ERR_CLIENT_ASSERTION_FAILED" });
    expect(login.requests).toHaveLength(0);
    for (const printed of [error, events]) expectNoLeak(printed, texts);
  });

  test("is in error and events when whoever was to give it fails, and says too much in its error", async () => {
    const { tokens, events } = await setUpApi(() => ({}), {
      clientAuthentication: clientAssertionFrom(() => Promise.reject(createTalkative())),
    });
    const error = await tokens.getAccessToken("a").catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "ERR_CLIENT_ASSERTION_FAILED" });
    for (const printed of [error, events]) expectNoLeak(printed);
  });

  test("of a certificate is in error and events of connections that fail, or in a printed manager", async () => {
    const { cert, key, ca } = createCertificateAuthority().issueClientCertificate("worker");
    const texts = key.split("\n").filter((line) => line !== "" && !line.startsWith("-"));
    const { api, events } = await setUpApi(() => ({}));
    const tokenEndpoint = api.origin.replace("http:", "https:"); // Nothing speaks TLS there.
    const a = { tokenEndpoint, clientId: "a", tls: { cert, key, ca }, requestTimeoutMs: 50 };
    const tokens = await using(createTokenManager({ clients: { a } }));
    const error = await tokens.getAccessToken("a").catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "TokenError" });
    for (const printed of [error, events, tokens]) expectNoLeak(printed, texts);
    const other = { ...a, tls: { cert, key: createKey().pem } };
    const define = () => createTokenManager({ clients: { a: other } });
    expect(define).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test("is in the error of a resolver that fails, and says too much in its error", async () => {
    const events = recordEvents();
    const tokens = await using(
      createTokenManager<string>({ clients: () => Promise.reject(createTalkative()) }),
    );
    const error = await tokens.getAccessToken("a").catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "ERR_TOKEN_CLIENT_UNKNOWN", cause: { message: "no database" } });
    for (const printed of [error, events, tokens]) expectNoLeak(printed);
  });
});

/** An error as HTTP clients and database drivers throw them: with all that they know. */
function createTalkative(): Error {
  const cause = Object.assign(new Error("refused"), { connection: planted.secret });
  const request = { headers: { authorization: planted.token } };
  return Object.assign(new Error("no database", { cause }), { request, password: planted.secret });
}

async function writeTemporary(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "leaks-"));
  atEnd(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "file");
  await writeFile(file, text);
  return file;
}

const getItem = {
  method: "GET",
  path: ["/items"],
  query: [{ name: "q" }],
  responses: { 200: ["application/json"] },
  scopes: [],
} satisfies Operation;

class TestClient extends ApiClient<object> {
  constructor(options: ApiClientOptions<"a">) {
    super({ name: "TestClient", tokenClient: "a" }, options);
  }
}

async function setUpApi(script: Script, client: Partial<TokenClient> = {}) {
  const events = recordEvents();
  const issued = { access_token: planted.token, token_type: "Bearer", note: planted.body };
  const login = await using(startServer(() => issued));
  const api = await using(startServer(script));
  const clients = { a: { tokenEndpoint: login.origin, clientId: "id", requestTimeoutMs: 2000, ...client } };
  return { events, login, api, tokens: await using(createTokenManager({ clients })) };
}
