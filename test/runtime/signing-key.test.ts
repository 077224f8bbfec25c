import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { PrivateKey } from "../../runtime/src/private-key.ts";
import { readSigningKey, type SigningAlgorithm } from "../../runtime/src/signing-key.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const ec384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const rsa1024 = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
const rsaPss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;
const ed448 = generateKeyPairSync("ed448").privateKey;
const jwk = (key: KeyObject) => key.export({ format: "jwk" });
const spki = createPublicKey(ec).export({ type: "spki", format: "pem" }).toString();
const encrypted = ec
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "planted" })
  .toString();

const ES256 = { name: "ECDSA", namedCurve: "P-256" };
const ES384 = { name: "ECDSA", namedCurve: "P-384" };
const RS512 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" };
const ECDH = { name: "ECDH", namedCurve: "P-256" };

function toCryptoKey(
  key: KeyObject,
  algorithm: Parameters<KeyObject["toCryptoKey"]>[0],
  usage: "sign" | "verify" | "deriveBits" = "sign",
) {
  return key.toCryptoKey(algorithm, false, [usage]);
}

describe("readSigningKey", () => {
  test.each<[string, SigningAlgorithm, PrivateKey, RegExp]>([
    ["no key", "ES256", undefined as never, /variable/],
    ["no PEM", "ES256", "planted-key", /PEM/],
    ["an encrypted key", "ES256", encrypted, /encrypted/],
    ["a public key", "ES256", spki, /public/],
    ["a public CryptoKey", "ES256", toCryptoKey(createPublicKey(ec), ES256, "verify"), /public/],
    ["an EC key on another curve", "ES256", ec384, /an EC key on P-256 for ES256, not .* secp384r1/],
    ["an RSA key for ES256", "ES256", jwk(rsa), /an EC key on P-256 for ES256, not .* rsa/],
    ["an EC key for RS256", "RS256", ec, /an RSA key for RS256, not .* ec/],
    ["an EC key for EdDSA", "EdDSA", ec, /an Ed25519 key for EdDSA, not .* ec/],
    ["an Ed448 key", "EdDSA", ed448, /an Ed25519 key for EdDSA, not .* ed448/],
    ["a key for RSA-PSS alone", "PS256", rsaPss, /an RSA key for PS256, not .* rsa-pss/],
    ["a short RSA key", "RS256", rsa1024, /2048 bits/],
    ["a short RSA CryptoKey", "RS512", toCryptoKey(rsa1024, RS512), /2048 bits/],
    ["a CryptoKey on another curve", "ES256", toCryptoKey(ec384, ES384), /not .* ECDSA, P-384/],
    ["a CryptoKey of another hash", "RS256", toCryptoKey(rsa, RS512), /SHA-512/],
    ["a CryptoKey of another padding", "PS512", toCryptoKey(rsa, RS512), /PKCS1-v1_5/],
    ["a CryptoKey of another use", "ES256", toCryptoKey(ec, ECDH, "deriveBits"), /ECDH/],
    ["a JWK for another algorithm", "PS256", { ...jwk(rsa), alg: "RS256" }, /alg of the JWK/],
  ])("refuses %s for %s, which it does not quote", (_, alg, key, said) => {
    const read = () => readSigningKey(key, [alg], "privateKeyJwt: key");
    expect(read).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(read).toThrow(/^privateKeyJwt: key /);
    expect(read).toThrow(said);
    expect(read).not.toThrow(/planted/);
  });

  // RFC 9864 §2.2: one is the older name of the other.
  test.each([
    ["EdDSA", "Ed25519"],
    ["Ed25519", "EdDSA"],
  ] as const)("takes a JWK for %s as one for %s", (own, alg) => {
    const { cryptoKey, ...read } = readSigningKey({ ...jwk(ed), alg: own }, [alg], "key");
    expect([read.alg, cryptoKey.algorithm.name]).toEqual([alg, "Ed25519"]);
  });

  test("uses a CryptoKey as it is: one that cannot be extracted stays so", () => {
    const key = toCryptoKey(ec, ES256);
    const { cryptoKey, keyObject } = readSigningKey(key, ["ES256"], "key");
    expect(cryptoKey).toBe(key);
    expect(keyObject).toBeUndefined();
  });

  test.each<[string, PrivateKey, SigningAlgorithm]>([
    ["PS256 for RSA", rsa, "PS256"],
    ["RS512 for RSA whose JWK says so", { ...jwk(rsa), alg: "RS512" }, "RS512"],
    ["RS512 for a CryptoKey that is for it", toCryptoKey(rsa, RS512), "RS512"],
    ["ES384 for EC on its curve", jwk(ec384), "ES384"],
  ])("takes the first of several algorithms that fits: %s", (_, key, want) => {
    expect(readSigningKey(key, ["ES256", "ES384", "PS256", "RS512"], "key").alg).toBe(want);
  });

  test("names all algorithms that it may be when none fits", () => {
    const read = () => readSigningKey({ ...jwk(rsa), alg: "RS256" }, ["ES256", "PS256"], "dpopKey: key");
    expect(read).toThrow(/^dpopKey: key must be .* for ES256, or .* for PS256, not .* alg of the JWK/);
  });

  test("looks at the kind of a JWK too, whatever its alg says", () => {
    const read = () => readSigningKey({ ...jwk(rsa), alg: "ES256" }, ["ES256"], "key");
    expect(read).toThrow(/^key must be an EC key .* not of kind rsa/);
  });

  test("knows the kid of a JWK", () => {
    expect(readSigningKey({ ...jwk(ec), kid: "k1" }, ["ES256"], "key").kid).toBe("k1");
  });
});
