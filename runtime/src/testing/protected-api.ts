import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { inspect } from "node:util";
import { invalidOption, refuseUnknownOptions } from "../errors.ts";
import { DpopProofs } from "./authorization-server/dpop-proof.ts";
import { sendJson } from "./authorization-server/token-fault.ts";
import type { AuthorizationServer, TokenGrant } from "./authorization-server.ts";
import { type Loopback, listenOnLoopback } from "./loopback.ts";
import { Redaction } from "./protected-api/redaction.ts";

/** A call that an API got. Credentials in its path, its query and its headers read `[redacted]`. */
export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whose token it had; undefined where that was not good. */
  readonly clientId: string | undefined;
  /** Why it was not let in; undefined where it was. */
  readonly refusal: Refusal | undefined;
}

/** Error codes of challenges (RFC 6750 §3.1, RFC 9449 §7.1), and `no_token`. */
export type Refusal = "no_token" | "invalid_token" | "insufficient_scope" | DpopRefusal;

type DpopRefusal = "invalid_dpop_proof" | "use_dpop_nonce";

/**
 * Answers a call that was let in: what it returns is sent as JSON with status 200, or that of `response`, unless it wrote
 * to `response`; nothing is an empty answer, of status 204 unless it set another. What it throws is told by a 500.
 *
 * The call as it came, credentials included, is `response.req`.
 */
export type AnswerCall = (request: ApiRequest, response: ServerResponse) => unknown;

/** Whose tokens an API of a test takes, and what it answers. */
export interface ProtectedApiOptions {
  readonly authorizationServer: Pick<AuthorizationServer, "verify">;
  /** Scopes that tokens need, separated by spaces; default none. */
  readonly scope?: string;
  /** Has tokens be for this audience; default: any. */
  readonly audience?: string;
  /** Whether DPoP proofs need the nonce that the API gave; default false. */
  readonly requiresDpopNonce?: boolean;
  /** Default: `{ ok: true }`. */
  readonly answer?: AnswerCall;
  /**
   * Names of headers and query parameters that hold credentials although they don't say so: they read `[redacted]` in
   * `requests`, as `Authorization`, `Cookie`, `X-API-Key`, `access_token` and the like do by themselves.
   */
  readonly credentials?: readonly string[];
  /** Clock, epoch ms, for DPoP proofs. Default the machine's. */
  readonly now?: () => number;
}

/** An API for tests that lets nobody in without a good token. */
export interface ProtectedApi extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly baseUrl: string;
  /** In the order of arrival, those that were refused among them. */
  readonly requests: readonly ApiRequest[];
  /** Stops listening, and ends the connections that there are. */
  close(): Promise<void>;
}

/**
 * Starts an API on a free port of 127.0.0.1 that takes the tokens of a test's authorization server, as long as they are
 * active there, with a good DPoP proof where they are bound to a key. Any other call is answered 401, or 403 where its
 * token has too little scope.
 */
