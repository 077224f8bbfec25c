import type { Attributes } from "@opentelemetry/api";
import { describeCause } from "../errors.ts";
import type { TokenRequestEvent } from "../events.ts";

/** Names of attributes: OpenTelemetry's where it has one, else of our own namespace. */
export const ATTRIBUTE = {
  errorType: "error.type",
  statusCode: "http.response.status_code",
  serverAddress: "server.address",
  serverPort: "server.port",
  clientName: "openapi_m2m.token_client.name",
  oauthError: "openapi_m2m.oauth.error",
  renewalReason: "openapi_m2m.token.renewal.reason",
  attempt: "openapi_m2m.token.request.attempt",
  timeToExpiry: "openapi_m2m.token.time_to_expiry",
  cacheLayer: "openapi_m2m.token.cache.layer",
  cacheResult: "openapi_m2m.token.cache.result",
  resendReason: "openapi_m2m.call.resend.reason",
  storeOperation: "openapi_m2m.store.operation",
} as const;

/** What OpenTelemetry calls a value that is none of those known. */
export const OTHER = "_OTHER";

/** How many names of one kind are told apart. */
export const MAX_NAMES = 500;

/** Gives names as they are, but only so many of them. */
export class BoundedNames {
  readonly #known = new Set<string>();

  bound(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= MAX_NAMES) return OTHER;
    this.#known.add(name);
    return name;
  }
}

/** What is told of token clients and authorization servers, of which there may be any number. */
export interface Names {
  nameOf(client: string): string;
  describeServer(event: TokenRequestEvent): Attributes;
}

export function createNames(clientName?: (client: string) => string): Names {
  const clients = new BoundedNames();
  const servers = new BoundedNames();
  return {
    nameOf: (client) => clients.bound(clientName === undefined ? client : clientName(client)),
    describeServer({ serverAddress, serverPort }) {
      // With the port: tests have any number of servers on one address.
      if (servers.bound(`${serverAddress}:${serverPort}`) === OTHER)
        return { [ATTRIBUTE.serverAddress]: OTHER };
      return { [ATTRIBUTE.serverAddress]: serverAddress, [ATTRIBUTE.serverPort]: serverPort };
    },
  };
}

/** What an authorization server may say went wrong: RFC 6749 §5.2 and §4.1.2.1, RFC 8707 §2, RFC 9449 §5, RFC 7521 §4.2. */
const OAUTH_ERRORS: ReadonlySet<string> = new Set([
  "access_denied",
  "invalid_client",
  "invalid_dpop_proof",
  "invalid_grant",
  "invalid_request",
  "invalid_scope",
  "invalid_target",
  "server_error",
  "temporarily_unavailable",
  "unauthorized_client",
  "unsupported_grant_type",
  "use_dpop_nonce",
]);

/** What became of a request: nothing where it brought a token. */
export function describeOutcome({ error }: TokenRequestEvent): Attributes {
  if (error === undefined) return {};
  const { status, error: oauthError } = Object(error) as { status?: unknown; error?: unknown };
  return {
    [ATTRIBUTE.errorType]: nameError(describeCause(error)),
    ...(isStatus(status) && { [ATTRIBUTE.statusCode]: status }),
    ...(typeof oauthError === "string" && {
      [ATTRIBUTE.oauthError]: OAUTH_ERRORS.has(oauthError) ? oauthError : OTHER,
    }),
  };
}

/** The code or the name of an error, if it looks like one: what a store of the user's says may be anything. */
export function nameError(code: string): string {
  return /^([A-Z][A-Z0-9_]{1,63}|[A-Z][A-Za-z]{0,58}Error)$/.test(code) ? code : OTHER;
}

function isStatus(status: unknown): status is number {
  return Number.isInteger(status) && (status as number) >= 100 && (status as number) <= 599;
}
