import { request } from "undici";
import { ApiClient, type ApiClientOptions, call } from "../../../runtime/src/api-client.ts";
import type { AuthorizedDispatchOptions } from "../../../runtime/src/interceptor.ts";
import type { Operation } from "../../../runtime/src/operation.ts";
import type { ApiResult } from "../../../runtime/src/result.ts";
import type { TokenManager } from "../../../runtime/src/token-manager.ts";
import type { TokenParameters } from "../../../runtime/src/token-parameters.ts";
import { createAgent } from "../../support/disposal.ts";
import { type ScriptedServer, startServer } from "../../support/scripted-server.ts";

/** A call, by any of the ways that a manager's tokens go to an API. */
export interface Call {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Overrides for this call's token. */
  readonly token?: TokenParameters;
  readonly signal?: AbortSignal;
}

/** Whose token goes where, and what is asked for with every call. */
export interface Target {
  readonly tokens: TokenManager;
  readonly name: string;
  readonly baseUrl: string;
  readonly token?: TokenParameters;
}

/** Calls an API, and returns the token that it was called with: an API of {@link startMirror}. */
export type Way = (target: Target) => (given?: Call) => Promise<string>;

interface Reflection {
  readonly token: string;
}

/** An API that answers with the token that a call carried, but 401 to those in `rejected`. */
export function startMirror(rejected: ReadonlySet<string> = new Set()): Promise<ScriptedServer> {
  return startServer(({ headers }, response) => {
    const token = headers.authorization?.replace(/^(Bearer|DPoP) /, "") ?? "";
    if (!rejected.has(token)) return { token };
    response.setHeader("content-type", "application/json");
    response.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token"' });
    return void response.end(JSON.stringify({ token }));
  });
}

export const throughFetch: Way = ({ tokens, name, ...options }) => {
  const fetch = tokens.fetch(name, options);
  return async ({ path = "/", ...init } = {}) => {
    const response = await fetch(path, init);
    return ((await response.json()) as Reflection).token;
  };
};

export const throughInterceptor: Way = ({ tokens, name, ...options }) => {
  const dispatcher = createAgent().compose(tokens.interceptor(name, options));
  return async ({ path = "/", ...given } = {}) => {
    const sent: Partial<AuthorizedDispatchOptions> = given;
    const { body } = await request(options.baseUrl + path, { dispatcher, ...(sent as object) });
    return ((await body.json()) as Reflection).token;
  };
};

/** It has no overrides for all of its calls: they go with each. */
export const throughApiClient: Way = ({ token, ...options }) => {
  return async ({ path, headers, ...input } = {}) => {
    const client = new TestClient({ ...options, tokenClient: options.name, ...(headers && { headers }) });
    const query = Object.fromEntries(new URLSearchParams(path?.replace(/^.*\?/, "")));
    const overrides = { ...token, ...input.token };
    const result: ApiResult = await client[call](getToken, { ...input, query, token: overrides });
    return ((result.ok ? result.data : result.error) as Reflection).token;
  };
};

/** Every way to call an API, by its name. */
export const ways: readonly (readonly [name: string, way: Way])[] = [
  ["a fetch", throughFetch],
  ["an interceptor", throughInterceptor],
  ["an API client", throughApiClient],
];

const getToken = {
  method: "GET",
  path: ["/"],
  query: [{ name: "q" }],
  responses: { 200: ["application/json"] },
  scopes: [],
} satisfies Operation;

export class TestClient<Bound extends string = "a"> extends ApiClient<object> {
  constructor(options: ApiClientOptions<Bound>) {
    super({ name: "TestClient", tokenClient: "a" }, options);
  }
}
