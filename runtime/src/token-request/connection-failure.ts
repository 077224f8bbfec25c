import { copyCause, describeCause, isInvalidOption, omitQuery, TokenError } from "../errors.ts";

/**
 * What to do about a connection that failed, by what its error or one of its causes is called or says. The first that
 * fits counts: a proxy's trouble has the server's trouble as its cause.
 */
const ADVICE: readonly (readonly [sign: RegExp, advice: string])[] = [
  [
    /^UND_ERR_PRX|^UND_ERR_SOCKS|Proxy response|Proxy Authentication/,
    "its proxy refused, as the cause says: check the proxy's address and credentials, and whether it lets this host through",
  ],
  [/^ENOTFOUND$/, "no such host is known: check the host name, and this machine's DNS"],
  [/^EAI_AGAIN$/, "the host name could not be looked up: check this machine's DNS and network"],
  [
    /^ECONNREFUSED$/,
    "nothing listens there, or at its proxy: check host and port, and whether the server is running",
  ],
  [
    /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    "it does not answer: check the address and the network, a firewall, and whether it takes a proxy to get there",
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/,
    "its certificate is self-signed: give tls.ca or NODE_EXTRA_CA_CERTS if it is to be trusted",
  ],
  [
    /^(UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_UNTRUSTED|INVALID_CA)$/,
    "its certificate is of an issuer that this machine does not know: give tls.ca or NODE_EXTRA_CA_CERTS",
  ],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    "its certificate is not valid at this time: it is the server's to renew, unless this machine's clock is wrong",
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "its certificate is for another host name: check the address; the one in the certificate may be the right one",
  ],
  [
    /^ERR_SSL_.*ALERT/,
    "it broke off the TLS handshake: it may want a client certificate, or another one; check cert and key of tls",
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    "it does not speak TLS: check scheme and port of the address",
  ],
  [
    /^HTTPParserError$|^HPE_/,
    "what answers there does not speak HTTP as it should: check scheme and port of the address",
  ],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    "the connection was closed before the answer was complete: by a firewall or proxy, or by a server that wants a client certificate (tls)",
  ],
  [/^UND_ERR_(DESTROYED|CLOSED)$/, "its dispatcher is closed: close it after the token manager"],
];

const OTHERWISE = "check the address and the network";

/**
 * Turns what was thrown for want of an answer into a TokenError; passes on what is one, or is the caller's mistake.
 *
 * @param error - what fetch threw, or reading the body did
 * @param address - where the request went
 */
export function toTokenError(error: unknown, address: string, client: string): Error {
  if (error instanceof TokenError || isInvalidOption(error)) return error;
  const chain = listChain(error);
  const [sign, advice] = ADVICE.find(([sign]) => chain.some((link) => fits(link, sign))) ?? [/^$/, OTHERWISE];
  // undici's fetch hides what happened in the cause of its "fetch failed".
  const cause = copyCause(error instanceof TypeError && error.cause instanceof Error ? error.cause : error);
  const what = describeCause(chain.find((link) => fits(link, sign)) ?? cause);
  return new TokenError(
    "ERR_TOKEN_ENDPOINT_UNREACHABLE",
    `could not reach ${omitQuery(address)} (${what}); ${advice}`,
    { client, cause },
  );
}

interface Link {
  readonly code?: unknown;
  readonly name: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** The error, its cause, that one's cause and so on. */
function listChain(error: unknown): Link[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return [error, ...listChain(inner)];
}

function fits({ code, name, message }: Link, sign: RegExp): boolean {
  return [code, name, message].some((text) => sign.test(String(text)));
}
