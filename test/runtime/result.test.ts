import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ApiError, type ApiResult, type Failure, unwrap } from "../../runtime/src/result.ts";

const response = {
  operation: "GET /items/{id}",
  status: 404,
  headers: { "x-trace": "planted-header" },
  url: "https://api.example.com/items/1?key=planted-query",
};

function fail(status: Failure<number | string, unknown>["status"], error: unknown = "planted-body") {
  return { ok: false, status, error, response } as const;
}

function unwrapFailure(result: ApiResult): ApiError {
  try {
    unwrap(result);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("got data");
}

describe("unwrap", () => {
  test.each([{ items: [] }, "", 0, null, undefined, false])("gives the data of a success: %j", (data) => {
    expect(unwrap({ ok: true, status: 200, data, response })).toBe(data);
  });

  test.each([404, "4XX", "default", "undeclared", "invalid"])(
    "throws ApiError for the failure %s",
    (status) => {
      const result = fail(status);
      const error = unwrapFailure(result);
      expect(error).toMatchObject({ name: "ApiError", code: "ERR_API_RESPONSE", status: 404 });
      expect(error.result).toBe(result);
    },
  );
});

describe("ApiError", () => {
  test("names the scope that the token lacks", () => {
    const lacking = { ...response, status: 403, missingScope: "catalog:write" };
    const error = new ApiError({ ...fail("undeclared"), response: lacking });
    expect(error.message).toContain('lacks the scope "catalog:write"');
  });

  test.each([
    [404, /answered 404$/],
    ["undeclared", /answered 404, which its document does not declare, or not with such a body$/],
    ["invalid", /answered 404 with a body that is not what was asked for$/],
  ])("tells how far what came is declared: %s", (status, want) => {
    expect(new ApiError(fail(status)).message).toMatch(want);
  });

  test.each<[string, Record<string, string>[], string]>([
    ["what its challenge names", [{ realm: "x" }, { error: "invalid_token" }], "401 (invalid_token)"],
    ["no description", [{ error: "invalid_token", error_description: "planted" }], "401 (invalid_token)"],
    ["no text that may be a token", [{ error: "eyJhbGciOiJFUzI1NiJ9.planted" }], "401"],
    ["no long text", [{ error: "planted".repeat(8) }], "401"],
    ["no sentence", [{ error: "invalid token planted" }], "401"],
    ["nothing where nothing is named", [{}], "401"],
  ])("tells what the answer calls its error: %s", (_, given, want) => {
    const challenges = given.map((parameters) => ({ scheme: "bearer", parameters }));
    const error = new ApiError({ ...fail(401), response: { ...response, status: 401, challenges } });
    expect(error.message).toMatch(new RegExp(`answered ${want.replace(/[()]/g, "\\$&")}$`));
  });

  test("names operation, status on the wire, and URL without its query", () => {
    const error = unwrapFailure(fail("4XX"));
    const { operation } = response;
    expect(error).toMatchObject({ operation, status: 404, url: "https://api.example.com/items/1" });
    for (const part of [operation, "404", error.url]) expect(error.message).toContain(part);
  });

  test.each<[string, (error: ApiError) => string]>([
    ["util.inspect", (error) => inspect(error, { depth: null })],
    ["JSON.stringify", (error) => JSON.stringify(error)],
    ["its message and stack", (error) => `${error} ${error.stack}`],
    ["Object.entries", (error) => inspect(Object.entries(error))],
  ])("keeps body, fields and query of the answer out of %s", (_, print) => {
    for (const status of [404, "undeclared", "invalid"]) {
      expect(print(unwrapFailure(fail(status)))).not.toContain("planted");
    }
  });
});
