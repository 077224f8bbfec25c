import { createPublicKey, generateKeyPairSync, type KeyObject, type webcrypto } from "node:crypto";
import { calculateJwkThumbprint, decodeJwt, EmbeddedJWK, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import {
  type DpopAlgorithm,
  type DpopKeyOptions,
  type DpopProofFields,
  dpopKey,
  generateDpopKey,
} from "../../runtime/src/dpop.ts";
import { atEnd } from "../support/disposal.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;
const keys = { ES256: ec, PS256: rsa, RS256: rsa, Ed25519: ed };

const webAlgorithms = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  PS256: { name: "RSA-PSS", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  Ed25519: { name: "Ed25519" },
};

const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const jwk = (key: KeyObject) => key.export({ format: "jwk" });
const publicJwk = (key: KeyObject) => createPublicKey(key).export({ format: "jwk" });

function cryptoKey(alg: DpopAlgorithm, extractable = true): webcrypto.CryptoKey {
  return keys[alg].toCryptoKey(webAlgorithms[alg], extractable, ["sign"]);
}

function cryptoKeyPair(alg: DpopAlgorithm, extractable = false): webcrypto.CryptoKeyPair {
  const publicKey = createPublicKey(keys[alg]).toCryptoKey(webAlgorithms[alg], true, ["verify"]);
  return { privateKey: cryptoKey(alg, extractable), publicKey };
}

const publicOf = (alg: DpopAlgorithm) => ({ publicKey: cryptoKeyPair(alg).publicKey });

/** A public key that can't be had of its CryptoKey. */
const sealedPublic = createPublicKey(ec).toCryptoKey(webAlgorithms.ES256, false, ["verify"]);

const now = Date.parse("2026-03-01T12:00:00.700Z");
const fields: DpopProofFields = { method: "POST", url: "https://api.example/items", issuedAt: now };

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

describe("dpopKey", () => {
  test.each(
    (Object.keys(keys) as DpopAlgorithm[]).flatMap((alg): [DpopAlgorithm, string, DpopKeyOptions][] => [
      [alg, "a JWK", { key: jwk(keys[alg]), alg }],
      [alg, "a JWK that says so", { key: { ...jwk(keys[alg]), alg } }],
      [alg, "PEM", { key: pem(keys[alg]), alg }],
      [alg, "a KeyObject", { key: keys[alg], alg }],
      [alg, "a CryptoKey", { key: cryptoKey(alg) }],
      [alg, "a CryptoKeyPair", { key: cryptoKeyPair(alg, true) }],
      [alg, "a CryptoKeyPair that is not extractable", { key: cryptoKeyPair(alg) }],
    ]),
  )("signs %s with a key given as %s", async (alg, _, options) => {
    const key = dpopKey(options);
    const proof = await key.buildProof(fields);
    const { protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: "dpop+jwt",
      algorithms: [alg],
      currentDate: new Date(now),
    });
    expect(protectedHeader).toEqual({ typ: "dpop+jwt", alg, jwk: publicJwk(keys[alg]) });
    expect(key).toMatchObject({ alg, thumbprint: await calculateJwkThumbprint(publicJwk(keys[alg])) });
  });

  test.each<[string, DpopKeyOptions, DpopAlgorithm]>([
    ["EC P-256", { key: ec }, "ES256"],
    ["Ed25519", { key: ed }, "Ed25519"],
    ["Ed25519 whose JWK names it as it was called before", { key: { ...jwk(ed), alg: "EdDSA" } }, "Ed25519"],
    ["RSA", { key: rsa }, "PS256"],
    ["RSA whose JWK says RS256", { key: { ...jwk(rsa), alg: "RS256" } }, "RS256"],
    ["RSA as a CryptoKey of RS256", { key: cryptoKey("RS256") }, "RS256"],
  ])("takes the algorithm from the key: %s", (_, options, want) => {
    expect(dpopKey(options).alg).toBe(want);
  });

  test.each<[string, string, DpopKeyOptions]>([
    ["no key", "key", { key: undefined as never }],
    ["a text that is no PEM", "key", { key: "planted-key" }],
    ["a public key", "key", { key: publicJwk(ec) }],
    ["another curve", "key", { key: generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey }],
    ["Ed448", "key", { key: generateKeyPairSync("ed448").privateKey }],
    ["a short RSA key", "key", { key: generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey }],
    ["a JWK for something else", "key", { key: { ...jwk(rsa), alg: "RS512" } }],
    ["a CryptoKey with another digest", "key", { key: rsa.toCryptoKey(rsaPss512, true, ["sign"]) }],
    ["a CryptoKey for something else", "key", { key: ec.toCryptoKey(ecdh, true, ["deriveBits"]) }],
    ["a pair without its private key", "key", { key: { privateKey: undefined } as never }],
    ["a pair of two public keys", "key", { key: { ...cryptoKeyPair("ES256"), privateKey: sealedPublic } }],
    [
      "a pair of two private keys",
      "key",
      { key: { ...cryptoKeyPair("ES256"), publicKey: cryptoKey("ES256") } },
    ],
    ["a pair of two kinds", "key", { key: { ...cryptoKeyPair("RS256"), ...publicOf("ES256") } }],
    ["a pair for two purposes", "key", { key: { ...cryptoKeyPair("RS256"), ...publicOf("PS256") } }],
    ["an algorithm of another kind of key", "key", { key: ec, alg: "PS256" }],
    ["an unknown algorithm", "alg", { key: rsa, alg: "HS256" as never }],
    ["another algorithm than its JWK says", "key", { key: { ...jwk(rsa), alg: "PS256" }, alg: "RS256" }],
    ["another algorithm than its CryptoKey's", "key", { key: cryptoKeyPair("PS256"), alg: "RS256" }],
  ])("is refused with %s", (_, option, options) => {
    expect(() => dpopKey(options)).toThrow(invalidOption);
    expect(() => dpopKey(options)).toThrow(new RegExp(`^dpopKey: ${option} `));
    expect(() => dpopKey(options)).not.toThrow(/planted/);
  });

  test("asks for the pair of a CryptoKey that is not extractable, with a public key that is", () => {
    const { privateKey } = cryptoKeyPair("ES256");
    for (const key of [privateKey, { privateKey, publicKey: sealedPublic }]) {
      expect(() => dpopKey({ key })).toThrow(invalidOption);
      expect(() => dpopKey({ key })).toThrow(/CryptoKeyPair/);
    }
  });

  test.each([true, false])(
    "has Node warn of nothing, with a CryptoKey extractable: %s",
    async (extractable) => {
      const warnings: Error[] = [];
      const record = (warning: Error) => void warnings.push(warning);
      process.on("warning", record);
      atEnd(() => process.off("warning", record));
      await dpopKey({ key: cryptoKeyPair("ES256", extractable) }).buildProof(fields);
      await new Promise(setImmediate); // Warnings are told in the next turn.
      expect(warnings).toEqual([]);
    },
  );

  test("adds claims, as they were when it was made", async () => {
    const claims = { client: "worker", roles: ["reader"] };
    const key = dpopKey({ key: ec, claims });
    claims.roles.push("planted");
    expect(decodeJwt(await key.buildProof(fields))).toMatchObject({
      client: "worker",
      roles: ["reader"],
      htm: "POST",
    });
  });

  test.each(["jti", "htm", "htu", "iat", "ath", "nonce"])("refuses to have %s replaced", (name) => {
    expect(() => dpopKey({ key: ec, claims: { [name]: "planted" } })).toThrow(invalidOption);
  });

  test.each<[string, unknown]>([
    ["a list", ["a"]],
    ["a date", new Date()],
    ["a bigint within", { a: 1n }],
  ])("refuses claims that are no JSON object: %s", (_, claims) => {
    expect(() => dpopKey({ key: ec, claims: claims as never })).toThrow(invalidOption);
  });
});

const rsaPss512 = { name: "RSA-PSS", hash: "SHA-512" };
const ecdh = { name: "ECDH", namedCurve: "P-256" };

describe("generateDpopKey", () => {
  test("makes a key of ES256, another each time", async () => {
    const [one, two] = [generateDpopKey(), generateDpopKey()];
    expect(one.alg).toBe("ES256");
    expect(one.thumbprint).not.toBe(two.thumbprint);
    await jwtVerify(await one.buildProof(fields), EmbeddedJWK, { currentDate: new Date(now) });
  });
});
