import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { ApiClient, type ApiClientOptions, call } from "../../runtime/src/api-client.ts";
import type { ItemStream } from "../../runtime/src/item-stream.ts";
import type { Operation } from "../../runtime/src/operation.ts";
import type { ApiResult } from "../../runtime/src/result.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { createAgent, using } from "./disposal.ts";
import { type Script, startApi, startTokenEndpoint } from "./scripted-server.ts";

class StreamingClient extends ApiClient<object> {
  constructor(options: ApiClientOptions<"a">) {
    super({ name: "StreamingClient", tokenClient: "a" }, options);
  }
}

/** `GET /items` whose 200 has these media types, and whose 400 is JSON. */
export function defineOperation(...mediaTypes: Operation["responses"][string]): Operation {
  const responses = { 200: mediaTypes, 400: ["application/json"] };
  return { method: "GET", path: ["/items"], responses, scopes: [] };
}

/** What a call may say besides the operation's own input. */
export interface Input {
  readonly stream?: true;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

interface StreamingOptions extends Partial<ApiClientOptions<"a">> {
  readonly accepted?: string[];
  /** Without, calls go through the manager's. */
  readonly ownDispatcher?: boolean;
}

/** A client and the API that it calls, which takes `token-1` unless it is told otherwise. */
export async function setUpStreaming(
  script: Script,
  { accepted = ["token-1"], ownDispatcher = true, ...options }: StreamingOptions = {},
) {
  const login = await using(startTokenEndpoint());
  const api = await using(startApi(new Set(accepted), script));
  const clients = { a: { tokenEndpoint: `${login.origin}/token`, clientId: "a" } };
  const tokens = await using(createTokenManager({ clients }));
  // Closing waits for streams that a test leaves open; destroying does not.
  const dispatcher = createAgent();
  const own = ownDispatcher ? { dispatcher } : {};
  const client = new StreamingClient({ tokens, baseUrl: api.origin, ...own, ...options });
  const send = (operation: Operation, input: Input = {}): Promise<ApiResult> =>
    client[call](operation, input);
  return {
    api,
    login,
    tokens,
    dispatcher,
    send,
    async open(operation: Operation, input?: Input): Promise<ItemStream<unknown>> {
      const result = await send(operation, input);
      if (result.ok) return result.data as ItemStream<unknown>;
      throw new Error(`answered ${result.status}: ${result.error}`);
    },
  };
}

/** Begins an answer of a media type; what comes after is written by hand. */
export function begin(response: ServerResponse, contentType: string, headers: object = {}): ServerResponse {
  response.writeHead(200, { "content-type": contentType, ...headers });
  response.flushHeaders();
  return response;
}

/** An API that begins to answer and then leaves it to the test. */
export function scriptByHand(contentType: string, headers?: object) {
  const { promise: answer, resolve } = Promise.withResolvers<ServerResponse>();
  const script: Script = (_, response) => void resolve(begin(response, contentType, headers));
  return { script, answer, closed: answer.then((response) => once(response, "close")) };
}
