import { describe, expect, test } from "vitest";
import { readCredential } from "../../../generator/src/resolve-mapping/credential-schemes.ts";

describe("readCredential", () => {
  test.each([
    [
      { type: "apiKey", in: "header", name: "X-Key" },
      { in: "header", name: "X-Key" },
    ],
    [
      { type: "apiKey", in: "query", name: "the key" },
      { in: "query", name: "the key" },
    ],
    [
      { type: "apiKey", in: "cookie", name: "session" },
      { in: "cookie", name: "session" },
    ],
    [{ type: "http", scheme: "basic" }, { http: "basic" }],
    [{ type: "http", scheme: "PrivateToken" }, { http: "PrivateToken" }],
    [{ type: "oauth2", flows: {} }, { http: "bearer" }],
    [{ type: "openIdConnect" }, { http: "bearer" }],
  ])("reads %j", (scheme, want) => {
    expect(readCredential(scheme)).toEqual(want);
  });

  test.each([
    { type: "apiKey", in: "body", name: "key" },
    { type: "apiKey", in: "header" },
    { type: "apiKey", in: "header", name: "" },
    { type: "apiKey", in: "header", name: "X-Key\r\nX-Evil" },
    { type: "apiKey", in: "header", name: "Transfer-Encoding" },
    { type: "apiKey", in: "header", name: "Host" },
    { type: "apiKey", in: "cookie", name: "a=b; c" },
    { type: "apiKey", in: "query", name: "\ud800" },
    { type: "http" },
    { type: "http", scheme: "bearer x" },
    { type: "http", scheme: "Digest" },
    { type: "http", scheme: "Negotiate" },
    { type: "http", scheme: "SCRAM-SHA-256" },
    { type: "password" },
    {},
  ])("says why %j can't be sent, and what to do", (scheme) => {
    expect(readCredential(scheme)).toMatchObject({ problem: expect.any(String), fix: expect.any(String) });
  });
});
