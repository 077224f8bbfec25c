import { describe, expect, test } from "vitest";
import { isSecretName } from "../../../runtime/src/testing/secret-names.ts";

describe("isSecretName", () => {
  test.each([
    ...["Authorization", "proxy-authorization", "DPoP", "Cookie", "X-Auth", "x-auth-token", "authKey"],
    ...["X-API-Key", "apikey", "api_key", "key", "Ocp-Apim-Subscription-Key", "x-functions-key", "X-Session"],
    ...[
      "access_token",
      "token",
      "client_secret",
      "client_assertion",
      "password",
      "sig",
      "X-Signature",
      "id_token_hint",
    ],
  ])("knows %j", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  test.each([
    ...["Accept", "Content-Type", "If-Match", "Idempotency-Key", "X-Request-Id", "User-Agent"],
    ...[
      "author",
      "authority",
      "limit",
      "sortKey",
      "partition-key",
      "pageToken",
      "next_page_token",
      "max_tokens",
    ],
    ...["design", "signal", "authorization_details", ""],
  ])("leaves %j alone", (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});
