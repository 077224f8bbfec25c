import type { Client } from "openapi-fetch";
import { ApiCall, type ApiCallOptions } from "./api-call.ts";
import { type Addresses, findAddresses, parseBase } from "./api-client/addresses.ts";
import { type CallPlan, CallPlans } from "./api-client/call-plans.ts";
import {
  type AnyClientOptions,
  type ApiClientDefinition,
  parseMaxResponseBytes,
} from "./api-client/options.ts";
import { createPathsClient } from "./api-client/paths-client.ts";
import type { ServerVariables } from "./api-client/servers.ts";
import { findTokenClients } from "./api-client/token-clients.ts";
import { Credentials, credentialsOption, type SentCredentials } from "./credentials.ts";
import { assertNotCredential, hasHeader } from "./dispatch-headers.ts";
import { invalidOption } from "./errors.ts";
import type { Operation } from "./operation.ts";
import { assertAllowed } from "./origin.ts";
import { discardBody, openBody } from "./replayable-body.ts";
import type { ApiResult } from "./result.ts";
import type { OperationInput } from "./serialize.ts";
import { parseTimeoutMs } from "./timeout.ts";
import type { TokenManager } from "./token-manager.ts";
import type { TokenParameters } from "./token-parameters.ts";
import { abortable } from "./waiting.ts";

export type { ApiClientOptions, RequiredBaseUrl } from "./api-client/options.ts";

/** What any call may say besides the operation's own input. */
export interface PublicCallOptions {
  readonly signal?: AbortSignal;
  /**
   * Bounds the whole call, token and body included; of a call whose data is a stream, all until that is begun to be
   * read. Default 30,000, 0 for none.
   */
  readonly timeoutMs?: number;
  /** Another address of the same API; a token goes only to origins that the client was given. */
  readonly baseUrl?: string | URL;
}

/** {@link PublicCallOptions} and, for operations that need a token, overrides for it. */
export interface CallOptions<Scope extends string = string> extends PublicCallOptions {
  readonly token?: TokenParameters<Scope>;
}

/** For successes that are text or bytes: they are given as they come, of any length. */
export interface StreamOption {
  readonly stream: true;
}

/** For successes of several media types: which of them the call asks for, and has its data of. */
export interface AcceptOption<MediaType extends string> {
  /** A range takes whatever is of it. Default: what the method says that it gives. */
  readonly accept?: MediaType;
}

type CallInput = OperationInput & CallOptions & Partial<StreamOption> & AcceptOption<string>;

/** Key of the one method that generated methods call; a symbol, so that an operation may have any name. */
export const call: unique symbol = Symbol("openapi-m2m.call");

const DEFAULT_TIMEOUT_MS = 30_000;

/** Base of generated clients: serialises a call, sends it with a token, and reads the answer. */
export abstract class ApiClient<Paths extends object> {
  readonly #tokens: TokenManager;
  readonly #options: AnyClientOptions;
  readonly #tokenClient: string;
  readonly #addresses: Addresses;
  readonly #credentials: Credentials;
  readonly #headers: readonly (readonly [name: string, value: string])[];
  readonly #plans: CallPlans;
  readonly #maxBytes: number;
  #paths: Client<Paths> | undefined;

  constructor(definition: ApiClientDefinition, options: AnyClientOptions) {
    const context = `${definition.name}: `;
    const tokens = options.tokens as TokenManager | undefined;
    if (tokens === undefined)
      throw invalidOption(`${context}tokens`, "is required: createTokenManager() makes it");
    this.#tokens = tokens;
    this.#options = { ...options };
    const { baseUrl = definition.baseUrl } = options;
    const serverVariables = options.serverVariables as ServerVariables | undefined;
    const { servers } = definition;
    this.#addresses = findAddresses({ ...options, baseUrl, servers, serverVariables }, context);
    this.#headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
    for (const [name] of this.#headers) assertNotCredential(name);
    const given = options.credentials as Readonly<Record<string, unknown>> | undefined;
    this.#credentials = new Credentials(definition.credentials, given, context);
    const tokenClients = findTokenClients(definition.tokenClient, options.tokenClient, context);
    [this.#tokenClient = ""] = tokenClients.values();
    this.#plans = new CallPlans({
      tokens,
      tokenClients,
      addresses: this.#addresses,
      dispatcher: options.dispatcher ?? tokens.dispatcher,
      asksByOperation: definition.scopes === "operation",
    });
    this.#maxBytes = parseMaxResponseBytes(options.maxResponseBytes, context);
  }

