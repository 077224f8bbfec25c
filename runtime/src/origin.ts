import { invalidOption, TokenError } from "./errors.ts";

/** Hosts that plain http is for: this one, by the names that no proxy is asked to reach. */
export const LOOPBACK_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Parses a URL that a token or a secret may be sent to: https, or http for `localhost`, `127.0.0.1` and `[::1]`.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when it is no absolute URL, carries credentials, or is plain http
 * @see RFC 6749 §3.2 and RFC 6750 §5.3, which require TLS
 */
export function parseSecureUrl(value: string | URL, option: string): URL {
  const url = URL.canParse(String(value)) ? new URL(value) : undefined;
  if (url === undefined) throw invalidOption(option, "must be an absolute URL");
  if (url.username || url.password) throw invalidOption(option, "must not carry a user name or password");
  const secure =
    url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK_HOSTS.includes(url.hostname));
  if (!secure) {
    const rule = `must be https (http for localhost, 127.0.0.1 and [::1] only), not ${url.origin}`;
    throw invalidOption(option, rule);
  }
  return url;
}

/** @see RFC 6749 §3.2, which rules out a fragment */
export function parseEndpoint(value: string | URL, option: string): URL {
  const url = parseSecureUrl(value, option);
  if (url.hash !== "") throw invalidOption(option, "must have no fragment");
  return url;
}

/** @see RFC 8414 §2, which rules out query and fragment */
export function parseIssuer(value: string, option: string): URL {
  if (typeof value !== "string")
    throw invalidOption(option, "must be a string, exactly as the server writes it");
  return parseBaseUrl(value, option);
}

/** A URL that others are made from: a query or a fragment would be lost. */
export function parseBaseUrl(value: string | URL, option: string): URL {
  const url = parseSecureUrl(value, option);
  if (url.search !== "" || url.hash !== "") throw invalidOption(option, "must have no query and no fragment");
  return url;
}

/** The origins that a token may go to: that of the base URL, and those listed. */
export function parseOrigins(
  baseUrl: string | URL | undefined,
  allowedOrigins: readonly (string | URL)[] = [],
): ReadonlySet<string> {
  const origins = allowedOrigins.map((origin) => parseSecureUrl(origin, "allowedOrigins").origin);
  if (baseUrl !== undefined) origins.push(parseSecureUrl(baseUrl, "baseUrl").origin);
  if (origins.length === 0) {
    throw invalidOption("baseUrl or allowedOrigins", "is required: a token goes only to origins named here");
  }
  return new Set(origins);
}

/** @throws {TokenError} `ERR_ORIGIN_NOT_ALLOWED` when neither the client's token nor other credentials may go to this origin */
export function assertAllowed(origin: string, origins: ReadonlySet<string>, client: string): void {
  if (origins.has(origin)) return;
  const allowed = [...origins].join(", ");
  throw new TokenError(
    "ERR_ORIGIN_NOT_ALLOWED",
    `no token or credential of its calls may go to ${origin}; allowed by baseUrl and allowedOrigins: ${allowed}`,
    { client },
  );
}
