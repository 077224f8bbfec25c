import { describe, expect, test } from "vitest";
import {
  ApiConnectionError,
  ApiTimeoutError,
  invalidOption,
  isInvalidOption,
  TokenError,
} from "../../runtime/src/errors.ts";

describe("TokenError", () => {
  test("names its client in the message", () => {
    const error = new TokenError("ERR_DISCOVERY_FAILED", "no document", { client: "catalog.client" });
    expect(error).toMatchObject({
      name: "TokenError",
      code: "ERR_DISCOVERY_FAILED",
      client: "catalog.client",
      message: expect.stringContaining("catalog.client"),
    });
  });

  test("keeps the caught value as its cause, and has none where nothing was caught", () => {
    const cause = new Error("refused");
    expect(new TokenError("ERR_DISCOVERY_FAILED", "failed", { client: "c", cause }).cause).toBe(cause);
    expect(new TokenError("ERR_DISCOVERY_FAILED", "failed", { client: "c" })).not.toHaveProperty("cause");
  });
});

describe("isInvalidOption", () => {
  test.each<[string, unknown, boolean]>([
    ["invalidOption's error", invalidOption("baseUrl", "is required"), true],
    ["another TypeError", new TypeError("is not a function"), false],
    [
      "another class of error with the code",
      Object.assign(new Error(), { code: "ERR_INVALID_OPTION" }),
      false,
    ],
    ["a TypeError with another code", Object.assign(new TypeError(), { code: "ERR_INVALID_URL" }), false],
    ["no error", undefined, false],
  ])("tells a caller's mistake: %s", (_, error, want) => {
    expect(isInvalidOption(error)).toBe(want);
  });
});

describe.each([
  [ApiConnectionError, "ApiConnectionError", "ERR_API_CONNECTION"],
  [ApiTimeoutError, "ApiTimeoutError", "ERR_API_TIMEOUT"],
] as const)("%o", (ApiCallError, name, code) => {
  test("says which operation got no answer, from where and why", () => {
    const cause = new Error("reset");
    const call = { operation: "GET /items/{id}", method: "GET", url: "https://api.example.com/items/1" };
    const error = new ApiCallError("no answer", { ...call, cause });
    expect(error).toMatchObject({
      ...call,
      name,
      code,
      cause,
      message: expect.stringContaining(call.operation),
    });
  });
});
