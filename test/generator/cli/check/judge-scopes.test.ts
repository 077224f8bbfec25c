import { describe, expect, test } from "vitest";
import { judgeScopes } from "../../../../generator/src/cli/check/judge-scopes.ts";

const needs = new Map([
  ["read", ["GET /items", "GET /items/{id}"]],
  ["write", ["POST /items"]],
]);

const judge = (scopes: readonly string[] | undefined, scope?: string, needed: typeof needs = needs) =>
  judgeScopes(scopes && { scopes, by: "answer" }, {
    name: "a",
    mapping: scope === undefined ? {} : { scope },
    token: { needs: needed },
    needs: needed,
  });

describe("judgeScopes", () => {
  test.each<[string, string[] | undefined, string | undefined]>([
    ["just what is needed", ["write", "read"], "read write"],
    ["what nobody says", undefined, "read write"],
    [
      "scopes of OpenID Connect that a server always grants",
      ["read", "write", "profile", "email"],
      undefined,
    ],
  ])("finds nothing wrong with %s", (_, granted, scope) => {
    expect(judge(granted, scope)).toEqual([]);
  });

  test("says which scope the server left out, and which operations need it", () => {
    expect(judge(["read"], "read write")).toEqual([
      {
        severity: "error",
        code: "SCOPE_MISSING",
        message: "the server left out write, needed by POST /items",
        fix: "register the client for it at the server",
      },
    ]);
  });

  test("says that a scope could be asked for where none is", () => {
    expect(judge(["read"])).toMatchObject([{ fix: expect.stringContaining('tokenClients["a"].scope') }]);
  });

  test("finds a scope that is called otherwise at the server", () => {
    const [problem] = judge(["read", "wrlte"], "read write");
    expect(problem?.fix).toBe('the server granted "wrlte": is it what the document calls "write"?');
  });

  test("warns of what no operation needs, and says where it comes from", () => {
    const inMapping = {
      severity: "warning",
      code: "SCOPE_UNNEEDED",
      fix: expect.stringMatching(/^take it out of token/),
    };
    expect(judge(["read", "write", "admin"], "read write admin")).toMatchObject([inMapping]);
    const atServer = {
      code: "SCOPE_UNNEEDED",
      fix: expect.stringMatching(/registration, or say .*: read write$/),
    };
    expect(judge(["read", "write", "admin"], "read write")).toMatchObject([atServer]);
  });

  test("takes nothing for unneeded where no operation says what it needs", () => {
    expect(judge(["admin"], undefined, new Map())).toEqual([]);
  });

  test("does not wait for a scope that asks for all there is to be granted by that name", () => {
    const sweeping = new Map([["api://items/.default", ["GET /items"]]]);
    expect(judge([], "api://items/.default", sweeping)).toEqual([]);
  });
});
