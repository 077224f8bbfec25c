import { describeCause } from "./errors.ts";

interface Advice {
  /** What an error or one of its causes is called, or says. */
  readonly sign: RegExp;
  readonly advice: string;
  /** Somebody has to change something first: it does not pass by itself. */
  readonly isLasting?: true;
}

/**
 * What to do about a connection that failed, to an authorization server or to an API. The first that fits counts: a
 * proxy's trouble has the server's trouble as its cause.
 */
const ADVICE: readonly Advice[] = [
  {
    sign: /^UND_ERR_PRX|^UND_ERR_SOCKS|Proxy response|Proxy Authentication|^proxy authentication required$/,
    advice:
      "its proxy refused, as the cause says: check the proxy's address and credentials, and whether it lets this host through",
  },
  {
    sign: /^(ENOENT|EISDIR)$/,
    advice: "a file that was to be sent can't be read, as the cause says: check its path",
    isLasting: true,
  },
  { sign: /^ENOTFOUND$/, advice: "no such host is known: check the host name, and this machine's DNS" },
  {
    sign: /^EAI_AGAIN$/,
    advice: "the host name could not be looked up: check this machine's DNS and network",
  },
  {
    sign: /^ECONNREFUSED$/,
    advice: "nothing listens there, or at its proxy: check host and port, and whether the server is running",
  },
  {
    sign: /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    advice:
      "it does not answer: check the address and the network, a firewall, and whether it takes a proxy to get there",
  },
  {
    sign: /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/,
    advice: "it took longer than its dispatcher waits: see the dispatcher's headersTimeout and bodyTimeout",
  },
  {
    sign: /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/,
    advice:
      "its certificate is self-signed: if it is to be trusted, give tls.ca of the token client, or NODE_EXTRA_CA_CERTS",
    isLasting: true,
  },
  {
    sign: /^(UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_UNTRUSTED|INVALID_CA)$/,
    advice:
      "its certificate is of an issuer that this machine does not know: give tls.ca of the token client, or NODE_EXTRA_CA_CERTS",
    isLasting: true,
  },
  {
    sign: /^CERT_SIGNATURE_FAILURE$/,
    advice:
      "its certificate is signed by another CA of the same name: tls.ca of the token client, or NODE_EXTRA_CA_CERTS, is not the CA that signed it",
    isLasting: true,
  },
  {
    sign: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    advice:
      "its certificate is not valid at this time: it is the server's to renew, unless this machine's clock is wrong",
    isLasting: true,
  },
  {
    sign: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    advice:
      "its certificate is for another host name: check the address; the one in the certificate may be the right one",
    isLasting: true,
  },
  { sign: /^CERT_[A-Z_]+$/, advice: "its certificate is refused, as the cause says", isLasting: true },
  {
    sign: /^ERR_SSL_.*ALERT_INTERNAL_ERROR$/,
    advice: "it broke off the TLS handshake for trouble of its own: check the host name, or ask who runs it",
  },
  {
    sign: /^ERR_SSL_.*ALERT/,
    advice:
      "it broke off the TLS handshake: it may want a client certificate, or another one; check cert and key of the token client's tls",
    isLasting: true,
  },
  {
    sign: /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    advice: "it does not speak TLS: check scheme and port of the address",
    isLasting: true,
  },
  {
    sign: /^HTTPParserError$|^HPE_/,
    advice: "what answers there does not speak HTTP as it should: check scheme and port of the address",
  },
  {
    sign: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    advice:
      "the connection was closed before the answer was complete: by a firewall or proxy, or by a server that wants a client certificate (tls of the token client)",
  },
  {
    sign: /^UND_ERR_(DESTROYED|CLOSED)$/,
    advice: "its dispatcher is closed: close it after the last call, and after the token manager",
  },
  {
    sign: /^UND_ERR_INVALID_ARG$/,
    advice: "its dispatcher refuses the request: one of your own must be of undici 8",
    isLasting: true,
  },
  {
    sign: /^bad port$/,
    advice: "fetch connects to no port that is another protocol's: choose another",
    isLasting: true,
  },
];

/** Why there is no answer, in words that are safe to print. */
export interface ConnectionFailure {
  /** A code where there is one: `ENOTFOUND`. */
  readonly what: string;
  /** What to do; undefined where nothing is known of such a failure. */
  readonly advice: string | undefined;
}

/** Says what is known of the error with which a connection failed: of it, or of one of its causes. */
export function explainFailure(error: unknown): ConnectionFailure {
  const found = findAdvice(error);
  return { what: describeCause(found?.link ?? error), advice: found?.advice };
}

/** Whether another attempt would fail likewise, until somebody has changed something. */
export function isLasting(error: unknown): boolean {
  return findAdvice(error)?.isLasting === true;
}

interface Link {
  readonly code?: unknown;
  readonly name: string;
  readonly message: string;
  readonly cause?: unknown;
}

function findAdvice(error: unknown): (Advice & { readonly link: Link }) | undefined {
  const chain = listChain(error);
  for (const advice of ADVICE) {
    const link = chain.find((link) => fits(link, advice.sign));
    if (link !== undefined) return { ...advice, link };
  }
  return undefined;
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
