import { setTimeout as sleep } from "node:timers/promises";
import * as oauth from "oauth4webapi";
import { type Dispatcher, fetch as undiciFetch } from "undici";
import type { AccessToken } from "./access-token.ts";
import { presentAssertion } from "./client-authentication.ts";
import { copyCause, describeCause, isInvalidOption, omitQuery, TokenError } from "./errors.ts";
import { tokenRequestChannel } from "./events.ts";
import type { DefinedTokenClient, TokenRequest } from "./token-client.ts";
import type { Grant } from "./token-parameters.ts";
import { discover } from "./token-request/discovery.ts";
import { chooseDelayMs } from "./token-request/retry.ts";
import { readAnswer } from "./token-request/server-answer.ts";
import { parseTokenResponse } from "./token-request/token-response.ts";

export interface TokenRequesterOptions {
  /** Used by clients that bring no dispatcher of their own. */
  readonly dispatcher: Dispatcher;
  readonly now: () => number;
}

/** Requests one token; the signal ends it early. */
export type TokenRequester = (request: TokenRequest, signal: AbortSignal) => Promise<AccessToken>;

/** How one exchange reaches the authorization server. */
interface Exchange {
  readonly fetch: (url: string, init: object) => Promise<Response>;
  readonly signal: AbortSignal;
}

/**
 * Creates the function that asks authorization servers for tokens. It neither caches nor joins requests.
 *
 * Network errors, 429 and 5xx are tried again, with a pause, as long as the client's `requestTimeoutMs` allows.
 *
 * @returns a function that rejects with {@link TokenError}, or with the signal's reason once that is aborted
 * @see RFC 6749 §4.4
 */
