import { ClientSecretJwt, modifyAssertion, PrivateKeyJwt } from "oauth4webapi";
import type { AuthenticateClient, ClientAuthentication } from "./client-authentication.ts";
import { buildRevision } from "./credential-revision.ts";
import { invalidOption } from "./errors.ts";
import type { PrivateKey } from "./private-key.ts";
import { ALGORITHMS, readSigningKey, type SigningAlgorithm } from "./signing-key.ts";
import { parseCredential, parseText } from "./text.ts";

/** What an assertion says of whom it is for. */
export interface AssertionOptions {
  /** Its `aud`; default the issuer where one is known, else the token endpoint. Servers differ in what they take. */
  readonly audience?: string;
}

/** What assertions are signed with, and say. */
export interface PrivateKeyJwtOptions extends AssertionOptions {
  /** A function is called for each token request: keys rotate without a restart, with their `kid` if need be. */
  readonly key: PrivateKey | (() => PrivateKey | IdentifiedKey | Promise<PrivateKey | IdentifiedKey>);
  /** As registered for the client: `EdDSA` and `Ed25519` are names of the same, and servers may know but one. */
  readonly alg: SigningAlgorithm;
  /** Names the key where the server knows several; default that of a JWK. */
  readonly kid?: string;
}

/** A key of several, and which of them it is. */
export interface IdentifiedKey {
  readonly key: PrivateKey;
  readonly kid: string;
}

/**
 * Authenticates with a JWT that the client's private key signs, made anew for each token request.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when the key can't be read or does not fit `alg`; of a key that a function
 *   gives, the token request says so with `ERR_CLIENT_ASSERTION_FAILED`
 * @see RFC 7523 §2.2, OpenID Connect Core 1.0 §9
 */
export function privateKeyJwt(options: PrivateKeyJwtOptions): ClientAuthentication {
  const { key: source, alg, kid, audience } = options;
  if (!Object.hasOwn(ALGORITHMS, alg)) {
    throw invalidOption("privateKeyJwt: alg", `must be one of ${Object.keys(ALGORITHMS).join(", ")}`);
  }
  if (kid !== undefined) parseText(kid, "privateKeyJwt: kid");
  if (audience !== undefined) parseText(audience, "privateKeyJwt: audience");
  const read = (given: PrivateKey | IdentifiedKey) => {
    const identified = isIdentified(given) ? given : { key: given, kid };
    const signing = readSigningKey(identified.key, [alg], "privateKeyJwt: key");
    return { ...signing, kid: identified.kid ?? signing.kid };
  };
  const fixed = typeof source === "function" ? undefined : read(source);
  const authenticate: AuthenticateClient = async (server, client, body, headers) => {
    const get = source as () => PrivateKey | Promise<PrivateKey>;
    const { cryptoKey: key, kid } = fixed ?? read(await get());
    const signing = kid === undefined ? key : { key, kid };
    await PrivateKeyJwt(signing, modifying({ alg, audience }))(server, client, body, headers);
  };
  const text = fixed?.keyObject?.export({ type: "pkcs8", format: "der" }).toString("base64");
  const revision = buildRevision("private_key_jwt", alg, fixed?.kid ?? kid, audience, text);
  return Object.freeze({ method: "private_key_jwt", authenticate, revision });
}

/**
 * Authenticates with a JWT that the client's secret signs (HS256): the secret itself is not sent.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when the secret is empty or has control characters
 * @see RFC 7523 §2.2, OpenID Connect Core 1.0 §9
 */
export function clientSecretJwt(secret: string, options: AssertionOptions = {}): ClientAuthentication {
  const { audience } = options;
  parseCredential(secret, "clientSecretJwt: the secret");
  if (audience !== undefined) parseText(audience, "clientSecretJwt: audience");
  const authenticate = ClientSecretJwt(secret, modifying({ alg: "HS256", audience }));
  const revision = buildRevision("client_secret_jwt", audience, secret);
  return Object.freeze({ method: "client_secret_jwt", authenticate, revision });
}

/** oauth4webapi names an algorithm after its key, so never `EdDSA`, and addresses the issuer alone. */
function modifying({ alg, audience }: { readonly alg: string; readonly audience: string | undefined }) {
  return {
    [modifyAssertion](header: Record<string, unknown>, payload: Record<string, unknown>) {
      header["alg"] = alg;
      if (audience !== undefined) payload["aud"] = audience;
    },
  };
}

function isIdentified(given: PrivateKey | IdentifiedKey): given is IdentifiedKey {
  return typeof given === "object" && given !== null && "key" in given;
}
