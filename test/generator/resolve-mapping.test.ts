import { describe, expect, test } from "vitest";
import { resolveMapping } from "../../generator/src/resolve-mapping.ts";
import {
  configOf,
  documentOf,
  documentWith,
  generatorErrorOf,
  mappingOf,
  okResponses,
  specOf,
} from "../support/documents.ts";

const flows = (...names: string[]) =>
  Object.fromEntries(
    names.map((name) => [name, { tokenUrl: "https://a.example", scopes: { read: "", write: "" } }]),
  );

const securitySchemes = {
  machine: { type: "oauth2", flows: flows("clientCredentials", "authorizationCode") },
  user: { type: "oauth2", flows: flows("authorizationCode") },
  oidc: { type: "openIdConnect", openIdConnectUrl: "https://a.example" },
  bearer: { type: "http", scheme: "Bearer" },
  basic: { type: "http", scheme: "basic" },
  key: { type: "apiKey", name: "key", in: "header" },
  mtls: { type: "mutualTLS" },
};

const components = { securitySchemes };

async function authorizationOf(security: unknown, documentSecurity?: unknown, scope?: string) {
  const operation = security === undefined ? okResponses : { ...okResponses, security };
  const rest = documentSecurity === undefined ? { components } : { components, security: documentSecurity };
  const { specs, warnings } = await mappingOf(
    documentWith(operation, rest),
    scope === undefined ? {} : { scope },
  );
  return { authorization: specs[0]?.operations[0]?.authorization, warnings };
}

const token = (...scopes: string[]) => ({ token: true, tokenClient: "test.client", scopes });
const none = { token: false };

