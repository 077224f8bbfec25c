import { describe, expect, test } from "vitest";
import type { ClientTarget } from "../../../generator/src/model.ts";
import { resolveMapping } from "../../../generator/src/resolve-mapping.ts";
import {
  configOf,
  documentWith,
  generatorErrorOf,
  mappingOf,
  okResponses,
  specOf,
} from "../../support/documents.ts";

const flows = { clientCredentials: { tokenUrl: "https://a.example", scopes: { read: "", write: "" } } };
const securitySchemes = {
  machine: { type: "oauth2", flows },
  bearer: { type: "http", scheme: "bearer" },
  key: { type: "apiKey", name: "key", in: "query" },
  swagger: { type: "apiKey", name: "Authorization", in: "header" },
};

const documentFor = (security: unknown) =>
  documentWith({ ...okResponses, security }, { components: { securitySchemes } });

const warningsOf = async (security: unknown, target: Partial<ClientTarget> = {}) =>
  (await mappingOf(documentFor(security), {}, target)).warnings;

describe("a mapping by scheme", () => {
  test.each<[rule: string, scheme: string, message: RegExp, fix: RegExp]>([
    [
      "the document lacks",
      "machin",
      /^test.json has no security scheme "machin"$/,
      /^did you mean "machine"\?$/,
    ],
    ["no token can be", "key", /^no token can be what the security scheme "key" asks for$/, /`credentials`/],
  ])("is ERR_MAPPING_SCHEME for a scheme that %s", async (_, scheme, message, fix) => {
    const tokenClient = { [scheme]: "test.client" };
    const error = await generatorErrorOf(() =>
      mappingOf(documentFor([{ machine: [] }]), {}, { tokenClient }),
    );
    expect(error.code).toBe("ERR_MAPPING_SCHEME");
    expect(error.diagnostics).toMatchObject([
      {
        file: configOf().file,
        pointer: `clients.TestClient.tokenClient.${scheme}`,
        message: expect.stringMatching(message),
        fix: expect.stringMatching(fix),
      },
    ]);
  });

  test("may name a scheme that operations need although the document does not declare it", async () => {
    const { specs } = await mappingOf(
      documentFor([{ other: ["a"] }]),
      {},
      { tokenClient: { other: "test.client" } },
    );
    expect(specs[0]?.operations[0]?.authorization).toMatchObject({ token: true, scopes: ["a"] });
  });

  test("sends a token where nobody can read what is needed, as without a mapping", async () => {
    const { specs } = await mappingOf(documentFor([null]), {}, { tokenClient: { machine: "test.client" } });
    expect(specs[0]?.operations[0]?.authorization).toMatchObject({ token: true, tokenClient: "test.client" });
  });
});

describe("a setting to no effect", () => {
  test.each<[rule: string, security: unknown, target: Partial<ClientTarget>, pointer: string, fix: RegExp]>([
    ["a token client that no operation needs", [{ key: [] }], {}, "tokenClient", /^correct the document/],
    [
      "one of several that no operation needs",
      [{ machine: [] }],
      { tokenClient: { machine: "test.client", bearer: "other.client" } },
      "tokenClient",
      /^leave it out/,
    ],
    [
      "a token client where an API key stands for a token",
      [{ swagger: [] }],
      {},
      "tokenClient",
      /^if "swagger" stands for such a token, say tokenClient: \{ "swagger": "test.client" \}$/,
    ],
    [
      "scopes by operation where no operation declares any",
      [{ bearer: [] }],
      { scopes: "operation" },
      "scopes",
      /^leave/,
    ],
  ])("is warned of: %s", async (_, security, target, key, fix) => {
    expect(await warningsOf(security, target)).toMatchObject([
      { severity: "warning", pointer: `clients.TestClient.${key}`, fix: expect.stringMatching(fix) },
    ]);
  });

  test("is not what some operation needs", async () => {
    expect(await warningsOf([{ machine: ["read"] }], { scopes: "operation" })).toEqual([]);
  });
});

describe("the scopes of a token client", () => {
  const needs = (tokenClient: ClientTarget["tokenClient"], security: unknown) =>
    specOf(documentFor(security), { tokenClient });

  test("are compared with what the operations of all its clients need of it", async () => {
    const specs = [
      await needs("test.client", [{ machine: ["read"] }]),
      await needs({ machine: "test.client" }, [{ machine: ["write"] }]),
    ];
    expect(resolveMapping(configOf({ scope: "read write" }), specs).warnings).toEqual([]);
    const error = await generatorErrorOf(() => resolveMapping(configOf({ scope: "read" }), specs));
    expect(error.diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^lacks write, needed by GET \/things \(.*\/test\.json:1\)$/),
    ]);
  });

  test("are not compared with what operations need of another token client", async () => {
    const config = { ...configOf({ scope: "read" }) };
    const other = { issuer: "https://login.example.com", scope: "write" };
    const specs = [await needs({ machine: "other.client", bearer: "test.client" }, [{ machine: ["write"] }])];
    const { warnings } = resolveMapping(
      { ...config, tokenClients: { ...config.tokenClients, "other.client": other } },
      specs,
    );
    expect(warnings.map(({ message }) => message)).toEqual(['no operation takes a token of "test.client"']);
  });
});
