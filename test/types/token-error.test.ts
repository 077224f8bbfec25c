import {
  ApiConnectionError,
  ApiTimeoutError,
  type TokenError,
  type TokenErrorCode,
} from "@openapi-m2m/runtime";
import { describe, expectTypeOf, test } from "vitest";

describe("TokenError", () => {
  test("has a code of a closed set, over which a switch can be complete", () => {
    expectTypeOf<TokenError["code"]>().toEqualTypeOf<TokenErrorCode>();
    expectTypeOf<string>().not.toExtend<TokenErrorCode>();
    const act = (code: TokenErrorCode): "retry" | "fix" => {
      switch (code) {
        case "ERR_TOKEN_ENDPOINT_UNREACHABLE":
        case "ERR_TOKEN_ENDPOINT_TIMEOUT":
        case "ERR_TOKEN_ENDPOINT_FAILED":
          return "retry";
        case "ERR_TOKEN_CLIENT_UNKNOWN":
        case "ERR_TOKEN_ENDPOINT_REJECTED":
        case "ERR_TOKEN_RESPONSE_INVALID":
        case "ERR_TOKEN_TYPE_MISMATCH":
        case "ERR_CLIENT_ASSERTION_FAILED":
        case "ERR_DISCOVERY_FAILED":
        case "ERR_ISSUER_MISMATCH":
        case "ERR_ORIGIN_NOT_ALLOWED":
          return "fix";
      }
    };
    expectTypeOf(act).toBeFunction();
  });
});

describe("errors of calls", () => {
  test("are told apart by a literal code", () => {
    expectTypeOf(ApiConnectionError).instance.toHaveProperty("code").toEqualTypeOf<"ERR_API_CONNECTION">();
    expectTypeOf(ApiTimeoutError).instance.toHaveProperty("code").toEqualTypeOf<"ERR_API_TIMEOUT">();
  });
});
