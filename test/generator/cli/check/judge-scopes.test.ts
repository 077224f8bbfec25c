import { describe, expect, test } from "vitest";
import { judgeScopes, type ScopeContext } from "../../../../generator/src/cli/check/judge-scopes.ts";
import type { TokenDescription } from "../../../../generator/src/cli/describe-token.ts";

const needs = new Map([
  ["read", ["GET /items", "GET /items/{id}"]],
  ["write", ["POST /items"]],
]);

type Given = Partial<Pick<TokenDescription, "format"> & Pick<ScopeContext, "byManager">> & {
  readonly needed?: typeof needs;
  readonly asked?: readonly string[];
};

function judge(scopes: readonly string[] | undefined, scope?: string, given: Given = {}) {
  const { needed = needs, format = "jwt", byManager = false, asked } = given;
  return judgeScopes(
    { format, ...(scopes && { granted: { scopes, by: "answer" } }) },
    {
      name: "a",
      mapping: scope === undefined ? {} : { scope },
      token: { needs: needed, ...(asked && { asked }) },
      needs: needed,
      byManager,
    },
  );
}

describe("judgeScopes", () => {
  test.each<[string, string[] | undefined, string | undefined]>([
    ["just what is needed", ["write", "read"], "read write"],
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

  test("warns of a JWT without scopes where none was asked for: no needed one is granted, as far as is seen", () => {
    expect(judge(undefined)).toEqual([
      {
        severity: "warning",
        code: "SCOPE_UNSEEN",
        message:
          "no scope was asked for, and neither the server nor the token says that one was granted; read write are needed by GET /items, GET /items/{id}, POST /items",
        fix: 'ask for what is needed: scope: "read write" in tokenClients["a"]',
      },
    ]);
  });

  test.each<[string, string | undefined, Given]>([
    ["a JWT, where the mapping asks", "read write", {}],
    ["a JWT, where calls ask", undefined, { asked: ["read"] }],
    ["a JWT, where a TokenManager may have asked", undefined, { byManager: true }],
    ["a JWT, where nothing is needed", undefined, { needed: new Map() }],
    ["an opaque token", undefined, { format: "opaque" }],
    ["an encrypted token", undefined, { format: "encrypted jwt" }],
  ])("can't tell where nobody says what was granted: %s", (_, scope, given) => {
    expect(judge(undefined, scope, given)).toEqual([]);
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
    expect(judge(["admin"], undefined, { needed: new Map() })).toEqual([]);
  });

  test("does not wait for a scope that asks for all there is to be granted by that name", () => {
    const sweeping = new Map([["api://items/.default", ["GET /items"]]]);
    expect(judge([], "api://items/.default", { needed: sweeping })).toEqual([]);
  });
});