describe("resolveMapping", () => {
  test.each([
    ["sends a token where nothing is declared", undefined, undefined, token()],
    ["takes the document's security", undefined, [{ machine: ["read"] }], token("read")],
    [
      "takes the operation's security before the document's",
      [{ machine: ["write"] }],
      [{ machine: ["read"] }],
      token("write"),
    ],
    ["sends none where the operation says so", [], [{ machine: ["read"] }], none],
    ["sends none where the document says so", undefined, [], none],
    ["sends a token where nobody can read what is needed", [null], [], token()],
    ["sends a token where nobody can read what the document needs", undefined, [null], token()],
    [
      "prefers the client credentials flow",
      [{ user: ["a"] }, { bearer: [] }, { machine: ["b"] }],
      undefined,
      token("b"),
    ],
    ["prefers OpenID Connect to other flows", [{ user: ["a"] }, { oidc: ["b"] }], undefined, token("b")],
    ["prefers other flows to bearer", [{ bearer: [] }, { user: ["a"] }], undefined, token("a")],
    ["takes bearer without its roles for scopes", [{ bearer: ["admin"] }], undefined, token()],
    ["sends a token where it is optional", [{}, { machine: ["a"] }], undefined, token("a")],
    [
      "joins the scopes of schemes that are all needed",
      [{ machine: ["a"], user: ["a", "b"] }],
      undefined,
      token("a", "b"),
    ],
    [
      "prefers what a token satisfies alone",
      [{ machine: ["a"], key: [] }, { bearer: [] }],
      undefined,
      token(),
    ],
    [
      "sends a credential alone for an API key",
      [{ key: [] }],
      undefined,
      { ...none, credentials: [["key"]] },
    ],
    ["sends none for mutual TLS", [{ mtls: [] }], undefined, { ...none, certificate: true }],
  ])("%s", async (_, security, documentSecurity, want) => {
    expect((await authorizationOf(security, documentSecurity)).authorization).toEqual(want);
  });

  test("prefers an alternative whose scopes the token client asks for", async () => {
    const security = [{ machine: ["admin"] }, { machine: ["read"] }];
    expect((await authorizationOf(security, undefined, "read")).authorization).toEqual(token("read"));
  });

  test("warns of a scheme that is not declared, once however many operations it is for", async () => {
    const document = documentOf(
      { "/a": { get: okResponses, put: okResponses } },
      { components, security: [{ machin: ["read"] }] },
    );
    expect((await mappingOf(document)).warnings).toMatchObject([
      {
        severity: "warning",
        pointer: "#/security/0/machin",
        message: 'security scheme "machin" is not declared; a token is sent (2 operations)',
        fix: 'did you mean "machine"?',
      },
    ]);
  });

  const scopePointer = 'tokenClients["test.client"].scope';

  test("reports the scopes that a token client lacks once, at the token client, with the operations", async () => {
    const needs = (...scopes: string[]) => ({ ...okResponses, security: [{ machine: scopes }] });
    const item = { get: needs("write"), put: needs("write"), post: needs("write"), patch: needs("write") };
    const document = documentOf({ "/a": { ...item, delete: needs("write", "admin") } }, { components });
    const error = await generatorErrorOf(() => mappingOf(document, { scope: "read" }));
    expect(error.code).toBe("ERR_MAPPING_SCOPE");
    expect(error.diagnostics).toMatchObject([
      {
        file: configOf().file,
        pointer: scopePointer,
        message: expect.stringMatching(
          /^lacks write, needed by GET \/a \(.*\/test\.json:1\), PUT \/a, POST \/a and 1 more$/,
        ),
        mentions: [expect.stringMatching(/\/test\.json$/)],
        fix: expect.stringMatching(/^add write to tokenClients\["test\.client"\]\.scope, or leave scope out/),
      },
      {
        pointer: scopePointer,
        message: expect.stringMatching(/^lacks write admin, needed by DELETE \/a \(/),
      },
      { severity: "warning", message: 'security scheme "machine" declares no scope "admin"' },
    ]);
  });

  test("reports an operation once, however many clients are made of its document", async () => {
    const spec = await specOf(
      documentWith({ ...okResponses, security: [{ machine: ["write"] }] }, { components }),
    );
    const error = await generatorErrorOf(() => resolveMapping(configOf({ scope: "read" }), [spec, spec]));
    expect(error.diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^lacks write, needed by GET \/things \(.*\/test\.json:1\)$/),
    ]);
  });

  const misspelt = {
    pointer: scopePointer,
    fix: expect.stringMatching(/^did you mean "write" instead of "wriet"\?/),
  };

  test("takes a configured scope that no document knows for a misspelt one that is lacking", async () => {
    const document = documentWith({ ...okResponses, security: [{ machine: ["write"] }] }, { components });
    const error = await generatorErrorOf(() => mappingOf(document, { scope: "read wriet" }));
    expect(error.diagnostics).toMatchObject([misspelt]);
  });

  test("takes a configured scope that no document knows for a misspelt one that is declared", async () => {
    const { warnings } = await authorizationOf([{ machine: ["read"] }], undefined, "read wriet");
    expect(warnings).toMatchObject([misspelt]);
  });

  test("never takes a scope of the document for a misspelt one of the config", async () => {
    const document = documentWith({ ...okResponses, security: [{ machine: ["reed"] }] }, { components });
    const error = await generatorErrorOf(() => mappingOf(document, { scope: "read" }));
    expect(error.diagnostics[0]?.fix).not.toContain("did you mean");
  });

  test.each([[["read", "write"]], [["read write"]], ["read  write"]])(
    "takes the scope %j for two scopes",
    async (scope) => {
      const document = documentWith(
        { ...okResponses, security: [{ machine: ["read", "write"] }] },
        { components },
      );
      expect((await mappingOf(document, { scope })).warnings).toEqual([]);
    },
  );

  test("leaves scopes to run time where the config has none", async () => {
    expect((await authorizationOf([{ oidc: ["anything"] }])).authorization).toEqual(token("anything"));
  });

  test("warns of configured scopes that no operation needs", async () => {
    const { warnings } = await authorizationOf([{ machine: ["read"] }], undefined, "read write");
    expect(warnings).toMatchObject([{ severity: "warning", pointer: 'tokenClients["test.client"].scope' }]);
  });

  test("lists the scopes that the document declares, then those that it only asks for", async () => {
    const { specs } = await mappingOf(
      documentWith({ ...okResponses, security: [{ oidc: ["email"] }] }, { components }),
    );
    expect(specs[0]?.scopes).toEqual(["read", "write", "email"]);
  });
});
