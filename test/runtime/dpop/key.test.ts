import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { inspect } from "node:util";
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import { describe, expect, test } from "vitest";
import { AccessToken } from "../../../runtime/src/access-token.ts";
import { DpopKey, type DpopProofFields } from "../../../runtime/src/dpop/key.ts";
import { dpopKey } from "../../../runtime/src/dpop.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;

const jwk = (key: KeyObject) => key.export({ format: "jwk" });
const publicJwk = (key: KeyObject) => createPublicKey(key).export({ format: "jwk" });

/** The private key is not extractable. */
const sealedPair = {
  privateKey: ec.toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]),
  publicKey: createPublicKey(ec).toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]),
};

const now = Date.parse("2026-03-01T12:00:00.700Z");
const fields: DpopProofFields = { method: "POST", url: "https://api.example/items", issuedAt: now };

async function claimsOf(key: DpopKey, given: Partial<DpopProofFields> = {}): Promise<JWTPayload> {
  return decodeJwt(await key.buildProof({ ...fields, ...given }));
}

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

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

  test("binds the proof to an access token by its value, as often as it is made", async () => {
    const times = { issuedAt: 0, expiresAt: 1, clientName: "a" };
    const accessToken = new AccessToken({ value: "planted-token", tokenType: "DPoP", ...times });
    const ath = createHash("sha256").update("planted-token").digest("base64url");
    for (const _ of [1, 2]) expect((await claimsOf(key, { accessToken })).ath).toBe(ath);
  });

  test("hashes what it is given for a token, even nothing", async () => {
    const ath = createHash("sha256").update("").digest("base64url");
    expect((await claimsOf(key, { accessToken: "" })).ath).toBe(ath);
  });

  test("names the server of each URL, whatever the one before named", async () => {
    const urls = ["https://a.example/1", "https://b.example/2", "https://a.example/3"];
    for (const url of urls) expect((await claimsOf(key, { url })).htu).toBe(url);
    expect(() => key.buildProof({ ...fields, url: "https://" })).toThrow(invalidOption);
    expect(() => key.buildProof({ ...fields, url: "/items" })).toThrow(invalidOption);
  });

  test("gives each proof an identifier of its own", async () => {
    const proofs = await Promise.all(Array.from({ length: 1000 }, () => claimsOf(key)));
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(1000);
  });

  test("signs at once where node:crypto may use the key", () => {
    expect(key.buildProof(fields)).toBeTypeOf("string");
    const extractable = rsa.toCryptoKey({ name: "RSA-PSS", hash: "SHA-256" }, true, ["sign"]);
    expect(dpopKey({ key: extractable }).buildProof(fields)).toBeTypeOf("string");
  });

  test.each<[string, KeyObject]>([
    ["EC", ec],
    ["RSA", rsa],
    ["Ed25519", ed],
  ])("keeps the private members of a key out of its proofs: %s", async (_, own) => {
    const { jwk: shown } = decodeProtectedHeader(await dpopKey({ key: jwk(own) }).buildProof(fields));
    expect(Object.keys(shown ?? {}).toSorted()).toEqual(Object.keys(publicJwk(own)).toSorted());
  });

  test("shows no member that its thumbprint does not count", async () => {
    const own = new DpopKey({ alg: "ES256", publicJwk: { ...jwk(ec), kid: "k1" }, sign: () => "" });
    const { jwk: shown } = decodeProtectedHeader(`${await own.buildProof(fields)}`);
    expect(shown).toEqual(publicJwk(ec));
    expect(own.thumbprint).toBe(key.thumbprint);
  });

  test.each<[string, (value: unknown) => string]>([
    ["inspected", (value) => inspect(value, { showHidden: true, getters: true, depth: null })],
    ["inspected plainly", (value) => inspect(value, { customInspect: false, showHidden: true })],
    ["serialised", (value) => JSON.stringify(value)],
    ["cloned", (value) => inspect(structuredClone(value), { showHidden: true })],
  ])("shows only algorithm and thumbprint when it is %s", (_, print) => {
    for (const own of [jwk(ec), sealedPair]) {
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
