import type { KeyObject, webcrypto } from "node:crypto";
import { types } from "node:util";
import { buildRevision } from "../credential-revision.ts";
import { invalidOption } from "../errors.ts";
import { type PrivateKey, readPrivateKey } from "../private-key.ts";

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

export type SigningAlgorithm = keyof typeof ALGORITHMS;

/** A private key that fits its algorithm. */
export interface SigningKey {
  readonly key: webcrypto.CryptoKey;
  /** The one of a JWK. */
  readonly kid: string | undefined;
  /** Changes with the key and tells nothing of it; undefined for a CryptoKey that keeps it to itself. */
  readonly revision: string | undefined;
}

type KeyAlgorithm = webcrypto.KeyAlgorithm &
  Partial<webcrypto.EcKeyAlgorithm & webcrypto.RsaHashedKeyAlgorithm>;

/**
 * Reads a private key and checks that it may sign with an algorithm.
 *
 * A CryptoKey is used as it is, and need not be extractable.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` naming the option and what does not fit, never quoting the key
 */
export function readSigningKey(given: PrivateKey, alg: SigningAlgorithm, option: string): SigningKey {
  const isSealed = types.isCryptoKey(given) && given.type === "private" && !given.extractable;
  const read = isSealed ? undefined : readPrivateKey(given, option);
  const jwk = isJwk(given) ? given : {};
  assertSameAlgorithm(jwk["alg"], alg, option);
  const key = types.isCryptoKey(given) ? given : importKey(read as KeyObject, alg, option);
  assertFits(key, alg, option);
  return {
    key,
    kid: typeof jwk["kid"] === "string" ? jwk["kid"] : undefined,
    revision: read && buildRevision(read.export({ type: "pkcs8", format: "der" }).toString("base64")),
  };
}

function isJwk(key: PrivateKey): key is Extract<PrivateKey, { kty?: string }> {
  return typeof key === "object" && !types.isCryptoKey(key) && !types.isKeyObject(key);
}

function importKey(key: KeyObject, alg: SigningAlgorithm, option: string): webcrypto.CryptoKey {
  try {
    return key.toCryptoKey(ALGORITHMS[alg], false, ["sign"]);
  } catch {
    // Its error only says that they differ.
    const { asymmetricKeyType = "unknown", asymmetricKeyDetails: { namedCurve = "" } = {} } = key;
    const kind = `${asymmetricKeyType} ${namedCurve}`.trim();
    throw invalidOption(option, `must be ${describeKind(alg)} for ${alg}, not of kind ${kind}`);
  }
}

function assertSameAlgorithm(own: unknown, alg: SigningAlgorithm, option: string): void {
  // EdDSA is the older name of Ed25519: RFC 9864 §2.2.
  const plain = (name: unknown) => (name === "EdDSA" ? "Ed25519" : name);
  if (own !== undefined && plain(own) !== plain(alg)) {
    throw invalidOption(option, `must be for ${alg}: the alg of the JWK is another one`);
  }
}

function assertFits(key: webcrypto.CryptoKey, alg: SigningAlgorithm, option: string): void {
  const expected: { name: string; namedCurve?: string; hash?: string } = ALGORITHMS[alg];
  const { name, namedCurve, hash, modulusLength = 2048 } = key.algorithm as KeyAlgorithm;
  if (name !== expected.name || namedCurve !== expected.namedCurve || hash?.name !== expected.hash) {
    const own = [name, namedCurve ?? hash?.name].filter(Boolean).join(", ");
    throw invalidOption(option, `must be ${describeKind(alg)} for ${alg}, not a CryptoKey for ${own}`);
  }
  // RFC 7518 §3.3, §3.5
  if (modulusLength < 2048) throw invalidOption(option, `must have 2048 bits or more, not ${modulusLength}`);
}

function describeKind(alg: SigningAlgorithm): string {
  const expected: { name: string; namedCurve?: string } = ALGORITHMS[alg];
  if (expected.namedCurve !== undefined) return `an EC key on ${expected.namedCurve}`;
  return expected.name === "Ed25519" ? "an Ed25519 key" : "an RSA key";
}
