import { createPrivateKey } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { readTls, type TlsOptions } from "../../runtime/src/tls.ts";
import { certificateThumbprint, createCertificateAuthority } from "../support/certificates.ts";

const authority = createCertificateAuthority();
const { cert, key, ca } = authority.issueClientCertificate("worker");
const other = authority.issueClientCertificate("other");
const encrypted = createPrivateKey(key)
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "planted" })
  .toString();

const read = (given: TlsOptions) => readTls(given, "tls");

describe("readTls", () => {
  test.each<[string, TlsOptions]>([
    ["text", { cert, key }],
    ["bytes", { cert: Buffer.from(cert), key: Buffer.from(key) }],
    ["a chain, the client's own first", { cert: cert + ca, key }],
    ["an encrypted key with its passphrase", { cert, key: encrypted, passphrase: "planted" }],
  ])("gives the thumbprint that tokens are bound to (RFC 8705 §3.1): %s", (_, given) => {
    expect(read(given).thumbprint).toBe(certificateThumbprint(cert));
  });

  test("takes only whom to trust", () => {
    expect(read({ ca })).toMatchObject({ thumbprint: undefined, connect: { ca } });
  });

  test("tells connections apart by certificate and trust", () => {
    const given = [{ cert, key }, { cert, key, ca }, { ca }, other, { cert, key, ca: [ca, ca] }];
    expect(new Set(given.map((tls) => read(tls).id)).size).toBe(given.length);
    expect(read({ cert, key, ca }).id).toBe(read({ cert: Buffer.from(cert), key, ca: Buffer.from(ca) }).id);
  });

  test.each<[string, TlsOptions, string]>([
    ["a certificate without its key", { cert }, "tls must have both cert and key"],
    ["a key without its certificate", { key }, "tls must have both cert and key"],
    ["nothing", {}, "tls must have cert and key, or ca"],
    ["another's key", { cert, key: other.key }, "tls.key does not belong to tls.cert"],
    ["what is no certificate", { cert: "planted", key }, "tls.cert must be a certificate as PEM"],
    ["a path instead of whom to trust", { ca: "/planted/ca.pem" }, "tls.ca must be a certificate as PEM"],
    ["nobody to trust", { ca: "" }, "tls.ca must be a certificate as PEM"],
    ["one of several that is none", { ca: [ca, "planted"] }, "tls.ca must be a certificate as PEM"],
    ["what is no key", { cert, key: "planted" }, "tls.key must be a private key as PEM"],
    ["a key in bytes that are none", { cert, key: Buffer.from("planted") }, "tls.key must be a private key"],
    ["a key that is no PEM", { cert, key: createPrivateKey(key) as never }, "tls.key must be a private key"],
    ["an encrypted key without its passphrase", { cert, key: encrypted }, "tls.key is encrypted"],
    ["a wrong passphrase", { cert, key: encrypted, passphrase: "no" }, "tls.key cannot be read"],
  ])("refuses %s, and does not quote it", (_, given, message) => {
    expect(() => read(given)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION", message: expect.stringContaining(message) }),
    );
    expect(() => read(given)).not.toThrow(/planted|BEGIN /);
  });

  test("shows no key when it is inspected or serialised", () => {
    const text = inspect(read({ cert, key, passphrase: "planted" }), { depth: 9 });
    expect(text + JSON.stringify(read({ cert, key }))).not.toMatch(/PRIVATE|planted/);
  });
});
