import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import type { AccessToken } from "./access-token.ts";
import { isLasting } from "./connection-advice.ts";
import type { DpopProver } from "./dpop.ts";
import { omitQuery, TokenError } from "./errors.ts";
import { type RenewalReason, type TokenRequestEvent, tokenRequestChannel } from "./events.ts";
import type { ServerClocks } from "./server-clocks.ts";
import type { DefinedTokenClient, TokenRequest } from "./token-client.ts";
import { exchangeGrant } from "./token-request/exchange.ts";
import { MetadataCache } from "./token-request/metadata-cache.ts";
import { chooseDelayMs } from "./token-request/retry.ts";
import { Stopwatch } from "./token-request/stopwatch.ts";
import { abortable, limitTime } from "./waiting.ts";

export interface TokenRequesterOptions {
  /** Asked for each attempt. Its sockets should hold no process open: whoever waits for a token does. */
  readonly dispatcherOf: (client: DefinedTokenClient) => Dispatcher;
  /** Clock, epoch ms. */
  readonly now: () => number;
  readonly clocks: ServerClocks;
  /** For authorization servers alone: an API's nonces are not for them. */
  readonly prover: DpopProver;
}

/** Requests one token; the signal ends it early. The reason is published with it; default `missing`. */
export type TokenRequester = (
  request: TokenRequest,
  signal: AbortSignal,
  reason?: RenewalReason,
) => Promise<AccessToken>;

/**
 * Creates the function that asks authorization servers for tokens. It neither caches nor joins requests. It keeps what
 * it learns of servers: endpoints, nonces, clocks.
 *
 * Network errors, 429 and 5xx are tried again, with a pause, as long as the client's `requestTimeoutMs` allows. Its
 * timers hold no process open.
 *
 * @returns a function that rejects with {@link TokenError}, or with the signal's reason once that is aborted
 * @see RFC 6749 §4.4
 */
export function createTokenRequester(options: TokenRequesterOptions): TokenRequester {
  const { dispatcherOf, ...shared } = options;
  const metadata = new MetadataCache(options.now);

  async function attempt(
    request: TokenRequest,
    signal: AbortSignal,
    stopwatch: Stopwatch,
  ): Promise<AccessToken> {
    signal.throwIfAborted(); // By a subscriber, perhaps, who was told that the request begins.
    const dispatcher = dispatcherOf(request.client);
    // Whoever makes an assertion may never come to an end.
    return abortable(exchangeGrant(request, { ...shared, dispatcher, signal, metadata, stopwatch }), signal);
  }

  return async function requestToken(request, signal, reason = "missing") {
    const { requestTimeoutMs: timeoutMs } = request.client;
    const deadline = performance.now() + timeoutMs;
    let last: TokenError | undefined;
    const stopwatch = new Stopwatch();
    const buildReason = () => buildTimeoutError(request.client, stopwatch, last);
    return limitTime({ signal, timeoutMs, buildReason }, async (signal) => {
      for (let failed = 0; ; failed++) {
        try {
          const describe = () => buildEvent(request.client, reason, failed + 1);
          return await traceRequest(describe, () => attempt(request, signal, stopwatch));
        } catch (error) {
          if (!isRetriable(error)) throw error;
          last = error;
          const delayMs = chooseDelayMs(failed, error.retryAfterMs, Math.random());
          if (performance.now() + delayMs >= deadline) throw error;
          await sleep(delayMs, undefined, { signal, ref: false }).catch(() => signal.throwIfAborted());
        }
      }
    });
  };
}

/** Trouble that may pass. What the server said of the request itself would only be said again. */
function isRetriable(error: unknown): error is TokenError {
  const passing = ["ERR_TOKEN_ENDPOINT_UNREACHABLE", "ERR_TOKEN_ENDPOINT_FAILED"];
  return error instanceof TokenError && passing.includes(error.code) && !isLasting(error.cause);
}

/** Publishes start and end of a request. A traced function's result is published too: the token stays outside. */
async function traceRequest(
  describe: () => TokenRequestEvent,
  attempt: () => Promise<AccessToken>,
): Promise<AccessToken> {
  if (!tokenRequestChannel.hasSubscribers) return attempt();
  let token!: AccessToken;
  const event: { -readonly [Field in keyof TokenRequestEvent]: TokenRequestEvent[Field] } = describe();
  const request = async () => {
    token = await attempt();
    event.expiresAt = token.expiresAt;
  };
  await tokenRequestChannel.tracePromise(() => (event.run ?? runHere)(request), event);
  return token;
}

function runHere(request: () => Promise<void>): Promise<void> {
  return request();
}

function buildEvent(
  { name: client, tokenEndpoint, issuer }: DefinedTokenClient,
  reason: RenewalReason,
  attempt: number,
): TokenRequestEvent {
  const { protocol, hostname, port } = new URL(tokenEndpoint ?? issuer ?? "");
  const serverAddress = hostname.replace(/^\[|\]$/g, "");
  const serverPort = Number(port || (protocol === "http:" ? 80 : 443));
  return { client, reason, attempt, serverAddress, serverPort };
}

/** Says whose the time was that is over: the server had its share unless the client's authentication took most of it. */
function buildTimeoutError(
  client: DefinedTokenClient,
  authentication: Stopwatch,
  last: TokenError | undefined,
): TokenError {
  const { name, requestTimeoutMs: timeoutMs } = client;
  const fields = { client: name, cause: last };
  if (authentication.isRunning || authentication.elapsedMs > timeoutMs / 2) {
    const took = authentication.isRunning
      ? `did not finish within ${timeoutMs} ms`
      : `took ${Math.round(authentication.elapsedMs)} of ${timeoutMs} ms`;
    const message = `its client authentication ${took}; see to what it waits for, or raise requestTimeoutMs`;
    return new TokenError("ERR_CLIENT_ASSERTION_FAILED", message, fields);
  }
  const before = last === undefined ? "" : " (what failed before is the cause)";
  const message = `no token from ${addressOf(client)} within ${timeoutMs} ms${before}; check that it can be reached from here, or raise requestTimeoutMs`;
  return new TokenError("ERR_TOKEN_ENDPOINT_TIMEOUT", message, fields);
}

function addressOf({ tokenEndpoint, issuer }: DefinedTokenClient): string {
  return omitQuery(tokenEndpoint ?? issuer ?? "");
}
