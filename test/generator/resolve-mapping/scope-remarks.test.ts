import { describe, expect, test } from "vitest";
import {
  documentOf,
  documentWith,
  generatorErrorOf,
  mappingOf,
  okResponses,
} from "../../support/documents.ts";

const oauth2 = (flows: object) => ({
  components: { securitySchemes: { machine: { type: "oauth2", flows } } },
});
const clientCredentials = {
  tokenUrl: "https://a.example",
  scopes: { "things:read": "", "things:write": "" },
};
const authorizationCode = { tokenUrl: "https://a.example", scopes: { "users:me": "" } };

const warningsOf = async (scopes: unknown, flows: object) =>
  (await mappingOf(documentWith({ ...okResponses, security: [{ machine: scopes }] }, oauth2(flows))))
    .warnings;

describe("remarksOnScopes", () => {
  test("takes a scope that the scheme does not declare for a misspelt one", async () => {
    expect(await warningsOf(["things:raed"], { clientCredentials })).toMatchObject([
      {
        severity: "warning",
        pointer: "#/paths/~1things/get/security/0/machine/0",
        message: 'security scheme "machine" declares no scope "things:raed"',
        fix: 'did you mean "things:read"?',
      },
    ]);
  });

  test("tells a scope of another flow from those of client credentials", async () => {
    expect(await warningsOf(["users:me"], { clientCredentials, authorizationCode })).toMatchObject([
      { message: expect.stringContaining("is for its authorizationCode flow, not for client credentials") },
    ]);
  });

  test("takes the scopes of other flows where there is no flow of client credentials", async () => {
    expect(await warningsOf(["users:me"], { authorizationCode })).toEqual([]);
  });

  test("says once of a scheme that it declares none", async () => {
    expect(
      await warningsOf(["a", "b"], { clientCredentials: { tokenUrl: "https://a.example", scopes: {} } }),
    ).toMatchObject([
      { message: 'operations need scopes of security scheme "machine", which declares none' },
    ]);
  });

  test("says the same of many operations once, with their number", async () => {
    const operation = { ...okResponses, security: [{ machine: ["wrong"] }] };
    const document = documentOf({ "/a": { get: operation, put: operation } }, oauth2({ clientCredentials }));
    const { warnings } = await mappingOf(document);
    expect(warnings.map(({ message }) => message)).toEqual([
      'security scheme "machine" declares no scope "wrong" (2 operations)',
    ]);
  });

  test.each([[null], ["things:read"], [{ "things:read": true }], [[1]]])(
    "has a token requested without the scopes that are no list of names: %j",
    async (scopes) => {
      const document = documentWith(
        { ...okResponses, security: [{ machine: scopes }] },
        oauth2({ clientCredentials }),
      );
      const { specs } = await mappingOf(document);
      expect(specs[0]?.operations[0]?.authorization).toMatchObject({ token: true, scopes: [] });
      expect(specs[0]?.warnings).toMatchObject([{ message: expect.stringContaining("scopes") }]);
    },
  );

  test("is an error where the config is strict", async () => {
    const document = documentWith(
      { ...okResponses, security: [{ machine: ["wrong"] }] },
      oauth2({ clientCredentials }),
    );
    const error = await generatorErrorOf(() => mappingOf(document, {}, { strict: true }));
    expect(error.code).toBe("ERR_DOCUMENT_INVALID");
  });
});
