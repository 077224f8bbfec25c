import {
  constants,
  createPublicKey,
  type JsonWebKey,
  KeyObject,
  sign,
  subtle,
  type webcrypto,
} from "node:crypto";
import { types } from "node:util";
import { invalidOption } from "../errors.ts";
import { type PrivateKey, readPrivateKey } from "../private-key.ts";

export type DpopAlgorithm = "ES256" | "PS256" | "RS256" | "Ed25519";

/** A private key that can only sign, and what servers may know of it. */
export interface SigningKey {
  readonly alg: DpopAlgorithm;
  /** Just the members that RFC 7638 §3.2 requires, in the order of their names. */
  readonly publicJwk: Readonly<Record<string, string>>;
  readonly sign: Signer;
}

/** Signs a text of ASCII; a promise where only Web Crypto may use the key. */
export type Signer = (input: string) => string | Promise<string>;

/**
 * Reads a key for DPoP proofs and settles its algorithm: the one given, else the one that the key is bound to, else
 * the first that fits.
 *
 * A key that is not extractable stays in the hands of Web Crypto, which signs asynchronously: `node:crypto` has
 * deprecated taking it (DEP0203, DEP0204). The public key can't be had of it either, so that it needs its pair.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` when the key can't be read or used, or the algorithm does not fit it
 */
export function readSigningKey(
  given: PrivateKey | webcrypto.CryptoKeyPair,
  givenAlg: DpopAlgorithm | undefined,
): SigningKey {
  const key = isPair(given) ? given.privateKey : given;
  if (types.isCryptoKey(key) && !key.extractable) {
    const publicKey = readPublicKey(isPair(given) ? given.publicKey : undefined);
    const alg = chooseAlgorithm(publicKey, boundAlgorithm(key), givenAlg);
    if (key.type !== "private")
      throw invalidOption("dpopKey: key", "must be private: what is given is public");
    return { alg, publicJwk: exportPublic(publicKey), sign: createWebSigner(alg, key) };
  }
  const privateKey = readPrivateKey(key, "dpopKey: key");
  const publicKey = createPublicKey(privateKey);
  const alg = chooseAlgorithm(publicKey, boundAlgorithm(key), givenAlg);
  return { alg, publicJwk: exportPublic(publicKey), sign: createSigner(alg, privateKey) };
}

function isPair(key: unknown): key is webcrypto.CryptoKeyPair {
  return typeof key === "object" && key !== null && "privateKey" in key;
}

function readPublicKey(key: webcrypto.CryptoKey | undefined): KeyObject {
  if (types.isCryptoKey(key) && key.extractable) return KeyObject.from(key);
  throw invalidOption(
    "dpopKey: key",
    "is a CryptoKey that is not extractable: pass its CryptoKeyPair, whose public key must be extractable, since each proof holds it",
  );
}

/** What the key's owner means it for; undefined where the form that it is given in does not say. */
function boundAlgorithm(key: PrivateKey): string | undefined {
  if (types.isCryptoKey(key)) return cryptoKeyAlgorithm(key.algorithm);
  if (typeof key === "string" || types.isKeyObject(key)) return undefined;
  const { alg } = key as JsonWebKey;
  return alg === "EdDSA" ? "Ed25519" : (alg as string | undefined); // Its older name (RFC 9864 §2.2).
}

function cryptoKeyAlgorithm(algorithm: webcrypto.KeyAlgorithm): string {
  const { name, hash, namedCurve } = algorithm as webcrypto.RsaHashedKeyAlgorithm & webcrypto.EcKeyAlgorithm;
  const names: Record<string, DpopAlgorithm> = {
    "ECDSA P-256": "ES256",
    "RSA-PSS SHA-256": "PS256",
    "RSASSA-PKCS1-v1_5 SHA-256": "RS256",
    Ed25519: "Ed25519",
  };
  const described = [name, hash?.name ?? namedCurve].filter((part) => part !== undefined).join(" ");
  return names[described] ?? described;
}

function chooseAlgorithm(
  key: KeyObject,
  bound: string | undefined,
  given: DpopAlgorithm | undefined,
): DpopAlgorithm {
  const fitting = listAlgorithms(key);
  if (fitting[0] === undefined) {
    throw invalidOption("dpopKey: key", "must be EC P-256, Ed25519, or RSA of at least 2048 bits");
  }
  const alg = fitting.find((name) => name === (bound ?? given ?? fitting[0]));
  const rule = `must be ${fitting.join(" or ")} with a key of this kind`;
  if (alg === undefined) {
    throw bound === undefined
      ? invalidOption("dpopKey: alg", rule)
      : invalidOption("dpopKey: key", `is bound to ${bound}, which ${rule}`);
  }
  if (given !== undefined && given !== alg) {
    throw invalidOption("dpopKey: alg", `must be ${alg}, which the key is bound to`);
  }
  return alg;
}

/** The preferred one first. */
function listAlgorithms({ asymmetricKeyType: type, asymmetricKeyDetails = {} }: KeyObject): DpopAlgorithm[] {
  const { namedCurve, modulusLength = 0 } = asymmetricKeyDetails;
  if (type === "ec" && namedCurve === "prime256v1") return ["ES256"];
  if (type === "ed25519") return ["Ed25519"];
  if (type === "rsa" && modulusLength >= 2048) return ["PS256", "RS256"];
  return [];
}

function exportPublic(key: KeyObject): Record<string, string> {
  const jwk = key.export({ format: "jwk" }) as Record<string, string | undefined>;
  const members = ["crv", "e", "kty", "n", "x", "y"].map((name) => [name, jwk[name]] as const);
  return Object.fromEntries(members.filter((member): member is [string, string] => member[1] !== undefined));
}

/** A key without options costs `sign` half as much as one with any (Node 24), hence none where it can be done. */
function createSigner(alg: DpopAlgorithm, key: KeyObject): Signer {
  if (alg === "ES256") return (input) => concatenate(sign("sha256", ascii(input), key)).toString("base64url");
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const digest = alg === "Ed25519" ? null : "sha256";
  const used = alg === "PS256" ? pss : key;
  return (input) => sign(digest, ascii(input), used).toString("base64url");
}

function createWebSigner(alg: DpopAlgorithm, key: webcrypto.CryptoKey): Signer {
  const { name } = key.algorithm;
  const algorithm = {
    ES256: { name, hash: "SHA-256" },
    PS256: { name, saltLength: 32 },
    RS256: name,
    Ed25519: name,
  };
  return async (input) => {
    return Buffer.from(await subtle.sign(algorithm[alg], key, ascii(input))).toString("base64url");
  };
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
