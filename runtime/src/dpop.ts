import { generateKeyPairSync, type webcrypto } from "node:crypto";
import { DpopKey } from "./dpop/key.ts";
import { type DpopAlgorithm, readSigningKey } from "./dpop/signing-key.ts";
import { invalidOption } from "./errors.ts";
import type { PrivateKey } from "./private-key.ts";

export type { DpopProofFields } from "./dpop/key.ts";
export {
  type DpopAnswer,
  type DpopProof,
  type DpopRequest,
  DpopServers,
  type DpopServersOptions,
} from "./dpop/servers.ts";
export { type DpopAlgorithm, DpopKey };

export interface DpopKeyOptions {
  /** EC P-256, Ed25519, or RSA of at least 2048 bits. A CryptoKey that is not extractable needs its pair. */
  readonly key: PrivateKey | webcrypto.CryptoKeyPair;
  /** Default: what the key says, if it is a JWK or CryptoKey; else PS256 for RSA, and for others what fits. */
  readonly alg?: DpopAlgorithm;
  /** More claims for each proof, where a server asks for them. They are copied. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

const OWN_CLAIMS = ["jti", "htm", "htu", "iat", "ath", "nonce"];

/**
 * Makes a key of yours one that tokens are bound to: whoever steals such a token can't use it without the key. Keep
 * to one key for as long as its tokens live.
 *
 * @param options.claims - must not replace those that a proof has anyway
 * @throws {TypeError} `ERR_INVALID_OPTION` when the key can't be read, is of another kind, or does not fit `alg`
 * @see RFC 9449
 */
export function dpopKey({ key, alg, claims }: DpopKeyOptions): DpopKey {
  return new DpopKey(readSigningKey(key, alg), claims && copyClaims(claims));
}

/** Generates a key (ES256) that lives as long as the process; the tokens bound to it are of no use to another. */
export function generateDpopKey(): DpopKey {
  return dpopKey({ key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey });
}

function copyClaims(claims: object): object {
  const copy = toJson(claims);
  if (typeof copy !== "object" || copy === null || Array.isArray(copy)) {
    throw invalidOption("dpopKey: claims", "must be an object that JSON can hold");
  }
  const replaced = OWN_CLAIMS.filter((name) => Object.hasOwn(copy, name));
  if (replaced.length > 0) {
    throw invalidOption(
      "dpopKey: claims",
      `must not replace ${replaced.join(", ")}, which each proof has of its own`,
    );
  }
  return copy;
}

function toJson(value: object): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return undefined; // Circular, or a bigint: as unfit as what is no object.
  }
}
