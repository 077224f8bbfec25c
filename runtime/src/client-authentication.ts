import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from "oauth4webapi";
import { invalidOption } from "./errors.ts";

/** How a client proves to the authorization server who it is. The secret stays inside `authenticate`. */
export interface ClientAuthentication {
  /** Name of the method as registered with IANA, for instance `client_secret_basic`. */
  readonly method: string;
  readonly authenticate: ClientAuth;
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
 * @throws {TypeError} `ERR_INVALID_OPTION` when the secret is empty
 * @see RFC 6749 §2.3.1
 */
export function clientSecretBasic(
  secret: string,
  options: { readonly encoding?: "form" | "raw" } = {},
): ClientAuthentication {
  assertSecret(secret, "clientSecretBasic");
  const { encoding = "form" } = options;
  if (encoding !== "form" && encoding !== "raw") {
    throw invalidOption("clientSecretBasic: encoding", 'must be "form" or "raw"');
  }
  const authenticate = encoding === "raw" ? rawBasic(secret) : ClientSecretBasic(secret);
  return Object.freeze({ method: "client_secret_basic", authenticate });
}

/**
 * Authenticates with `client_id` and `client_secret` in the form.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when the secret is empty
 * @see RFC 6749 §2.3.1
 */
export function clientSecretPost(secret: string): ClientAuthentication {
  assertSecret(secret, "clientSecretPost");
  return Object.freeze({ method: "client_secret_post", authenticate: ClientSecretPost(secret) });
}

/** Sends only `client_id`: for servers that know the client in another way. */
export function none(): ClientAuthentication {
  return Object.freeze({ method: "none", authenticate: None() });
}

/** Authenticates with an assertion that the caller made. */
export function presentAssertion({ assertion, type }: TypedAssertion): ClientAuthentication {
  const authenticate: ClientAuth = (_server, client, body) => {
    body.set("client_id", client.client_id);
    body.set("client_assertion_type", type);
    body.set("client_assertion", assertion);
  };
  return Object.freeze({ method: type, authenticate });
}

function rawBasic(secret: string): ClientAuth {
  return (_server, client, _body, headers) => {
    const credentials = Buffer.from(`${client.client_id}:${secret}`).toString("base64");
    headers.set("authorization", `Basic ${credentials}`);
  };
}

function assertSecret(secret: unknown, caller: string): void {
  if (typeof secret !== "string" || secret === "") {
    throw invalidOption(`${caller}: the secret`, "must be a non-empty string (is its variable set?)");
  }
}
