import {
  ApiError,
  type ApiResult,
  clientSecretBasic,
  clientSecretPost,
  createTokenManager,
  type TokenClient,
  TokenError,
  unwrap,
} from "@openapi-m2m/runtime";
import { request } from "undici";
import { afterAll, assert, beforeAll, describe, expect, test } from "vitest";
import type { RegisteredClient } from "../../examples/demo/authorization-server.ts";
import { CatalogClient, tokenClients } from "../../generated/index.ts";
import { type DemoServers, startDemoServers } from "../support/demo-servers.ts";
import { createAgent, using } from "../support/disposal.ts";

const worker: RegisteredClient = {
  clientId: "worker",
  clientSecret: "secret: + & %",
  resource: "urn:catalog",
};
const poster: RegisteredClient = { ...worker, clientId: "poster", authentication: "client_secret_post" };
const reader: RegisteredClient = { ...worker, clientId: "reader", scope: "catalog:read" };
const tenant: RegisteredClient = { ...worker, clientId: "tenant" };

let servers: DemoServers;

beforeAll(async () => {
  servers = await startDemoServers([worker, poster, reader, tenant]);
});

afterAll(() => servers.close());

/** A manager of the test's own, so that nothing is cached, and a client that uses it. */
async function setUp(credentials: Partial<TokenClient> = {}) {
  const tokens = await using(
    createTokenManager({ clients: tokenClients({ "catalog.client": define(worker, credentials) }) }),
  );
  const { baseUrl } = servers.catalog;
  const catalog = new CatalogClient({ tokens, baseUrl });
  const getToken = () => tokens.getAccessToken("catalog.client");
  return {
    tokens,
    catalog,
    baseUrl,
    getToken,
    traffic: servers.watch(),
    /** Has a token cached that the API has accepted and now rejects; what led there is not in `traffic`. */
    async revoked() {
      unwrap(await catalog.getItem({ path: { id: "1" } }));
      servers.catalog.revoke((await getToken()).value);
      return servers.watch();
    },
  };
}

function define({ clientId, clientSecret }: RegisteredClient, credentials: Partial<TokenClient> = {}) {
  return {
    tokenEndpoint: servers.tokenEndpoint,
    clientId,
    clientAuthentication: clientSecretBasic(clientSecret),
    ...credentials,
  };
}

const path = { id: "2" };
const thousand = <T>(make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 1000 }, (_, index) => make(index)));

describe("client authentication", () => {
  test.each([
    { method: "client_secret_basic", client: worker, authentication: clientSecretBasic },
    { method: "client_secret_post", client: poster, authentication: clientSecretPost },
  ])("by $method gets a token that the API accepts", async ({ client, authentication }) => {
    const { catalog, traffic } = await setUp({
      clientId: client.clientId,
      clientAuthentication: authentication(client.clientSecret),
    });
    expect(await catalog.getItem({ path })).toMatchObject({ ok: true, data: { id: "2" } });
    expect(traffic.tokenRequests).toMatchObject([{ client: client.clientId }]);
    expect(traffic.calls).toEqual([{ operation: "getItem", client: client.clientId, status: 200 }]);
  });

  test.each<[string, (catalog: CatalogClient) => Promise<unknown>]>([
    ["a method", (catalog) => catalog.getItem({ path })],
    ["paths", (catalog) => catalog.paths.GET("/items/{id}", { params: { path } })],
  ])("with a wrong secret rejects %s, and the API sees no call", async (_, call) => {
    const secret = "the wrong secret";
    const { catalog, traffic } = await setUp({ clientAuthentication: clientSecretBasic(secret) });
    const error = await call(catalog).catch((error: unknown) => error);
    assert(error instanceof TokenError);
    expect(error).toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_REJECTED",
      client: "catalog.client",
      status: 401,
      error: "invalid_client",
    });
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(secret);
    expect(traffic.tokenRequests).toMatchObject([{ error: "invalid_client" }]);
    expect(traffic.calls).toEqual([]);
  });

  test("with a wrong secret does not keep public operations from being called", async () => {
    const { catalog } = await setUp({ clientAuthentication: clientSecretBasic("wrong") });
    expect(await catalog.getHealth()).toMatchObject({ ok: true, data: { status: "up" } });
  });
});

