import createClient, { type Client, defaultPathSerializer } from "openapi-fetch";
import type { Dispatcher } from "undici";
import { ApiCall, type ApiCallOptions } from "./api-call.ts";
import { ReplayableRequest } from "./authenticated-fetch.ts";
import { compileResponses, type ResponseReader } from "./deserialize.ts";
import { assertNoCredentials } from "./dispatch-headers.ts";
import { invalidOption } from "./errors.ts";
import type { Operation } from "./operation.ts";
import { assertAllowed, parseBaseUrl, parseOrigins } from "./origin.ts";
import { discardBody, openBody } from "./replayable-body.ts";
import type { ApiResult } from "./result.ts";
import { assertNoDotSegment, compileRequest, type OperationInput, type RequestWriter } from "./serialize.ts";
import { parseTimeoutMs } from "./timeout.ts";
import type { TokenManager } from "./token-manager.ts";
import type { TokenParameters } from "./token-parameters.ts";

/** What a generated class says of itself. */
export interface ApiClientDefinition {
  readonly name: string;
  readonly tokenClient: string;
  readonly baseUrl?: string;
}

export interface ApiClientOptions<Bound extends string> {
  readonly tokens: TokenManager<NoInfer<Bound>>;
  /** Where the API is; its path is kept. The client's token goes to its origin. */
  readonly baseUrl?: string | URL;
  /** Another token client than the mapping's, for a tenant or an environment. */
  readonly tokenClient?: Bound;
  /** undici dispatcher for the calls; default that of `tokens`. */
  readonly dispatcher?: Dispatcher;
  /** Further origins that the token may go to. */
  readonly allowedOrigins?: readonly (string | URL)[];
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Options of any client: which names its manager must know, the generated class has checked. */
type AnyClientOptions = Omit<ApiClientOptions<string>, "tokens"> & { readonly tokens: TokenManager<never> };

/** For clients whose mapping names no base URL. */
export interface RequiredBaseUrl {
  readonly baseUrl: string | URL;
}

/** What any call may say besides the operation's own input. */
export interface PublicCallOptions {
  readonly signal?: AbortSignal;
  /** Bounds the whole call, token and body included; default 30,000, 0 for none. */
  readonly timeoutMs?: number;
  /** Another address of the same API; a token goes only to origins that the client was given. */
  readonly baseUrl?: string | URL;
}

/** {@link PublicCallOptions} and, for operations that need a token, overrides for it. */
export interface CallOptions<Scope extends string = string> extends PublicCallOptions {
  readonly token?: TokenParameters<Scope>;
}

/** Bytes to send: in memory, or streamed; only a function can give a stream that is sent again after a 401. */
export type BinaryBody =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | AsyncIterable<Uint8Array>
  | ReadableStream<Uint8Array>
  | (() => AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>);

/** Key of the one method that generated methods call; a symbol, so that an operation may have any name. */
export const call: unique symbol = Symbol("openapi-m2m.call");

const DEFAULT_TIMEOUT_MS = 30_000;

/** Compiled once per operation, for all clients. */
const compiled = new WeakMap<
  Operation,
  { readonly writer: RequestWriter; readonly reader: ResponseReader }
>();

/** Base of generated clients: serialises a call, sends it with a token, and reads the answer. */
export abstract class ApiClient<Paths extends object> {
  readonly #tokens: TokenManager;
  readonly #tokenClient: string;
  readonly #options: Omit<ApiClientOptions<string>, "baseUrl"> & RequiredBaseUrl;
  readonly #base: Base;
  readonly #origins: ReadonlySet<string>;
  readonly #headers: readonly (readonly [name: string, value: string])[];
  readonly #dispatch: Dispatcher["dispatch"];
  readonly #dispatchAuthorized: Dispatcher["dispatch"];
  #paths: Client<Paths> | undefined;