export function createTokenRequester(options: TokenRequesterOptions): TokenRequester {
  const discoveries = new Map<string, oauth.AuthorizationServer>();

  async function findServer(
    client: DefinedTokenClient,
    exchange: Exchange,
  ): Promise<oauth.AuthorizationServer> {
    const { tokenEndpoint } = client;
    const issuer = client.issuer ?? (tokenEndpoint as string); // A definition has one of them.
    if (tokenEndpoint !== undefined) return { issuer, token_endpoint: tokenEndpoint };
    const known = discoveries.get(issuer);
    if (known !== undefined) return known;
    const found = await discover(issuer, { client: client.name, ...exchange });
    discoveries.set(issuer, found);
    return found;
  }

  async function exchangeGrant({ client, grant }: TokenRequest, exchange: Exchange): Promise<AccessToken> {
    const server = await findServer(client, exchange);
    const { authenticate } = grant.clientAssertion
      ? presentAssertion(grant.clientAssertion)
      : client.clientAuthentication;
    const secrets: string[] = [];
    const requestedAt = options.now();
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      { client_id: client.clientId },
      async (as, identity, body, headers) => {
        await guardAuthentication(client, () => authenticate(as, identity, body, headers));
        secrets.push(...listSecrets(client.clientId, body, headers));
      },
      buildForm(grant),
      {
        signal: exchange.signal,
        [oauth.customFetch]: exchange.fetch,
        // The definition and discovery let plain http through on loopback only.
        [oauth.allowInsecureRequests]: true,
      },
    );
    return parseTokenResponse(await readAnswer(response), {
      client: client.name,
      tokenEndpoint: omitQuery(server.token_endpoint as string),
      requestedAt,
      defaultLifetimeMs: client.defaultLifetimeMs,
      secrets,
    });
  }

  return async function requestToken(request, signal) {
    const { client } = request;
    const timeout = AbortSignal.timeout(client.requestTimeoutMs);
    const exchange = createExchange(
      client.dispatcher ?? options.dispatcher,
      AbortSignal.any([signal, timeout]),
    );
    const attempt = () =>
      exchangeGrant(request, exchange).catch((error: unknown) => {
        signal.throwIfAborted();
        throw timeout.aborted ? buildTimeoutError(client) : toTokenError(error, client);
      });
    const deadline = performance.now() + client.requestTimeoutMs;
    for (let failed = 0; ; failed++) {
      try {
        return await traceRequest(client.name, attempt);
      } catch (error) {
        if (!isRetriable(error)) throw error;
        const delayMs = chooseDelayMs(failed, error.retryAfterMs, Math.random());
        if (performance.now() + delayMs >= deadline) throw error;
        await sleep(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  };
}

/** Trouble that may pass. What the server said of the request itself would only be said again. */
function isRetriable(error: unknown): error is TokenError {
  const passing = ["ERR_TOKEN_ENDPOINT_UNREACHABLE", "ERR_TOKEN_ENDPOINT_FAILED"];
  return error instanceof TokenError && passing.includes(error.code);
}

/** Publishes start and end of a request. A traced function's result is published too: the token stays outside. */
async function traceRequest(client: string, attempt: () => Promise<AccessToken>): Promise<AccessToken> {
  let token!: AccessToken;
  await tokenRequestChannel.tracePromise(
    async () => {
      token = await attempt();
    },
    { client },
  );
  return token;
}

function createExchange(dispatcher: Dispatcher, signal: AbortSignal): Exchange {
  const send = (url: string, init: object) => undiciFetch(url, { ...init, dispatcher });
  return { fetch: send as unknown as Exchange["fetch"], signal };
}

function buildForm(grant: Grant): URLSearchParams {
  const form = new URLSearchParams(grant.parameters);
  if (grant.scope !== undefined) form.set("scope", grant.scope);
  for (const resource of grant.resources) form.append("resource", resource);
  if (grant.audience !== undefined) form.set("audience", grant.audience);
  return form;
}

/** Form fields that may stand in an error; whatever else a request holds may be a credential. */
const PLAIN_FIELDS = new Set([
  "grant_type",
  "client_id",
  "scope",
  "resource",
  "audience",
  "client_assertion_type",
]);

/** What was sent that must not come back in an error, in every form in which a server may echo it. */
function listSecrets(clientId: string, body: URLSearchParams, headers: Headers): string[] {
  const secrets = [...body].filter(([name]) => !PLAIN_FIELDS.has(name)).map(([, value]) => value);
  const credentials = headers.get("authorization")?.replace(/^Basic /, "");
  if (credentials !== undefined) {
    const decoded = Buffer.from(credentials, "base64").toString();
    // Sent raw, the id may hold a colon too.
    const password = decoded.startsWith(`${clientId}:`)
      ? decoded.slice(clientId.length + 1)
      : decoded.slice(decoded.indexOf(":") + 1);
    secrets.push(credentials, password, new URLSearchParams(`secret=${password}`).get("secret") ?? "");
  }
  const formEncode = (text: string) => String(new URLSearchParams([["", text]])).slice(1);
  const uriEncode = (text: string) => encodeURIComponent(text.toWellFormed());
  const forms = secrets.flatMap((text) => [
    text,
    formEncode(text),
    uriEncode(text),
    uriEncode(uriEncode(text)),
  ]);
  return [...new Set(forms)].filter((text) => text !== "");
}

async function guardAuthentication(client: DefinedTokenClient, authenticate: () => unknown): Promise<void> {
  try {
    await authenticate();
  } catch (cause) {
    const message = `its client authentication failed (${describeCause(cause)}); check its key or secret`;
    throw new TokenError("ERR_CLIENT_ASSERTION_FAILED", message, { client: client.name, cause });
  }
}

function buildTimeoutError(client: DefinedTokenClient): TokenError {
  return new TokenError(
    "ERR_TOKEN_ENDPOINT_TIMEOUT",
    `no token within ${client.requestTimeoutMs} ms; check tokenEndpoint, or raise requestTimeoutMs`,
    { client: client.name },
  );
}

function toTokenError(error: unknown, client: DefinedTokenClient): Error {
  if (error instanceof TokenError || isInvalidOption(error)) return error as Error;
  // undici's fetch hides what happened in the cause of its "fetch failed".
  const cause = copyCause(error instanceof TypeError && error.cause instanceof Error ? error.cause : error);
  return new TokenError(
    "ERR_TOKEN_ENDPOINT_UNREACHABLE",
    `could not reach ${omitQuery(client.tokenEndpoint ?? client.issuer ?? "")} (${describeCause(cause)}); check the address and the network`,
    { client: client.name, cause },
  );
}
