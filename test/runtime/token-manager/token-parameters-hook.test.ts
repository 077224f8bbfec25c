import { request } from "undici";
import { describe, expect, test, vi } from "vitest";
import type { OutgoingRequest, TokenParametersHook } from "../../../runtime/src/authorization.ts";
import type { TokenClient } from "../../../runtime/src/token-client.ts";
import { createTokenManager } from "../../../runtime/src/token-manager.ts";
import type { TokenParameters } from "../../../runtime/src/token-parameters.ts";
import { createAgent, using } from "../../support/disposal.ts";
import { readForm, startServer, startTokenEndpoint } from "../../support/scripted-server.ts";
import { startMirror, throughFetch, throughInterceptor, type Way, ways } from "./ways.ts";

interface Setting {
  readonly hook: TokenParametersHook;
  readonly way?: Way;
  /** Of the token client. */
  readonly client?: Partial<TokenClient>;
  /** For all calls that are made this way. */
  readonly token?: TokenParameters;
  /** Tokens that the API rejects. */
  readonly rejected?: string[];
}

/** A token client whose calls a hook is asked about. */
async function setUp({ hook, way = throughFetch, client, token, rejected }: Setting) {
  const login = await using(startTokenEndpoint());
  const api = await using(startMirror(new Set(rejected)));
  const tokenParameters = vi.fn(hook);
  const clients = { a: { tokenEndpoint: login.origin, clientId: "a", ...client } };
  const tokens = await using(createTokenManager<string>({ clients, tokenParameters }));
  const callApi = way({ tokens, name: "a", baseUrl: api.origin, ...(token && { token }) });
  return { login, api, tokens, callApi, tokenParameters };
}

const tenantOf = ({ headers }: OutgoingRequest) => headers.get("x-tenant") ?? "";
const byTenant: TokenParametersHook = (call) => ({ parameters: { tenant: tenantOf(call) } });
const from = (tenant: string) => ({ headers: { "x-tenant": tenant } });

describe.each(ways)("tokenParameters, for a call through %s,", (_, way) => {
  test("is told of client, method, absolute URL and headers, and knows no credentials", async () => {
    const { callApi, tokenParameters, api } = await setUp({ hook: () => undefined, way });
    await callApi();
    await callApi({ path: "/?q=%C3%A9", headers: { "X-Tenant": "blue" } });
    const calls = tokenParameters.mock.calls.map(([call]) => call);
    expect(calls).toMatchObject([
      { client: "a", method: "GET", url: `${api.origin}/` },
      { client: "a", method: "GET", url: `${api.origin}/?q=%C3%A9` },
    ]);
    expect(calls.map(({ headers }) => headers.get("x-tenant"))).toEqual([null, "blue"]);
    for (const { headers } of calls)
      expect([headers.has("authorization"), headers.has("dpop")]).not.toContain(true);
  });

  test.each<[string, TokenParametersHook]>([
    ["at once", byTenant],
    ["later", async (call) => byTenant(call)],
  ])("separates tenants by a header, each with one token, when it answers %s", async (_, hook) => {
    const { callApi, login } = await setUp({ hook, way });
    const got = [];
    for (const tenant of ["blue", "red", "blue", "red"]) got.push(await callApi(from(tenant)));
    expect(got).toEqual(["token-1", "token-2", "token-1", "token-2"]);
    expect(login.requests.map((request) => readForm(request).get("tenant"))).toEqual(["blue", "red"]);
  });

  test("separates tenants that call at the same time", async () => {
    const { callApi, login } = await setUp({ hook: byTenant, way });
    const tenants = Array.from({ length: 20 }, (_, index) => `tenant-${index % 4}`);
    const got = await Promise.all(
      tenants.map(async (tenant) => [tenant, await callApi(from(tenant))] as const),
    );
    const asked = login.requests.map((request) => readForm(request).get("tenant"));
    expect(asked).toHaveLength(4);
    for (const [tenant, token] of got) expect(token).toBe(`token-${asked.indexOf(tenant) + 1}`);
  });

  test("is laid over what the client asks for, and below what the call itself does", async () => {
    const { callApi, login } = await setUp({
      hook: () => ({ audience: "hook", scope: "hook", parameters: { b: "hook", c: "hook" } }),
      way,
      client: {
        resource: "urn:client",
        audience: "client",
        scope: "client",
        parameters: { a: "client", b: "client" },
      },
    });
    await callApi({ token: { scope: "call", parameters: { c: "call" } } });
    expect(Object.fromEntries(readForm(login.requests[0]))).toMatchObject({
      ...{ resource: "urn:client", audience: "hook", scope: "call" },
      ...{ a: "client", b: "hook", c: "call" },
    });
  });

  test("that adds nothing leaves the client's own token", async () => {
    const { callApi, tokens, login } = await setUp({ hook: async () => undefined, way });
    expect(await callApi()).toBe("token-1");
    expect(await tokens.getAccessToken("a")).toMatchObject({ tokenType: "Bearer" });
    expect(login.requests).toHaveLength(1);
  });

  test("can force a renewal, and can't take one back", async () => {
    let forceRenewal = true;
    const { callApi } = await setUp({ hook: () => ({ forceRenewal }), way });
    expect([await callApi(), await callApi()]).toEqual(["token-1", "token-2"]);
    forceRenewal = false;
    expect([await callApi(), await callApi({ token: { forceRenewal: true } })]).toEqual([
      "token-2",
      "token-3",
    ]);
  });

  test("decides about the renewal after a 401 too, without being asked again", async () => {
    let called = 0;
    const hook = () => ({ parameters: { call: `${++called}` } });
    const { callApi, login } = await setUp({ hook, way, rejected: ["token-1"] });
    expect(await callApi()).toBe("token-2");
    expect(login.requests.map((request) => readForm(request).get("call"))).toEqual(["1", "1"]);
  });

  test.each<[string, TokenParametersHook]>([
    [
      "throws",
      () => {
        throw new Error("which tenant?");
      },
    ],
    ["rejects", () => Promise.reject(new Error("which tenant?"))],
  ])("that %s has the call rejected, and nothing is sent", async (_, hook) => {
    const { callApi, login, api } = await setUp({ hook, way });
    await expect(callApi()).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
      cause: { message: "which tenant?" },
    });
    expect([login.requests, api.requests]).toEqual([[], []]);
  });

  test.each<[string, TokenParameters]>([
    ["a scope that is none", { scope: 'a"b' }],
    ["a parameter that the protocol owns", { parameters: { client_id: "b" } }],
    ["a tenant that is missing", { parameters: { tenant: undefined as never } }],
    ["a text instead of parameters", "tenant" as never],
    ["null", null as never],
  ])("with %s is ERR_INVALID_OPTION, and nothing is sent", async (_, given) => {
    for (const hook of [() => given, async () => given]) {
      const { callApi, login, api } = await setUp({ hook, way });
      await expect(callApi()).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
      expect([login.requests, api.requests]).toEqual([[], []]);
    }
  });

  test("gets a copy of the headers", async () => {
    const hook: TokenParametersHook = ({ headers }) => void headers.set("x-tenant", "red");
    const { callApi, api } = await setUp({ hook, way });
    await callApi(from("blue"));
    expect(api.requests[0]?.headers["x-tenant"]).toBe("blue");
  });
});

