import { ClientSecretPost, None, TlsClientAuth } from "oauth4webapi";
import { buildRevision } from "./credential-revision.ts";
import { invalidOption } from "./errors.ts";
import { parseCredential } from "./text.ts";

/**
 * Completes a token request with who the client is, and what proves it. What it throws fails the request with
 * `ERR_CLIENT_ASSERTION_FAILED`, and nothing is sent.
 *
 * It is called for each request that is sent, a repeated one too: a server may refuse an assertion that it has seen.
 *
 * @param server - by the names of RFC 8414; `issuer` is the token endpoint where no issuer is known
 * @param client - its `client_id` is not in the form yet
 * @param body - the form, with grant and parameters
 * @param headers - those of the request
 */
export type AuthenticateClient = (
  server: { readonly issuer: string; readonly token_endpoint?: string },
  client: { readonly client_id: string },
  body: URLSearchParams,
  headers: Headers,
) => void | Promise<void>;

/** How a client proves to the authorization server who it is. The secret stays inside `authenticate`. */
export interface ClientAuthentication {
  /** Name of the method as registered with IANA, for instance `client_secret_basic`, or the type of an assertion. */
  readonly method: string;
  readonly authenticate: AuthenticateClient;
  /**
   * Changes when the credential does and tells nothing of it; valid in this process only. Absent where nothing can
   * be told, or where there is no credential.
   */
  readonly revision?: string;
}

/** A ready-made client assertion (RFC 7521 §4.2); a bare string is a JWT (RFC 7523 §2.2). */
export type ClientAssertion = string | TypedAssertion;

/** An assertion and its `client_assertion_type`. */
export interface TypedAssertion {
  readonly assertion: string;
  readonly type: string;
}

/** The type that a bare string implies (RFC 7523 §2.2). */
export const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * Authenticates with the `Authorization` field.
 *
 * @param options.encoding - `form` as the standard says, `raw` for servers that never decode; default `form`
 * @throws {TypeError} `ERR_INVALID_OPTION` when the secret is empty or has control characters
 * @see RFC 6749 §2.3.1
 */
export function clientSecretBasic(
  secret: string,
  options: { readonly encoding?: "form" | "raw" } = {},
): ClientAuthentication {
  parseCredential(secret, "clientSecretBasic: the secret");
  const { encoding = "form" } = options;
  if (encoding !== "form" && encoding !== "raw") {
    throw invalidOption("clientSecretBasic: encoding", 'must be "form" or "raw"');
  }
  const authenticate = sendBasic(secret, encoding === "raw" ? (text) => text : formEncode);
  const revision = buildRevision("client_secret_basic", encoding, secret);
  return Object.freeze({ method: "client_secret_basic", authenticate, revision });
}

/**
 * Authenticates with `client_id` and `client_secret` in the form.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when the secret is empty or has control characters
 * @see RFC 6749 §2.3.1
 */
export function clientSecretPost(secret: string): ClientAuthentication {
  parseCredential(secret, "clientSecretPost: the secret");
  const revision = buildRevision("client_secret_post", secret);
  return Object.freeze({ method: "client_secret_post", authenticate: ClientSecretPost(secret), revision });
}

/** Sends only `client_id`: for servers that know the client in another way. */
export function none(): ClientAuthentication {
  return Object.freeze({ method: "none", authenticate: None() });
}

/**
 * Authenticates with the certificate of the connection, which the server knows by its subject and issuer: the form
 * has only `client_id`. The certificate is the definition's `tls`.
 *
 * @see RFC 8705 §2.1
 */
export function tlsClientAuth(): ClientAuthentication {
  return Object.freeze({ method: "tls_client_auth", authenticate: TlsClientAuth() });
}

/**
 * Authenticates with the certificate of the connection, which is registered for the client itself: the form has only
 * `client_id`. The certificate is the definition's `tls`.
 *
 * @see RFC 8705 §2.2
 */
export function selfSignedTlsClientAuth(): ClientAuthentication {
  return Object.freeze({ method: "self_signed_tls_client_auth", authenticate: TlsClientAuth() });
}

/** Authenticates with an assertion that the caller made. */
export function presentAssertion({ assertion, type }: TypedAssertion): ClientAuthentication {
  const authenticate: AuthenticateClient = (_server, client, body) => {
    body.set("client_id", client.client_id);
    body.set("client_assertion_type", type);
    body.set("client_assertion", assertion);
  };
  return Object.freeze({ method: type, authenticate });
}

function sendBasic(secret: string, encode: (text: string) => string): AuthenticateClient {
  return (_server, client, _body, headers) => {
    const credentials = Buffer.from(`${encode(client.client_id)}:${encode(secret)}`).toString("base64");
    headers.set("authorization", `Basic ${credentials}`);
  };
}

/**
 * As RFC 6749 appendix B, but no more than WHATWG's form encoding does: oauth4webapi encodes `-`, `.` and `_` too, and
 * so many an id or secret that needs none of it is refused by servers that never decode.
 */
export function formEncode(text: string): string {
  return String(new URLSearchParams([["", text]])).slice(1);
}
