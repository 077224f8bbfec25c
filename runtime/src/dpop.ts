import { createPublicKey, generateKeyPairSync, KeyObject, type webcrypto } from "node:crypto";
import { isDeepStrictEqual, types } from "node:util";
import { DpopKey } from "./dpop/key.ts";
import { createSigner, DPOP_ALGORITHMS, type DpopAlgorithm } from "./dpop/signer.ts";
import { invalidOption } from "./errors.ts";
import type { PrivateKey } from "./private-key.ts";
import { readSigningKey } from "./signing-key.ts";

export type { DpopProofFields } from "./dpop/key.ts";
export { type DpopProof, DpopProver, type DpopRequest } from "./dpop/prover.ts";
export { type DpopAlgorithm, DpopKey };

/** A key of yours that tokens are bound to, and how proofs are made with it. */
export interface DpopKeyOptions {
  /** EC P-256, Ed25519, or RSA of at least 2048 bits. A CryptoKey that is not extractable needs its pair. */
  readonly key: PrivateKey | webcrypto.CryptoKeyPair;
  /** Default: what the key says, if it is a JWK or CryptoKey; else PS256 for RSA, and for others what fits. */
  readonly alg?: DpopAlgorithm;
  /** More claims for each proof, where a server asks for them. They are copied, and must not replace those that it has. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

const OWN_CLAIMS = ["jti", "htm", "htu", "iat", "ath", "nonce"];

/**
 * Makes a key of yours one that tokens are bound to: whoever steals such a token can't use it without the key. Keep
 * to one key for as long as its tokens live.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when the key can't be read, is of another kind, or does not fit `alg`
 * @see RFC 9449
 */
export function dpopKey({ key, alg, claims }: DpopKeyOptions): DpopKey {
  if (alg !== undefined && !DPOP_ALGORITHMS.includes(alg)) {
    throw invalidOption("dpopKey: alg", `must be one of ${DPOP_ALGORITHMS.join(", ")}`);
  }
  const { privateKey, publicKey } = isPair(key) ? key : { privateKey: key };
  const signing = readSigningKey(privateKey, alg ? [alg] : DPOP_ALGORITHMS, "dpopKey: key");
  const shown = signing.keyObject
    ? createPublicKey(signing.keyObject)
    : readPublicKey(publicKey, signing.cryptoKey);
  const publicJwk = shown.export({ format: "jwk" });
  const sign = createSigner(signing);
  return new DpopKey({ alg: signing.alg, publicJwk, sign }, claims && copyClaims(claims));
}

/** Generates a key (ES256) that lives as long as the process; the tokens bound to it are of no use to another. */
export function generateDpopKey(): DpopKey {
  return dpopKey({ key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey });
}

function isPair(key: unknown): key is webcrypto.CryptoKeyPair {
  return typeof key === "object" && key !== null && "privateKey" in key;
}

/** What is not extractable does not give its public key either. */
function readPublicKey(key: webcrypto.CryptoKey | undefined, { algorithm }: webcrypto.CryptoKey): KeyObject {
  if (!types.isCryptoKey(key) || !key.extractable) {
    throw invalidOption(
      "dpopKey: key",
      "is a CryptoKey that is not extractable: pass its CryptoKeyPair, whose public key must be extractable, since each proof holds it",
    );
  }
  if (key.type !== "public" || !isDeepStrictEqual(key.algorithm, algorithm)) {
    throw invalidOption("dpopKey: key", "must be a pair: its publicKey does not belong to its privateKey");
  }
  return KeyObject.from(key);
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
