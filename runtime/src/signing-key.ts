import type { KeyObject, webcrypto } from "node:crypto";
import { types } from "node:util";
import { invalidOption } from "./errors.ts";
import { type JsonWebKey, type PrivateKey, readPrivateKey } from "./private-key.ts";

/** JWS algorithms (RFC 7518 §3.1, RFC 8037, RFC 9864) and what Web Crypto calls their keys. */
export const ALGORITHMS = {
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

/** What assertions may be signed with, by the names of RFC 7518 and RFC 8037. */
export type SigningAlgorithm = keyof typeof ALGORITHMS;

/** A private key that fits its algorithm. */
export interface SigningKey<Algorithm extends SigningAlgorithm = SigningAlgorithm> {
  readonly alg: Algorithm;
  readonly cryptoKey: webcrypto.CryptoKey;
  /**
   * Undefined where the CryptoKey is not extractable: such a key stays in the hands of Web Crypto, since `node:crypto`
   * has deprecated taking it (DEP0203, DEP0204).
   */
  readonly keyObject: KeyObject | undefined;
  /** The one of a JWK. */
  readonly kid: string | undefined;
}

type KeyAlgorithm = webcrypto.KeyAlgorithm &
  Partial<webcrypto.EcKeyAlgorithm & webcrypto.RsaHashedKeyAlgorithm>;

/**
 * Reads a private key and settles the algorithm that it signs with: the first that fits its kind and, where it is a
 * CryptoKey or a JWK that says so, its purpose.
 *
 * A CryptoKey is used as it is, and need not be extractable.
 *
 * @param algorithms - what servers take, the preferred one first
 * @throws {TypeError} `ERR_INVALID_OPTION` naming the option and what does not fit, never quoting the key
 */
export function readSigningKey<Algorithm extends SigningAlgorithm>(
  given: PrivateKey,
  algorithms: readonly Algorithm[],
  option: string,
): SigningKey<Algorithm> {
  const isSealed = types.isCryptoKey(given) && given.type === "private" && !given.extractable;
  const keyObject = isSealed ? undefined : readPrivateKey(given, option);
  const meant = algorithms.filter((alg) => isMeantFor(given, alg));
  for (const alg of meant) {
    const cryptoKey = types.isCryptoKey(given) ? given : toCryptoKey(keyObject as KeyObject, alg);
    if (cryptoKey === undefined) continue;
    assertLength(cryptoKey, option);
    const kid = isJwk(given) && typeof given["kid"] === "string" ? given["kid"] : undefined;
    return { alg, cryptoKey, keyObject, kid };
  }
  const expected = algorithms.map(describeKind).join(", or ");
  const own = meant.length === 0 ? describePurpose(given) : describeKeyObject(keyObject as KeyObject);
  throw invalidOption(option, `must be ${expected}, not ${own}`);
}

function isJwk(key: PrivateKey): key is JsonWebKey {
  return typeof key === "object" && !types.isCryptoKey(key) && !types.isKeyObject(key);
}

/** A CryptoKey is always for one algorithm, a JWK may be, and the other forms do not say. */
function isMeantFor(key: PrivateKey, alg: SigningAlgorithm): boolean {
  if (types.isCryptoKey(key)) {
    const expected: { name: string; namedCurve?: string; hash?: string } = ALGORITHMS[alg];
    const { name, namedCurve, hash } = key.algorithm as KeyAlgorithm;
    return name === expected.name && namedCurve === expected.namedCurve && hash?.name === expected.hash;
  }
  // EdDSA is the older name of Ed25519: RFC 9864 §2.2.
  const plain = (name: unknown) => (name === "EdDSA" ? "Ed25519" : name);
  return !isJwk(key) || key["alg"] === undefined || plain(key["alg"]) === plain(alg);
}

/** @returns undefined for a key of another kind; its error only says that they differ */
function toCryptoKey(key: KeyObject, alg: SigningAlgorithm): webcrypto.CryptoKey | undefined {
  try {
    return key.toCryptoKey(ALGORITHMS[alg], false, ["sign"]);
  } catch {
    return undefined;
  }
}

/** RFC 7518 §3.3, §3.5 */
function assertLength(key: webcrypto.CryptoKey, option: string): void {
  const { modulusLength = 2048 } = key.algorithm as KeyAlgorithm;
  if (modulusLength < 2048) throw invalidOption(option, `must have 2048 bits or more, not ${modulusLength}`);
}

function describeKind(alg: SigningAlgorithm): string {
  const { name, namedCurve }: { name: string; namedCurve?: string } = ALGORITHMS[alg];
  if (namedCurve !== undefined) return `an EC key on ${namedCurve} for ${alg}`;
  return `${name === "Ed25519" ? "an Ed25519" : "an RSA"} key for ${alg}`;
}

function describePurpose(key: PrivateKey): string {
  if (!types.isCryptoKey(key)) return "for what the alg of the JWK says";
  const { name, namedCurve, hash } = key.algorithm as KeyAlgorithm;
  return `a CryptoKey for ${[name, namedCurve ?? hash?.name].filter(Boolean).join(", ")}`;
}

function describeKeyObject({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  return `of kind ${[asymmetricKeyType, asymmetricKeyDetails?.namedCurve].filter(Boolean).join(" ")}`;
}
