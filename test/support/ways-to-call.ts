import { type Dispatcher, request } from "undici";
import { ApiClient, call } from "../../runtime/src/api-client.ts";
import type { Operation } from "../../runtime/src/operation.ts";
import type { TokenManager } from "../../runtime/src/token-manager.ts";
import type { TokenParameters } from "../../runtime/src/token-parameters.ts";

/** What a test calls the API with; `GET /items/42` by default. */
export interface Given {
  readonly method?: "GET" | "PUT";
  readonly id?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ReadableStream;
  readonly token?: TokenParameters;
  readonly signal?: AbortSignal;
  /** Of generated clients alone. */
  readonly timeoutMs?: number;
}

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Call = (given?: Given) => Promise<Answer>;

/** How a test has its calls sent; by default through the manager's dispatcher. */
interface Means {
  readonly tokens: TokenManager<"a">;
  readonly baseUrl: string;
  readonly dispatcher?: Dispatcher;
}

const responses = { 200: ["application/json"], 401: ["application/json"] };
const path = ["/items/", { name: "id" }];
const query = [{ name: "q" }];
const headers = [{ name: "authorization" }, { name: "dpop" }];
const operations = {
  GET: { method: "GET", path, query, headers, responses, scopes: [] },
  PUT: {
    method: "PUT",
    path,
    query,
    headers,
    body: { content: [{ mediaType: "application/octet-stream" }] },
    responses,
    scopes: [],
  },
} satisfies Record<string, Operation>;

interface Method {
  readonly parameters: { readonly path: { readonly id: string }; readonly query?: { readonly q?: string } };
  readonly requestBody?: { readonly content: { readonly "application/octet-stream": unknown } };
  readonly responses: { readonly 200: { readonly content: { readonly "application/json": unknown } } };
}

interface Paths {
  readonly "/items/{id}": { readonly get: Method; readonly put: Method };
}

class TestClient extends ApiClient<Paths> {
  /** Means may come with more of a test's setting, which is no option. */
  constructor({ tokens, baseUrl, dispatcher }: Means) {
    super({ name: "TestClient", tokenClient: "a" }, { tokens, baseUrl, ...(dispatcher && { dispatcher }) });
  }
}

/** Every way that a call with a token of the client `a` is sent. */
export const waysToCall: readonly (readonly [name: string, createCall: (means: Means) => Call])[] = [
  ["a generated client", throughClient],
  ["undici's request", throughRequest],
  ["fetch", throughFetch],
  ["openapi-fetch", throughPaths],
];

function throughClient(means: Means): Call {
  const client = new TestClient(means);
  return async ({ method = "GET", id = "42", query, ...given } = {}) => {
    const input = { path: { id }, query: { q: query }, ...given };
    const result = await client[call](operations[method], input as object);
    return { status: result.response.status, body: result.ok ? result.data : result.error };
  };
}

function throughRequest({ tokens, baseUrl, dispatcher = tokens.dispatcher }: Means): Call {
  const composed = dispatcher.compose(tokens.interceptor("a", { baseUrl }));
  return async ({ id = "42", query, ...given } = {}) => {
    const search = query === undefined ? {} : { query: { q: query } };
    const options: object = { ...given, ...search, dispatcher: composed };
    const { body, statusCode: status } = await request(`${baseUrl}/items/${encodeURIComponent(id)}`, options);
    return { status, body: await body.json() };
  };
}

function throughFetch({ tokens, ...means }: Means): Call {
  const send = tokens.fetch("a", means);
  return async ({ id = "42", query, ...given } = {}) => {
    const search = query === undefined ? "" : `?q=${encodeURIComponent(query)}`;
    const response = await send(`/items/${encodeURIComponent(id)}${search}`, given as object);
    return { status: response.status, body: await response.json() };
  };
}

function throughPaths(means: Means): Call {
  const { paths } = new TestClient(means);
  return async ({ method = "GET", id = "42", query, ...given } = {}) => {
    const { data, error, response } = await paths.request(method === "GET" ? "get" : "put", "/items/{id}", {
      params: { path: { id }, query: query === undefined ? {} : { q: query } },
      bodySerializer: (body: unknown) => body as string,
      duplex: "half",
      ...(given as object),
    });
    return { status: response.status, body: data ?? error };
  };
}