  /**
   * The same API as an openapi-fetch client: each of its calls has the token of the first token client, whatever the
   * operation needs, and no credentials.
   */
  get paths(): Client<Paths> {
    this.#paths ??= createPathsClient(this.#tokens, this.#tokenClient, {
      base: this.#addresses.base,
      options: this.#options,
    });
    return this.#paths;
  }

  /** Typed by the methods that call it: a thousand of them would each have their types inferred and compared here. */
  // biome-ignore lint/suspicious/noExplicitAny: what resolves is as the method says
  [call](operation: Operation, input?: unknown): any;
  [call](operation: Operation, input: CallInput = {}): Promise<ApiResult> {
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
    input: CallInput,
    resolve: ApiCallOptions["resolve"],
    reject: ApiCallOptions["reject"],
  ): void {
    const plan = this.#plans.find(operation);
    const { writer, tokenClient } = plan;
    const { accept, timeoutMs = DEFAULT_TIMEOUT_MS, signal, token } = input;
    const reader = accept === undefined ? plan.reader : plan.reader.accepting(accept, writer.name);
    const base = input.baseUrl === undefined ? plan.base : parseBase(input.baseUrl);
    if (tokenClient !== undefined) assertAllowed(base.origin, plan.origins, tokenClient);
    if (timeoutMs !== 0) parseTimeoutMs(timeoutMs, `${writer.name}: timeoutMs`);
    const path = base.path + writer.target(input);
    const headers: string[] = [];
    writer.addHeaders(input, headers);
    const written = writer.body(input, headers);
    if (accept !== undefined) headers.push("accept", reader.accept);
    this.#addOwnHeaders(headers, reader.accept);
    const credentials = this.#findCredentials(operation, plan, { headers, input, origin: base.origin });
    const apiCall = new ApiCall({
      called: { operation, input },
      operation: writer.name,
      method: operation.method,
      origin: base.origin,
      path,
      headers,
      // The interceptor opens a body for each of its attempts.
      body: tokenClient === undefined ? openBody(written) : written,
      token,
      reader,
      stream: input.stream === true,
      maxBytes: this.#maxBytes,
      resolve,
      reject,
    });
    if (!apiCall.begin(timeoutMs, signal)) return;
    if (credentials === undefined) plan.dispatch(apiCall, apiCall);
    else sendWith(credentials, apiCall, plan.dispatch);
  }

  #findCredentials(
    { credentials }: Operation,
    plan: CallPlan,
    { headers, input, origin }: { headers: readonly string[]; input: OperationInput; origin: string },
  ): SentCredentials | Promise<SentCredentials> | undefined {
    if (credentials === undefined) return undefined;
    const found = this.#credentials.collect(credentials, { headers, input }, plan.writer.name);
    if (found !== undefined) assertAllowed(origin, plan.origins, this.#tokenClient);
    return found;
  }

  /** What the call says itself goes before what the client sends with every call. */
  #addOwnHeaders(headers: string[], accept: string): void {
    for (const [name, value] of this.#headers) {
      if (!hasHeader(headers, name)) headers.push(name, value);
    }
    if (!hasHeader(headers, "accept")) headers.push("accept", accept);
  }
}

/** The timeout and the signal of the call bound the wait for its credentials, too. */
function sendWith(
  credentials: SentCredentials | Promise<SentCredentials>,
  apiCall: ApiCall,
  dispatch: CallPlan["dispatch"],
): void {
  const send = (found: SentCredentials) => {
    apiCall[credentialsOption] = found;
    dispatch(apiCall, apiCall);
  };
  if (!(credentials instanceof Promise)) send(credentials);
  else
    abortable(credentials, apiCall.signal)
      .then(send)
      .catch((error: Error) => apiCall.fail(error));
}

/** Base of the groups of a generated client: their methods call through it. */
export abstract class ApiGroup {
  readonly #client: Caller;

  constructor(client: Caller) {
    this.#client = client;
  }

  // biome-ignore lint/suspicious/noExplicitAny: as that of the client
  [call](operation: Operation, input?: unknown): any {
    return this.#client[call](operation, input);
  }
}

interface Caller {
  [call](operation: Operation, input?: unknown): unknown;
}
