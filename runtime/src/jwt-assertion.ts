import type { webcrypto } from "node:crypto";
import { types } from "node:util";
import {
  type ClientAuth,
  ClientSecretJwt,
  type ModifyAssertionOptions,
  modifyAssertion,
  PrivateKeyJwt,
} from "oauth4webapi";
import type { ClientAuthentication } from "./client-authentication.ts";
import { invalidOption } from "./errors.ts";
import { type PrivateKey, readPrivateKey } from "./private-key.ts";

export interface AssertionOptions {
  /** Its `aud`; default the issuer where one is known, else the token endpoint. Servers differ in what they take. */
  readonly audience?: string;
}

export interface PrivateKeyJwtOptions extends AssertionOptions {
  /** A function is called for each token request: keys rotate without a restart. */
  readonly key: PrivateKey | (() => PrivateKey | Promise<PrivateKey>);
  readonly alg: keyof typeof ALGORITHMS;
  /** Names the key where the server knows several. */
  readonly kid?: string;
}

const ALGORITHMS = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  ES384: { name: "ECDSA", namedCurve: "P-384" },
  ES512: { name: "ECDSA", namedCurve: "P-521" },
  PS256: { name: "RSA-PSS", hash: "SHA-256" },
  PS384: { name: "RSA-PSS", hash: "SHA-384" },
  PS512: { name: "RSA-PSS", hash: "SHA-512" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  RS384: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-384" },
  RS512: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" },
  EdDSA: { name: "Ed25519" },
  Ed25519: { name: "Ed25519" },
} as const;

/**
 * Authenticates with a JWT that the client's private key signs, made anew for each token request.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when the key can't be read or does not fit `alg`; of a key that a function
 *   gives, the token request says so with `ERR_CLIENT_ASSERTION_FAILED`
 * @see RFC 7523 §2.2, OpenID Connect Core 1.0 §9
 */
export function privateKeyJwt(options: PrivateKeyJwtOptions): ClientAuthentication {
  const { key, alg, kid } = options;
  if (!Object.hasOwn(ALGORITHMS, alg)) {
    throw invalidOption("privateKeyJwt: alg", `must be one of ${Object.keys(ALGORITHMS).join(", ")}`);
  }
  const given = typeof key === "function" ? undefined : importKey(key, alg);
  const authenticate: ClientAuth = async (server, client, body, headers) => {
    const signing = given ?? importKey(await (key as () => PrivateKey | Promise<PrivateKey>)(), alg);
    const named = kid === undefined ? signing : { key: signing, kid };
    await PrivateKeyJwt(named, assertionOptions(options))(server, client, body, headers);
  };
  return Object.freeze({ method: "private_key_jwt", authenticate });
}

/**
 * Authenticates with a JWT that the client's secret signs (HS256): the secret itself is not sent.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when the secret is empty
 * @see RFC 7523 §2.2, OpenID Connect Core 1.0 §9
 */
export function clientSecretJwt(secret: string, options: AssertionOptions = {}): ClientAuthentication {
  if (typeof secret !== "string" || secret === "") {
    throw invalidOption("clientSecretJwt: the secret", "must be a non-empty string (is its variable set?)");
  }
  const authenticate = ClientSecretJwt(secret, assertionOptions(options));
  return Object.freeze({ method: "client_secret_jwt", authenticate });
}

function assertionOptions({ audience }: AssertionOptions): ModifyAssertionOptions {
  if (audience === undefined) return {};
  return {
    [modifyAssertion](_header, payload) {
      payload["aud"] = audience;
    },
  };
}

function importKey(key: PrivateKey, alg: keyof typeof ALGORITHMS): webcrypto.CryptoKey {
  if (types.isCryptoKey(key)) return key;
  const read = readPrivateKey(key, "privateKeyJwt: key");
  try {
    return read.toCryptoKey(ALGORITHMS[alg], false, ["sign"]);
  } catch {
    // Its error only says that the kinds differ.
    throw invalidOption("privateKeyJwt: key", `must be a private key for ${alg}`);
  }
}
