import { describe, expect, test } from "vitest";
import { explainFailure, isLasting } from "../../runtime/src/connection-advice.ts";

const failWith = (code: string) => Object.assign(new Error("no"), { code });

describe("explainFailure", () => {
  test.each<[string, RegExp]>([
    ["ENOENT", /file that was to be sent.*path/],
    ["ENOTFOUND", /host name.*DNS/],
    ["EAI_AGAIN", /DNS/],
    ["ETIMEDOUT", /firewall/],
    ["UND_ERR_CONNECT_TIMEOUT", /firewall/],
    ["UND_ERR_HEADERS_TIMEOUT", /headersTimeout/],
    ["CERT_HAS_EXPIRED", /server's to renew.*this machine's clock/],
    ["CERT_NOT_YET_VALID", /this machine's clock/],
    ["CERT_SIGNATURE_FAILURE", /tls\.ca.*not the CA that signed it/],
    ["CERT_REVOKED", /certificate is refused/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /tls\.ca of the token client, or NODE_EXTRA_CA_CERTS/],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", /tls\.ca of the token client, or NODE_EXTRA_CA_CERTS/],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", /client certificate/],
    ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", /client certificate/],
    ["ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", /trouble of its own/],
    ["UND_ERR_PRX_TLS", /proxy/],
    ["UND_ERR_INVALID_ARG", /undici 8/],
  ])("says what to do about an error with the code %s", (code, advice) => {
    const failure = explainFailure(new Error("no answer", { cause: failWith(code) }));
    expect(failure).toEqual({ what: code, advice: expect.stringMatching(advice) });
  });

  test("knows nothing of other errors but what they are called", () => {
    expect(explainFailure(failWith("E_WHATEVER"))).toEqual({ what: "E_WHATEVER", advice: undefined });
    expect(explainFailure("no")).toEqual({ what: "unknown reason", advice: undefined });
  });

  test("looks into the attempts of a connection to several addresses", () => {
    const error = new AggregateError([failWith("ECONNREFUSED")]);
    expect(explainFailure(error).advice).toContain("nothing listens");
  });
});

describe("isLasting", () => {
  test.each<[string, boolean]>([
    ["SELF_SIGNED_CERT_IN_CHAIN", true],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", true],
    ["CERT_SIGNATURE_FAILURE", true],
    ["CERT_HAS_EXPIRED", true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", true],
    ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", true],
    ["ERR_SSL_WRONG_VERSION_NUMBER", true],
    ["UND_ERR_INVALID_ARG", true],
    ["ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", false],
    ["ENOTFOUND", false],
    ["EAI_AGAIN", false],
    ["ECONNREFUSED", false],
    ["ECONNRESET", false],
    ["UND_ERR_SOCKET", false],
    ["UND_ERR_CONNECT_TIMEOUT", false],
    ["E_WHATEVER", false],
  ])("tells whether another attempt could succeed: %s", (code, want) => {
    expect(isLasting(new Error("no answer", { cause: failWith(code) }))).toBe(want);
  });

  test("is not said of what is no error", () => {
    expect(isLasting(undefined)).toBe(false);
  });
});
