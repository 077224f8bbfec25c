import { constants, sign, subtle, type webcrypto } from "node:crypto";
import type { SigningKey } from "../signing-key.ts";

/** The cheapest first; of two for one kind of key, the one to prefer. */
export const DPOP_ALGORITHMS = ["ES256", "Ed25519", "PS256", "RS256"] as const;

/** What proofs may be signed with. */
export type DpopAlgorithm = (typeof DPOP_ALGORITHMS)[number];

/** Signs a text of ASCII; a promise where only Web Crypto may use the key. */
export type Signer = (input: string) => string | Promise<string>;

/** Creates what signs with a key, at once where `node:crypto` may use it. */
export function createSigner({ alg, keyObject, cryptoKey }: SigningKey<DpopAlgorithm>): Signer {
  if (keyObject === undefined) return createWebSigner(cryptoKey);
  if (alg === "ES256") {
    return (input) => concatenate(sign("sha256", ascii(input), keyObject)).toString("base64url");
  }
  const pss = { key: keyObject, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const digest = alg === "Ed25519" ? null : "sha256";
  // A key without options costs `sign` half as much as one with any (Node 24), hence none where it can be done.
  const used = alg === "PS256" ? pss : keyObject;
  return (input) => sign(digest, ascii(input), used).toString("base64url");
}

function createWebSigner(key: webcrypto.CryptoKey): Signer {
  // Each algorithm takes of it what it needs.
  const algorithm = { name: key.algorithm.name, hash: "SHA-256", saltLength: 32 };
  return async (input) => Buffer.from(await subtle.sign(algorithm, key, ascii(input))).toString("base64url");
}

function ascii(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

/**
 * Turns the signature that OpenSSL makes, a DER sequence of two integers, into the two at their full width.
 *
 * @see RFC 7518 §3.4
 */
export function concatenate(der: Buffer): Buffer {
  const [r, s] = [3, 3 + (der[3] as number) + 2];
  const joined = Buffer.alloc(64);
  copyInteger(der, r, joined, 32);
  copyInteger(der, s, joined, 64);
  return joined;
}

/** An integer of DER has a leading zero where it would read as negative, and else no more bytes than it needs. */
function copyInteger(der: Buffer, lengthAt: number, target: Buffer, end: number): void {
  const last = lengthAt + 1 + (der[lengthAt] as number);
  const first = Math.max(lengthAt + 1, last - 32);
  der.copy(target, end - (last - first), first, last);
}
