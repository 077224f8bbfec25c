import { hash, randomUUID } from "node:crypto";
import { AccessToken } from "../access-token.ts";
import { invalidOption } from "../errors.ts";
import type { JsonWebKey } from "../private-key.ts";
import type { DpopAlgorithm, Signer } from "./signer.ts";

/** What one proof is for. */
export interface DpopProofFields {
  readonly method: string;
  /** As it is sent. Its query and fragment are left out of the proof; its path stays percent-encoded as it is. */
  readonly url: string;
  /** Epoch ms, by the server's clock where that is known. */
  readonly issuedAt: number;
  /** The token that goes with the proof, of which an {@link AccessToken} is hashed once; none to a token endpoint. */
  readonly accessToken?: string | AccessToken | undefined;
  /** The newest that the server gave. */
  readonly nonce?: string | undefined;
}

/** A private key that can only sign, and what servers may know of it. */
export interface ProofKey {
  readonly alg: DpopAlgorithm;
  readonly publicJwk: JsonWebKey;
  readonly sign: Signer;
}

/**
 * A private key that tokens are bound to, with what its proofs have in common. Frozen; the key itself can neither be
 * read from it nor shows when it is inspected or serialised.
 */
export class DpopKey {
  readonly alg: DpopAlgorithm;
  /** SHA-256, base64url: what a token bound to the key holds as `jkt` (RFC 7638, RFC 9449 §6.1). */
  readonly thumbprint: string;
  readonly #header: string;
  readonly #claims: object | undefined;
  readonly #sign: Signer;
  /** Of the last URL, as it was given and as it is to be written: most calls go where the one before went. */
  #server = { given: "", origin: "" };

  constructor({ alg, publicJwk, sign }: ProofKey, claims?: object) {
    this.alg = alg;
    // Just the members that RFC 7638 §3.2 requires, in the order of their names.
    const required = JSON.stringify(publicJwk, ["crv", "e", "kty", "n", "x", "y"]);
    this.thumbprint = hash("sha256", required, "base64url");
    this.#header = encode({ typ: "dpop+jwt", alg, jwk: JSON.parse(required) });
    this.#claims = claims;
    this.#sign = sign;
    Object.freeze(this);
  }

  /**
   * Builds a proof, for one request only: servers refuse one that they have seen.
   *
   * @returns the value of the `DPoP` field, at once unless the key is a CryptoKey that is not extractable
   * @throws {TypeError} `ERR_INVALID_OPTION` when the URL is not http or https
   * @see RFC 9449 §4.2
   */
  buildProof({ method, url, issuedAt, accessToken, nonce }: DpopProofFields): string | Promise<string> {
    const payload = {
      ...this.#claims,
      jti: randomUUID(),
      htm: method,
      htu: this.#buildHtu(url),
      iat: Math.floor(issuedAt / 1000),
      ath: accessToken === undefined ? undefined : hashOf(accessToken),
      nonce,
    };
    const input = `${this.#header}.${encode(payload)}`;
    const signature = this.#sign(input);
    if (typeof signature === "string") return `${input}.${signature}`;
    return signature.then((signature) => `${input}.${signature}`);
  }

  /** The URL class would rewrite the path: of that, servers may see another form than the one that is sent. */
  #buildHtu(url: string): string {
    const [, given, path] = /^(https?:\/\/[^/?#]*)([^?#]*)/i.exec(url) ?? [];
    if (given !== undefined && given !== this.#server.given) {
      this.#server = { given, origin: URL.parse(given)?.origin ?? "" };
    }
    const { origin } = this.#server;
    if (given === undefined || origin === "") {
      throw invalidOption("url", "must be absolute, and http or https, to be named in a DPoP proof");
    }
    return origin + (path || "/");
  }
}

function hashOf(accessToken: string | AccessToken): string {
  return typeof accessToken === "string"
    ? hash("sha256", accessToken, "base64url")
    : AccessToken.hashOf(accessToken);
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
