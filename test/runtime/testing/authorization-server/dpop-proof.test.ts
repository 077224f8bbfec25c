import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type DpopProofFields, dpopKey, generateDpopKey } from "../../../../runtime/src/dpop.ts";
import {
  DpopProofs,
  type ProvedRequest,
} from "../../../../runtime/src/testing/authorization-server/dpop-proof.ts";
import { signJws } from "../../../../runtime/src/testing/authorization-server/jws.ts";

const key = generateDpopKey();
const now = 1_000_000;
const fields = { method: "POST", url: "https://login.example/token", issuedAt: now, nonce: "n" };
const request = { method: "POST", url: "https://login.example/token", now, nonce: undefined };

const check = async (given: Partial<DpopProofFields>, expected: Partial<ProvedRequest> = {}) =>
  new DpopProofs().check(await key.buildProof({ ...fields, ...given }), { ...request, ...expected });

describe("DpopProofs", () => {
  test.each([
    generateDpopKey(),
    dpopKey({ key: generateKeyPairSync("ed25519").privateKey }),
    dpopKey({ key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey }),
  ])("tells the key of a good proof: $alg", async (key) => {
    const verdict = new DpopProofs().check(await key.buildProof(fields), request);
    expect(verdict).toEqual({ thumbprint: key.thumbprint });
  });

  test.each<[string, Partial<DpopProofFields>, Partial<ProvedRequest>]>([
    ["another method", { method: "GET" }, {}],
    ["another URL", { url: "https://login.example/other" }, {}],
    ["another token", { accessToken: "a" }, { accessToken: "b" }],
    ["no token", {}, { accessToken: "b" }],
    ["another time", { issuedAt: now - 61_000 }, {}],
    ["a time to come", { issuedAt: now + 61_000 }, {}],
  ])("refuses one for %s", async (_, given, expected) => {
    expect(await check(given, expected)).toMatchObject({ error: "invalid_dpop_proof" });
  });

  test("asks for its nonce where another one comes, or none", async () => {
    expect(await check({ nonce: undefined }, { nonce: "n" })).toMatchObject({ error: "use_dpop_nonce" });
    expect(await check({ nonce: "old" }, { nonce: "n" })).toMatchObject({ error: "use_dpop_nonce" });
    expect(await check({ nonce: "n" }, { nonce: "n" })).toEqual({ thumbprint: key.thumbprint });
  });

  test("takes a proof once", async () => {
    const proofs = new DpopProofs();
    const proof = await key.buildProof(fields);
    expect(proofs.check(proof, request)).toEqual({ thumbprint: key.thumbprint });
    expect(proofs.check(proof, request)).toMatchObject({ error: "invalid_dpop_proof" });
  });

  test("refuses one whose key is private, or is of another curve than its algorithm says", () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const other = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const claims = { jti: "1", htm: "POST", htu: request.url, iat: now / 1000 };
    const verdictOf = (jwk: KeyObject, key: KeyObject) => {
      const header = { typ: "dpop+jwt", jwk: jwk.export({ format: "jwk" }) };
      return new DpopProofs().check(signJws(header, claims, key), request);
    };
    expect(verdictOf(pair.publicKey, pair.privateKey)).toHaveProperty("thumbprint");
    expect(verdictOf(pair.privateKey, pair.privateKey)).toMatchObject({ error: "invalid_dpop_proof" });
    expect(verdictOf(other.publicKey, other.privateKey)).toMatchObject({ error: "invalid_dpop_proof" });
  });

  test("refuses one that another key has signed, and one of another type", () => {
    const [own, other] = [1, 2].map(() => generateKeyPairSync("ec", { namedCurve: "P-256" }));
    const jwk = own?.publicKey.export({ format: "jwk" });
    const claims = { jti: "1", htm: "POST", htu: request.url, iat: now / 1000 };
    const sign = (typ: string, pair = own) => signJws({ typ, jwk }, claims, pair?.privateKey as never);
    const verdictOf = (proof: string) => new DpopProofs().check(proof, request);
    expect(verdictOf(sign("dpop+jwt"))).toHaveProperty("thumbprint");
    expect(verdictOf(sign("jwt"))).toMatchObject({ error: "invalid_dpop_proof" });
    expect(verdictOf(sign("dpop+jwt", other))).toMatchObject({ error: "invalid_dpop_proof" });
  });
});