describe("tokenParameters through the interceptor", () => {
  test("is not asked about a call that brings its own credentials, nor is a token requested", async () => {
    let called = 0;
    const hook = () => void called++;
    const { callApi, login } = await setUp({ hook, way: throughInterceptor });
    const own = callApi({ headers: { authorization: "Bearer own" } });
    await expect(own).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    expect([called, login.requests]).toEqual([0, []]);
  });

  test("is told of a query as it is sent", async () => {
    const { api, tokens, tokenParameters } = await setUp({ hook: () => undefined });
    const dispatcher = createAgent().compose(tokens.interceptor("a", { baseUrl: api.origin }));
    const query = { a: ["1", "2"], b: "x y", c: null };
    await (await request(api.origin, { dispatcher, query })).body.dump();
    expect(tokenParameters.mock.calls.map(([{ url }]) => url)).toEqual([api.origin + api.requests[0]?.path]);
  });
});

describe("tokenParameters", () => {
  test.each(ways.filter(([name]) => name !== "an API client"))(
    "is laid over what all calls through %s ask for, and can't take a renewal back that they force",
    async (_, way) => {
      const hook = () => ({ scope: "hook", forceRenewal: false });
      const token = { scope: "all", audience: "all", forceRenewal: true };
      const { callApi, login } = await setUp({ hook, way, token });
      expect([await callApi(), await callApi()]).toEqual(["token-1", "token-2"]);
      expect(readForm(login.requests[0]).get("scope")).toBe("hook");
      expect(readForm(login.requests[0]).get("audience")).toBe("all");
    },
  );

  test("is not asked about getAccessToken", async () => {
    const { tokens, tokenParameters } = await setUp({ hook: () => ({ scope: "hook" }) });
    await tokens.getAccessToken("a");
    expect(tokenParameters).not.toHaveBeenCalled();
  });

  test("is not asked about calls to other origins", async () => {
    const { tokens, tokenParameters, api } = await setUp({ hook: () => undefined });
    const foreign = await using(startServer(({ headers }) => ({ headers })));
    const dispatcher = createAgent().compose(tokens.interceptor("a", { baseUrl: api.origin }));
    await (await request(foreign.origin, { dispatcher })).body.dump();
    const fetch = tokens.fetch("a", { baseUrl: api.origin });
    await expect(fetch(foreign.origin)).rejects.toMatchObject({ code: "ERR_ORIGIN_NOT_ALLOWED" });
    expect(tokenParameters).not.toHaveBeenCalled();
  });
});
