import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  type webcrypto,
} from "node:crypto";
import { inspect } from "node:util";
import {
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  EmbeddedJWK,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { describe, expect, test } from "vitest";
import { concatenate } from "../../runtime/src/dpop/signing-key.ts";
import {
  type DpopAlgorithm,
  type DpopKey,
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

/** A public key that can't be had of its CryptoKey. */
const sealedPublic = createPublicKey(ec).toCryptoKey(webAlgorithms.ES256, false, ["verify"]);

const now = Date.parse("2026-03-01T12:00:00.700Z");
const fields: DpopProofFields = { method: "POST", url: "https://api.example/items", issuedAt: now };

async function claimsOf(key: DpopKey, given: Partial<DpopProofFields> = {}): Promise<JWTPayload> {
  return decodeJwt(await key.buildProof({ ...fields, ...given }));
}

/** Of a hundred runs, in ms. */
function timeOf(run: () => void): number {
  const started = performance.now();
  for (let i = 0; i < 100; i++) run();
  return performance.now() - started;
}

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
    ["an algorithm of another kind of key", "alg", { key: ec, alg: "PS256" }],
    ["an unknown algorithm", "alg", { key: rsa, alg: "HS256" as never }],
    ["another algorithm than its JWK says", "alg", { key: { ...jwk(rsa), alg: "PS256" }, alg: "RS256" }],
    ["another algorithm than its CryptoKey's", "alg", { key: cryptoKeyPair("PS256"), alg: "RS256" }],
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
    expect(await claimsOf(key)).toMatchObject({ client: "worker", roles: ["reader"], htm: "POST" });
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

describe("DpopKey", () => {
  const key = dpopKey({ key: ec });

  test.each<[string, string]>([
    ["https://api.example/items?a=1&b=/#top", "https://api.example/items"],
    ["https://api.example/items#top?a=1", "https://api.example/items"],
    ["https://api.example/a%2Fb/c%20d/%C3%A9/%c3%a9", "https://api.example/a%2Fb/c%20d/%C3%A9/%c3%a9"],
    ["https://api.example//items//42/", "https://api.example//items//42/"],
    ["https://api.example/a/../b/./%2e%2E/é|'", "https://api.example/a/../b/./%2e%2E/é|'"],
    ["https://api.example", "https://api.example/"],
    ["https://api.example?a=1", "https://api.example/"],
    ["HTTPS://API.Example:443/Items", "https://api.example/Items"],
    ["http://127.0.0.1:80/", "http://127.0.0.1/"],
    ["https://api.example:8443/", "https://api.example:8443/"],
    ["https://user:planted@api.example/", "https://api.example/"],
    ["https://[::1]:443/a", "https://[::1]/a"],
  ])("names %s as %s, its path as it is sent", async (url, want) => {
    expect((await claimsOf(key, { url })).htu).toBe(want);
  });

  test.each(["/items", "api.example/items", "ftp://api.example/", "https://", "data:,planted"])(
    "proves nothing for %s",
    (url) => {
      expect(() => key.buildProof({ ...fields, url })).toThrow(invalidOption);
      expect(() => key.buildProof({ ...fields, url })).not.toThrow(/planted/);
    },
  );

  test("says method and time, in whole seconds, and leaves out what there is none of", async () => {
    const claims = await claimsOf(key);
    expect(Object.keys(claims).toSorted()).toEqual(["htm", "htu", "iat", "jti"]);
    expect(claims).toMatchObject({ htm: "POST", iat: Date.parse("2026-03-01T12:00:00Z") / 1000 });
  });

  test("binds the proof to the access token and to the server's nonce", async () => {
    const claims = await claimsOf(key, { accessToken: "planted-token", nonce: "n-1" });
    const ath = createHash("sha256").update("planted-token").digest("base64url");
    expect(claims).toMatchObject({ ath, nonce: "n-1" });
    expect(JSON.stringify(claims)).not.toContain("planted");
  });

  test("gives each proof an identifier of its own", async () => {
    const proofs = await Promise.all(Array.from({ length: 1000 }, () => claimsOf(key)));
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(1000);
  });

  test("takes little more time for a proof of ES256 than its signature takes", () => {
    const build = () => void key.buildProof({ ...fields, accessToken: "token".repeat(100), nonce: "n-1" });
    const input = Buffer.from((key.buildProof(fields) as string).replace(/\.[^.]*$/, ""));
    const signAlone = () => void sign("sha256", input, ec);
    const times = Array.from({ length: 20 }, () => [timeOf(build), timeOf(signAlone)] as const);
    // The best of many rounds: whatever else the machine does meanwhile adds to the others.
    const [proof, signature] = [0, 1].map((index) => Math.min(...times.map((round) => round[index] ?? 0)));
    expect((proof ?? 0) / (signature ?? 0)).toBeLessThan(2);
  });

  test("signs at once where node:crypto may use the key", () => {
    expect(key.buildProof(fields)).toBeTypeOf("string");
    expect(dpopKey({ key: cryptoKey("PS256") }).buildProof(fields)).toBeTypeOf("string");
  });

  test.each<[string, KeyObject]>([
    ["EC", ec],
    ["RSA", rsa],
    ["Ed25519", ed],
  ])("keeps the private members of a key out of its proofs: %s", async (_, own) => {
    const { jwk: shown } = decodeProtectedHeader(await dpopKey({ key: jwk(own) }).buildProof(fields));
    expect(Object.keys(shown ?? {}).toSorted()).toEqual(Object.keys(publicJwk(own)).toSorted());
  });

  test.each<[string, (value: unknown) => string]>([
    ["inspected", (value) => inspect(value, { showHidden: true, getters: true, depth: null })],
    ["inspected plainly", (value) => inspect(value, { customInspect: false, showHidden: true })],
    ["serialised", (value) => JSON.stringify(value)],
    ["cloned", (value) => inspect(structuredClone(value), { showHidden: true })],
  ])("shows only algorithm and thumbprint when it is %s", (_, print) => {
    for (const own of [jwk(ec), cryptoKeyPair("ES256")]) {
      const printed = print(dpopKey({ key: own, claims: { a: "planted" } }));
      expect(printed.replace(/^DpopKey /, "").match(/\w+["']?(?=:)/g)).toHaveLength(2);
      expect(printed).toContain(key.thumbprint);
      expect(printed).not.toMatch(/planted|KeyObject|CryptoKey/);
      expect(printed).not.toContain(jwk(ec).d);
    }
  });

  test("is frozen", () => {
    expect(() => Object.assign(key, { thumbprint: "other" })).toThrow(TypeError);
  });
});

describe("concatenate", () => {
  const bytes = (length: number, first: number) => Buffer.alloc(length, 7).fill(first, 0, 1);
  const integer = (value: Buffer) => Buffer.concat([Buffer.from([2, value.length]), value]);

  test.each<[string, Buffer, Buffer]>([
    ["full", bytes(32, 0x7f), bytes(32, 1)],
    ["with a leading zero", Buffer.concat([Buffer.alloc(1), bytes(32, 0x80)]), bytes(32, 1)],
    ["both with a leading zero", ...twice(Buffer.concat([Buffer.alloc(1), bytes(32, 0xff)]))],
    ["short", bytes(31, 0x7f), bytes(30, 1)],
    ["tiny", bytes(1, 1), bytes(1, 2)],
  ])("gives both integers of a signature their width: %s", (_, r, s) => {
    const content = Buffer.concat([integer(r), integer(s)]);
    const joined = concatenate(Buffer.concat([Buffer.from([0x30, content.length]), content]));
    const wide = (value: Buffer) => value.toString("hex").replace(/^00/, "").padStart(64, "0");
    expect(joined.toString("hex")).toBe(wide(r) + wide(s));
  });
});

function twice<T>(value: T): [T, T] {
  return [value, value];
}
