import { inspect } from "node:util";
import type { Dispatcher } from "undici";
import { describe, expect, test } from "vitest";
import type { TokenClient } from "../../../runtime/src/token-client.ts";
import { createTokenManager } from "../../../runtime/src/token-manager.ts";
import { createCertificateAuthority } from "../../support/certificates.ts";
import { createAgent, using } from "../../support/disposal.ts";
import { readForm, startTokenEndpoint } from "../../support/scripted-server.ts";
import { startMirror, ways } from "./ways.ts";

/** Too short for a second attempt at a connection that fails at once. */
const ONE_ATTEMPT_MS = 90;

/** A proxy that lets nobody through. */
function createBrokenProxy(): Dispatcher {
  const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  return createAgent({ connect: (_, callback) => callback(refused, null) });
}

const never = () => new Promise<void>(() => {});

/** Tenants of one authorization server: two that share the manager's way to it, and two with a proxy of their own. */
async function setUp() {
  const login = await using(startTokenEndpoint());
  const clock = { now: 0 };
  const tenant = (clientId: string, dispatcher?: Dispatcher) => ({
    ...{ tokenEndpoint: login.origin, clientId },
    ...(dispatcher && { dispatcher, requestTimeoutMs: ONE_ATTEMPT_MS }),
  });
  const clients = {
    one: tenant("one"),
    two: tenant("two"),
    proxied: tenant("proxied", createAgent()),
    broken: tenant("broken", createBrokenProxy()),
    alike: tenant("alike", createBrokenProxy()),
  };
  const tokens = await using(createTokenManager<string>({ clients, now: () => clock.now }));
  /** The code of the error, if there is one, and whether it is remembered from before. */
  const outcomeOf = (name: string, options = {}) =>
    tokens.getAccessToken(name, options).then(
      () => "token",
      ({ code, message }) => (/: not asked again/.test(message) ? `remembered ${code}` : code),
    );
  return { login, clock, tokens, outcomeOf };
}

const unreachable = "ERR_TOKEN_ENDPOINT_UNREACHABLE";
const failed = "ERR_TOKEN_ENDPOINT_FAILED";

describe("a failure", () => {
  test("of a tenant's own proxy stops none of the others, proxied or not", async () => {
    const { outcomeOf } = await setUp();
    expect([await outcomeOf("broken"), await outcomeOf("broken")]).toEqual([
      unreachable,
      `remembered ${unreachable}`,
    ]);
    for (const name of ["one", "proxied", "two"]) expect(await outcomeOf(name)).toBe("token");
    expect(await outcomeOf("alike")).toBe(unreachable);
  });

  test("of a tenant's own proxy stops all of its tokens", async () => {
    const { outcomeOf } = await setUp();
    await outcomeOf("broken");
    expect(await outcomeOf("broken", { scope: "other" })).toBe(`remembered ${unreachable}`);
  });

  test("of the server stops all who reach it the same way, and not those with a proxy of their own", async () => {
    const { login, outcomeOf } = await setUp();
    const issue = login.script;
    login.script = (_, response) => void response.writeHead(503, { "retry-after": "60" }).end();
    expect(await outcomeOf("one")).toBe(failed);
    login.script = issue;
    expect(await outcomeOf("two")).toBe(`remembered ${failed}`);
    expect(await outcomeOf("proxied")).toBe("token");
    expect(login.requests.map((request) => readForm(request).get("client_id"))).toEqual(["one", "proxied"]);
  });

  test("of the server does not tell one tenant what another was told", async () => {
    const { login, tokens } = await setUp();
    login.script = (_, response) => {
      const said = '{"error":"locked","error_description":"tenant one is locked"}';
      response.writeHead(503, { "retry-after": "60" }).end(said);
    };
    await expect(tokens.getAccessToken("one")).rejects.toMatchObject({ error: "locked" });
    const error = await tokens.getAccessToken("two").catch((error: unknown) => error);
    expect(error).toMatchObject({ code: failed, client: "two", status: 503, retryAfterMs: 60_000 });
    expect(inspect(error)).not.toMatch(/locked|"one"/);
  });

  test("of the server ends for all of them with the first token", async () => {
    const { login, clock, outcomeOf } = await setUp();
    const issue = login.script;
    login.script = (_, response) => void response.writeHead(503, { "retry-after": "60" }).end();
    expect(await outcomeOf("one")).toBe(failed);
    login.script = issue;
    clock.now = 60_000;
    expect([await outcomeOf("two"), await outcomeOf("one")]).toEqual(["token", "token"]);
  });

  test.each<[string, Partial<TokenClient>]>([
    ["whose assertion never comes", { clientAuthentication: { method: "x", authenticate: never } }],
    ["that waits for no answer", { requestTimeoutMs: 1 }],
  ])("of a tenant %s stops none of the others", async (_, own) => {
    const login = await using(startTokenEndpoint());
    const common = { tokenEndpoint: login.origin, clientId: "a", requestTimeoutMs: 500 };
    const clients = { alone: { ...common, ...own }, other: common };
    const tokens = await using(createTokenManager({ clients }));
    const issue = login.script;
    login.script = () => undefined;
    await expect(tokens.getAccessToken("alone")).rejects.toMatchObject({ name: "TokenError" });
    login.script = issue;
    expect(await tokens.getAccessToken("other")).toMatchObject({ clientName: "other" });
  });

  test.each(ways)("has calls through %s fail at once, and nothing is sent", async (_, way) => {
    const { login, tokens } = await setUp();
    const api = await using(startMirror());
    login.script = (_, response) => void response.writeHead(503, { "retry-after": "60" }).end();
    for (const name of ["one", "two"]) {
      const answer = way({ tokens, name, baseUrl: api.origin })();
      await expect(answer).rejects.toMatchObject({ code: failed, client: name });
    }
    expect([login.requests.length, api.requests.length]).toEqual([1, 0]);
  });

  test("between a token's margin and its expiry leaves that token to serve at once", async () => {
    const { login, clock, tokens } = await setUp();
    await tokens.getAccessToken("one");
    clock.now = 3_540_000;
    login.script = (_, response) => void response.writeHead(503, { "retry-after": "60" }).end();
    for (let call = 0; call < 3; call++) {
      expect(await tokens.getAccessToken("one")).toMatchObject({ clientName: "one" });
    }
    expect(login.requests).toHaveLength(2);
  });
});

describe("certificates", () => {
  test("and whom to trust are a tenant's own trouble, too", async () => {
    const login = await using(startTokenEndpoint());
    const { cert: ca } = createCertificateAuthority();
    // Nothing speaks TLS there.
    const tokenEndpoint = login.origin.replace("http:", "https:");
    const clients = {
      trusting: { tokenEndpoint, clientId: "trusting", tls: { ca }, requestTimeoutMs: ONE_ATTEMPT_MS },
      other: { tokenEndpoint, clientId: "other", requestTimeoutMs: ONE_ATTEMPT_MS },
    };
    const tokens = await using(createTokenManager({ clients }));
    const failed = async (name: "trusting" | "other") =>
      tokens.getAccessToken(name).catch(({ cause }) => cause.name);
    expect(await failed("trusting")).not.toBe("TokenError");
    expect(await failed("other")).not.toBe("TokenError");
    expect(await failed("other")).toBe("TokenError");
  });
});
