import { createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { type PrivateKey, readPrivateKey } from "../../runtime/src/private-key.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;
const { d: _, ...publicJwk } = ec.export({ format: "jwk" });
const cipher = { cipher: "aes-256-cbc", passphrase: "planted" } as const;
const pem = ec.export({ type: "pkcs8", format: "pem" }).toString();
const publicCryptoKey = createPublicKey(ec).toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
  "verify",
]);

function cryptoKey(extractable: boolean) {
  return ec.toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, extractable, ["sign"]);
}

describe("readPrivateKey", () => {
  test.each<[string, PrivateKey, KeyObject]>([
    ["PEM of PKCS #8", pem, ec],
    ["PEM of PKCS #1", rsa.export({ type: "pkcs1", format: "pem" }).toString(), rsa],
    ["PEM of SEC 1", ec.export({ type: "sec1", format: "pem" }).toString(), ec],
    ["PEM with text around it", `\r\nbag\r\n${pem.replaceAll("\n", "\r\n")}`, ec],
    ["an EC JWK", ec.export({ format: "jwk" }), ec],
    ["an RSA JWK", rsa.export({ format: "jwk" }), rsa],
    ["an OKP JWK", ed.export({ format: "jwk" }), ed],
    ["a KeyObject", ed, ed],
    ["an extractable CryptoKey", cryptoKey(true), ec],
  ])("reads %s", (_, key, expected) => {
    expect(readPrivateKey(key, "key").equals(expected)).toBe(true);
  });

  test.each<[string, PrivateKey, RegExp]>([
    ["an unset variable", undefined as never, /variable/],
    ["an empty one", " \n", /variable/],
    ["no PEM", "planted", /-----BEGIN/],
    ["a damaged PEM", "-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----\n", /cannot be read/],
    ["PEM whose line breaks are escaped", pem.replaceAll("\n", "\\n"), /line breaks/],
    ["a JWK as text", JSON.stringify({ ...ec.export({ format: "jwk" }), kid: "planted" }), /JSON\.parse/],
    ["encrypted PKCS #8", ec.export({ type: "pkcs8", format: "pem", ...cipher }).toString(), /passphrase/],
    ["encrypted PKCS #1", rsa.export({ type: "pkcs1", format: "pem", ...cipher }).toString(), /passphrase/],
    ["public PEM", createPublicKey(ec).export({ type: "spki", format: "pem" }).toString(), /public/],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nplanted\n-----END CERTIFICATE-----\n", /public/],
    ["a public JWK", publicJwk, /public/],
    ["a public KeyObject", createPublicKey(ec), /public/],
    ["a secret JWK", { kty: "oct", k: "planted" }, /cannot be read/],
    ["a JWK of no known type", { kty: "planted", d: "planted" }, /cannot be read/],
    ["a secret KeyObject", createSecretKey(Buffer.from("planted")), /secret/],
    ["a public CryptoKey", publicCryptoKey, /public/],
    ["a CryptoKey that cannot be extracted", cryptoKey(false), /extractable/],
  ])("refuses %s in words of its own, which do not quote it", (_, key, said) => {
    const error = thrownBy(() => readPrivateKey(key, "dpop: key"));
    expect(error).toMatchObject({
      code: "ERR_INVALID_OPTION",
      message: expect.stringMatching(/^dpop: key /),
    });
    expect(error).toMatchObject({ message: expect.stringMatching(said) });
    expect(inspect({ ...error, message: error.message, cause: error.cause })).not.toContain("planted");
  });
});

describe("readPrivateKey, with a passphrase", () => {
  const encrypted = [
    ["PKCS #8", ec.export({ type: "pkcs8", format: "pem", ...cipher }).toString(), ec],
    ["PKCS #1", rsa.export({ type: "pkcs1", format: "pem", ...cipher }).toString(), rsa],
  ] as const;

  test.each(encrypted)("reads encrypted %s", (_, key, expected) => {
    expect(readPrivateKey(key, "tls.key", cipher).equals(expected)).toBe(true);
  });

  test("reads a key that is not encrypted", () => {
    expect(readPrivateKey(pem, "tls.key", cipher).equals(ec)).toBe(true);
  });

  test.each(encrypted)(
    "refuses %s whose passphrase is another one, and asks for one where there is none",
    (_, key) => {
      const read = (passphrase: string | undefined) => () => readPrivateKey(key, "tls.key", { passphrase });
      expect(read("other")).toThrow(/^tls.key cannot be read .*passphrase/);
      expect(read(undefined)).toThrow(/^tls.key is encrypted: give its passphrase/);
    },
  );
});

function thrownBy(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