describe("one token", () => {
  test("is requested for 1,000 concurrent first calls", async () => {
    const { catalog, traffic } = await setUp();
    const results = await thousand((id) => catalog.getItem({ path: { id: String((id % 60) + 1) } }));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set([200]));
    expect(traffic.calls).toHaveLength(1000);
    expect(traffic.tokenRequests).toHaveLength(1);
  });

  test("serves every way in", async () => {
    const { catalog, tokens, baseUrl, getToken, traffic } = await setUp();
    const named = tokens.fetch("catalog.client", { baseUrl });
    const dispatcher = createAgent().compose(tokens.interceptor("catalog.client", { baseUrl }));
    const item = { id: "2" };

    expect(unwrap(await catalog.getItem({ path }))).toMatchObject(item);
    expect((await catalog.paths.GET("/items/{id}", { params: { path } })).data).toMatchObject(item);
    expect(await (await named("items/2")).json()).toMatchObject(item);
    expect(await (await request(`${baseUrl}items/2`, { dispatcher })).body.json()).toMatchObject(item);
    const headers = { authorization: `Bearer ${(await getToken()).value}` };
    expect(await (await request(`${baseUrl}items/2`, { headers })).body.json()).toMatchObject(item);

    const call = { operation: "getItem", client: "worker", status: 200 };
    expect(traffic.calls).toEqual([call, call, call, call, call]);
    expect(traffic.tokenRequests).toHaveLength(1);
  });
});

describe("a revoked token", () => {
  test("costs one 401 and one token request, and the call succeeds", async () => {
    const { catalog, revoked } = await setUp();
    const traffic = await revoked();
    const item = unwrap(await catalog.createItem({ body: { name: "Once" } }));
    expect(item.name).toBe("Once");
    expect(traffic.calls.map(({ operation, status }) => [operation, status])).toEqual([
      ["createItem", 401],
      ["createItem", 201],
    ]);
    expect(traffic.tokenRequests).toHaveLength(1);
  });

  test("costs one token request for 1,000 concurrent calls that it fails", async () => {
    const { catalog, revoked } = await setUp();
    const traffic = await revoked();
    const results = await thousand((id) => catalog.getItem({ path: { id: String((id % 60) + 1) } }));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set([200]));
    expect(traffic.unauthorized).toBe(1000);
    expect(traffic.calls).toHaveLength(2000);
    expect(traffic.tokenRequests).toHaveLength(1);
  });

  test("does not disturb the other tokens of its client", async () => {
    const { catalog, revoked } = await setUp();
    const token = { scope: "catalog:read" } as const;
    unwrap(await catalog.getItem({ path, token }));
    const traffic = await revoked();
    unwrap(await catalog.getItem({ path, token }));
    expect(traffic.calls.map(({ status }) => status)).toEqual([200]);
    expect(traffic.tokenRequests).toEqual([]);
  });

  test("is renewed below catalog.paths, which sends its body again", async () => {
    const { catalog, revoked } = await setUp();
    const traffic = await revoked();
    const { data, response } = await catalog.paths.POST("/items", {
      body: { name: "Replayed", tags: ["a"] },
    });
    expect(response.status).toBe(201);
    expect(data).toMatchObject({ name: "Replayed", tags: ["a"] });
    expect(traffic.calls.map(({ status }) => status)).toEqual([401, 201]);
    expect(traffic.tokenRequests).toHaveLength(1);
  });

  test("is renewed below tokens.fetch, which sends its body again", async () => {
    const { tokens, baseUrl, revoked } = await setUp();
    const named = tokens.fetch("catalog.client", { baseUrl });
    const traffic = await revoked();
    const response = await named("items", { method: "POST", body: JSON.stringify({ name: "Replayed" }) });
    expect(await response.json()).toMatchObject({ name: "Replayed" });
    expect(traffic.calls.map(({ status }) => status)).toEqual([401, 201]);
    expect(traffic.tokenRequests).toHaveLength(1);
  });

  test("is renewed below tokens.interceptor, which sends its body again", async () => {
    const { tokens, baseUrl, revoked } = await setUp();
    const { origin } = new URL(baseUrl);
    const interceptor = tokens.interceptor("catalog.client", { allowedOrigins: [origin] });
    const dispatcher = createAgent().compose(interceptor);
    const traffic = await revoked();
    const body = JSON.stringify({ name: "Replayed" });
    const response = await request(`${baseUrl}items`, { method: "POST", body, dispatcher });
    expect(await response.body.json()).toMatchObject({ name: "Replayed" });
    expect(traffic.calls.map(({ status }) => status)).toEqual([401, 201]);
    expect(traffic.tokenRequests).toHaveLength(1);
  });
});

describe("a token that the API never accepts", () => {
  test("costs two calls and two token requests, and the second 401 is the result", async () => {
    const { catalog, traffic } = await setUp({
      resource: "urn:invoices",
      scope: "invoice:read",
    });
    const result = await catalog.getItem({ path });
    assert(result.status === 401);
    expect(result.error).toEqual({ title: "The token is not valid here", status: 401 });
    expect(() => unwrap(result)).toThrow(ApiError);
    expect(traffic.unauthorized).toBe(2);
    expect(traffic.tokenRequests).toHaveLength(2);
  });
});