export async function startProtectedApi(options: ProtectedApiOptions): Promise<ProtectedApi> {
  assertOptions(options);
  const { answer = () => ({ ok: true }), credentials, scope } = options;
  const redaction = new Redaction(credentials);
  const listener = await listenOnLoopback();
  const gate = new Gate(listener, options);
  const requests: ApiRequest[] = [];

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray());
    const entry = gate.judge(incoming);
    const { method = "", url = "" } = incoming;
    const headers = redaction.redactHeaders(incoming.headers);
    const request = { method, path: redaction.redactUrls(url), headers, body, ...entry };
    requests.push(request);
    if (entry.refusal === "use_dpop_nonce") response.setHeader("dpop-nonce", gate.nonce);
    if (entry.refusal !== undefined) return refuse(entry.refusal, incoming, response, scope);
    await sendAnswer(answer, request, response);
  }

  listener.serve((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const close = () => listener.close();
  return { baseUrl: listener.origin, requests, close, [Symbol.asyncDispose]: close };
}

function assertOptions(options: ProtectedApiOptions): void {
  const { authorizationServer, scope, audience, requiresDpopNonce, answer, credentials, now, ...unknown } =
    options;
  refuseUnknownOptions(unknown);
  if (typeof authorizationServer?.verify !== "function")
    throw invalidOption("authorizationServer", "must be what startAuthorizationServer gives");
  if (answer !== undefined && typeof answer !== "function")
    throw invalidOption("answer", "must be a function of a request and its response");
}

/** Every call that was let in is answered, whatever the test's function does. */
async function sendAnswer(answer: AnswerCall, request: ApiRequest, response: ServerResponse): Promise<void> {
  try {
    const value = await answer(request, response);
    if (response.headersSent || value === response) return;
    if (value !== undefined) return sendJson(response, response.statusCode, value);
    if (isPiped(response)) return;
    if (response.statusCode === 200) response.statusCode = 204;
    response.end();
  } catch (error) {
    if (response.headersSent) throw error;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
    sendJson(response, 500, { error: "answer_failed", error_description: `answer threw ${reason}` });
  }
}

/** A stream that is piped there writes later; it listens to be told when it may not any more. */
function isPiped(response: ServerResponse): boolean {
  return response.listenerCount("unpipe") > 0;
}

type Entry = Pick<ApiRequest, "clientId" | "refusal">;

class Gate {
  readonly nonce: string = randomUUID();
  readonly #origin: string;
  readonly #options: ProtectedApiOptions;
  readonly #proofs = new DpopProofs();

  constructor({ origin }: Loopback, options: ProtectedApiOptions) {
    this.#origin = origin;
    this.#options = options;
  }

  judge(request: IncomingMessage): Entry {
    const refused = (refusal: Refusal): Entry => ({ clientId: undefined, refusal });
    const [, scheme = "", token] = /^(Bearer|DPoP) +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (token === undefined) return refused("no_token");
    const { authorizationServer, scope = "", audience } = this.#options;
    const status = authorizationServer.verify(token);
    if (!status.active) return refused("invalid_token");
    if (audience !== undefined && !status.audience.includes(audience)) return refused("invalid_token");
    if ((scheme.toLowerCase() === "dpop") !== (status.thumbprint !== undefined))
      return refused("invalid_token");
    const refusal = this.#checkProof(request, token, status);
    if (refusal !== undefined) return refused(refusal);
    const granted = status.scope?.split(" ") ?? [];
    const isEnough = scope.split(" ").every((one) => one === "" || granted.includes(one));
    return { clientId: status.clientId, refusal: isEnough ? undefined : "insufficient_scope" };
  }

  #checkProof(
    { method = "", url = "", headers }: IncomingMessage,
    accessToken: string,
    { thumbprint }: TokenGrant,
  ): DpopRefusal | undefined {
    if (thumbprint === undefined) return undefined;
    const { now = Date.now, requiresDpopNonce = false } = this.#options;
    const verdict = this.#proofs.check(String(headers["dpop"]), {
      method,
      url: this.#origin + url.replace(/[?#].*/s, ""),
      accessToken,
      nonce: requiresDpopNonce ? this.nonce : undefined,
      now: now(),
    });
    if ("error" in verdict) return verdict.error;
    return verdict.thumbprint === thumbprint ? undefined : "invalid_dpop_proof";
  }
}

/** @see RFC 6750 §3, RFC 9449 §7.1 */
function refuse(
  refusal: Refusal,
  { headers }: IncomingMessage,
  response: ServerResponse,
  scope: string | undefined,
): void {
  const scheme = /^dpop /i.test(headers.authorization ?? "") ? "DPoP" : "Bearer";
  const error = refusal === "no_token" ? "" : ` error="${refusal}"`;
  const needed = refusal === "insufficient_scope" ? `, scope="${scope}"` : "";
  response.setHeader("www-authenticate", `${scheme}${error}${needed}`);
  sendJson(response, refusal === "insufficient_scope" ? 403 : 401, { error: refusal });
}