  constructor(definition: ApiClientDefinition, options: AnyClientOptions) {
    const { tokenClient = definition.tokenClient, baseUrl = definition.baseUrl } = options;
    const tokens = options.tokens as TokenManager | undefined;
    if (tokens === undefined)
      throw invalidOption(`${definition.name}: tokens`, "is required: createTokenManager() makes it");
    if (baseUrl === undefined) throw invalidOption(`${definition.name}: baseUrl`, "is required");
    this.#options = { ...options, tokens, baseUrl };
    this.#tokens = tokens;
    this.#tokenClient = tokenClient;
    this.#base = parseBase(baseUrl);
    this.#origins = parseOrigins(baseUrl, options.allowedOrigins);
    this.#headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
    for (const [name] of this.#headers) assertNoCredentials(name);
    const dispatcher = options.dispatcher ?? tokens.dispatcher;
    this.#dispatch = dispatcher.dispatch.bind(dispatcher);
    this.#dispatchAuthorized = tokens.interceptor(tokenClient, this.#options)(this.#dispatch);
  }

  /** The same API as an openapi-fetch client, with the same tokens. */
  get paths(): Client<Paths> {
    this.#paths ??= createClient<Paths>({
      baseUrl: this.#base.origin + this.#base.path,
      fetch: this.#tokens.fetch(this.#tokenClient, this.#options),
      Request: ReplayableRequest,
      redirect: "manual",
      pathSerializer: serializePath,
      ...(this.#options.headers && { headers: this.#options.headers }),
    });
    return this.#paths;
  }

  /** Typed by the methods that call it: a thousand of them would each have their types inferred and compared here. */
  // biome-ignore lint/suspicious/noExplicitAny: what resolves is as the method says
  [call](operation: Operation, input?: object): any;
  [call](operation: Operation, input: OperationInput & CallOptions = {}): Promise<ApiResult> {
    return new Promise((resolve, reject) => {
      try {
        this.#send(operation, input, resolve, reject);
      } catch (error) {
        discardBody(input.body);
        throw error;
      }
    });
  }

  #send(
    operation: Operation,
    input: OperationInput & CallOptions,
    resolve: ApiCallOptions["resolve"],
    reject: ApiCallOptions["reject"],
  ): void {
    const { writer, reader } = compile(operation);
    const base = input.baseUrl === undefined ? this.#base : parseBase(input.baseUrl);
    const isSecured = operation.scopes !== undefined;
    if (isSecured) assertAllowed(base.origin, this.#origins, this.#tokenClient);
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal, token } = input;
    if (timeoutMs !== 0) parseTimeoutMs(timeoutMs, `${writer.name}: timeoutMs`);
    const path = base.path + writer.target(input);
    const headers: string[] = [];
    writer.addHeaders(input, headers);
    const written = writer.body(input, headers);
    this.#addOwnHeaders(headers, reader.accept);
    const apiCall = new ApiCall({
      operation: writer.name,
      method: operation.method,
      origin: base.origin,
      path,
      headers,
      // The interceptor opens a body for each of its attempts.
      body: isSecured ? written : openBody(written),
      token,
      reader,
      resolve,
      reject,
    });
    if (!apiCall.begin(timeoutMs, signal)) return;
    if (isSecured) this.#dispatchAuthorized(apiCall, apiCall);
    else this.#dispatch(apiCall, apiCall);
  }

  /** What the call says itself goes before what the client sends with every call. */
  #addOwnHeaders(headers: string[], accept: string): void {
    for (const [name, value] of this.#headers) {
      if (!hasHeader(headers, name)) headers.push(name, value);
    }
    if (!hasHeader(headers, "accept")) headers.push("accept", accept);
  }
}

/** Names are in lower case, at even places. */
function hasHeader(headers: readonly string[], name: string): boolean {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return true;
  return false;
}

function compile(operation: Operation): { writer: RequestWriter; reader: ResponseReader } {
  let plan = compiled.get(operation);
  if (plan === undefined) {
    plan = { writer: compileRequest(operation), reader: compileResponses(operation) };
    compiled.set(operation, plan);
  }
  return plan;
}

/** openapi-fetch's own, made to refuse what would call another operation: a missing value, a dot segment. */
function serializePath(template: string, values: Record<string, unknown>): string {
  const path = defaultPathSerializer(template, values);
  if (/[{}]/.test(path)) throw invalidOption(`${template}: path`, "lacks a value");
  assertNoDotSegment(path, template);
  return path;
}

interface Base {
  readonly origin: string;
  /** Without a slash at its end. */
  readonly path: string;
}

function parseBase(baseUrl: string | URL): Base {
  const url = parseBaseUrl(baseUrl, "baseUrl");
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, "") };
}