describe("a missing scope", () => {
  test.each<[string, (catalog: CatalogClient) => Promise<ApiResult>, ApiResult["status"]]>([
    ["undeclared", (catalog) => catalog.deleteItem({ path }), "undeclared"],
    ["default", (catalog) => catalog.createItem({ body: { name: "Widget" } }), "default"],
  ])("is a 403 (%s) without a renewal", async (_, call, status) => {
    const { catalog, traffic } = await setUp({ ...define(reader), scope: "catalog:read" });
    const result = await call(catalog);
    expect(result).toMatchObject({
      ok: false,
      status,
      error: { title: "The operation needs catalog:write", status: 403 },
      response: {
        status: 403,
        headers: { "www-authenticate": expect.stringContaining('error="insufficient_scope"') },
      },
    });
    expect(() => unwrap(result)).toThrow(expect.objectContaining({ name: "ApiError", status: 403 }));
    expect(traffic.calls.map(({ status }) => status)).toEqual([403]);
    expect(traffic.tokenRequests).toHaveLength(1);
  });

  test("that the authorization server leaves out of the token shows in its scope", async () => {
    const { tokens } = await setUp(define(reader));
    const token = await tokens.getAccessToken("catalog.client", { scope: "catalog:read catalog:write" });
    expect(token.scope).toBe("catalog:read");
  });

  test("that nobody knows is a 403 as well, and does not compile in a generated client", async () => {
    const { catalog, traffic } = await setUp();
    // @ts-expect-error: not a scope of the document
    const result = await catalog.getItem({ path, token: { scope: "catalog:nonsense" } });
    expect(result).toMatchObject({ status: "undeclared", response: { status: 403 } });
    expect(traffic.tokenRequests).toMatchObject([{ scope: "catalog:nonsense" }]);
  });
});

describe("the token of a call", () => {
  test("has the scope that the call asks for, cached by scope", async () => {
    const { catalog, traffic } = await setUp();
    const scopes = [
      "catalog:read",
      ["catalog:write", "catalog:read"],
      ["catalog:read", "catalog:write"],
    ] as const;
    for (const scope of [...scopes, ...scopes]) unwrap(await catalog.getItem({ path, token: { scope } }));
    const refused = await catalog.createItem({ body: { name: "Widget" }, token: { scope: "catalog:read" } });
    assert(refused.status === "default");
    expect(refused.error.status).toBe(403);
    expect(traffic.tokenRequests.map(({ scope }) => scope)).toEqual([
      "catalog:read",
      "catalog:write catalog:read",
    ]);
  });

  test("is for the resource that the call asks for", async () => {
    const { catalog } = await setUp();
    const elsewhere = await catalog.getItem({ path, token: { resource: "urn:invoices" } });
    expect(elsewhere.status).toBe(401);
    expect((await catalog.getItem({ path })).status).toBe(200);
  });

  test("for a resource that the authorization server does not know is a TokenError", async () => {
    const { catalog, traffic } = await setUp();
    await expect(catalog.getItem({ path, token: { resource: "urn:none" } })).rejects.toMatchObject({
      code: "ERR_TOKEN_ENDPOINT_REJECTED",
      error: "invalid_target",
    });
    expect(traffic.calls).toEqual([]);
  });

  test("is requested anew with forceRenewal, and serves the calls after it", async () => {
    const { catalog, getToken, traffic } = await setUp();
    unwrap(await catalog.getItem({ path }));
    const { value: old } = await getToken();
    unwrap(await catalog.getItem({ path, token: { forceRenewal: true } }));
    unwrap(await catalog.getItem({ path }));
    expect(traffic.tokenRequests).toHaveLength(2);
    expect((await getToken()).value).not.toBe(old);
  });
});

describe("a client bound to another token client", () => {
  test("calls with that one's token", async () => {
    const clients = {
      ...tokenClients({ "catalog.client": define(worker) }),
      "tenant.client": define(tenant, { scope: "catalog:read" }),
    };
    const tokens = await using(createTokenManager({ clients }));
    const { baseUrl } = servers.catalog;
    const traffic = servers.watch();

    const own = new CatalogClient({ tokens, baseUrl });
    const rebound = new CatalogClient({ tokens, baseUrl, tokenClient: "tenant.client" });
    for (const catalog of [own, rebound]) unwrap(await catalog.listCategories());
    await rebound.paths.GET("/categories");

    expect(traffic.calls.map(({ client }) => client)).toEqual(["worker", "tenant", "tenant"]);
    expect(traffic.tokenRequests.map(({ client }) => client)).toEqual(["worker", "tenant"]);
  });

  test("needs that one only, and does not compile without it", async () => {
    const clients = { "tenant.client": define(tenant, { scope: "catalog:read" }) };
    const tokens = await using(createTokenManager({ clients }));
    const { baseUrl } = servers.catalog;

    const rebound = new CatalogClient({ tokens, baseUrl, tokenClient: "tenant.client" });
    expect((await rebound.getItem({ path })).status).toBe(200);
    // @ts-expect-error: the manager has no catalog.client
    expect(() => new CatalogClient({ tokens, baseUrl })).toThrow(TokenError);
  });
});
