import { describe, expect, test } from "vitest";
import { asObject } from "../../../../generator/src/document.ts";
import { documentWith, okResponses, specOf } from "../../../support/documents.ts";

describe("security requirements", () => {
  test.each<[string, unknown, unknown, number]>([
    ["a list", [{ a: ["x"] }, {}], [{ a: ["x"] }, {}], 0],
    ["none", [], [], 0],
    ["nothing said", undefined, undefined, 0],
    ["null", null, undefined, 0],
    ["null for scopes", [{ a: null }], [{ a: [] }], 1],
    ["a scope that is none", [{ a: ["x", 1] }], [{ a: ["x"] }], 1],
    ["no list", { a: ["x"] }, [{ a: ["x"] }], 1],
    ["the name of a scheme", ["a"], [{ a: [] }], 1],
    ["the name of a scheme without a list", "a", [{ a: [] }], 2],
    ["an entry that is none", [null, { a: [] }], [{ a: [] }], 1],
  ])("are lists of schemes with lists of scopes: %s", async (_, security, want, warned) => {
    const { operations, warnings } = await specOf(documentWith({ ...okResponses, security }));
    expect(operations[0]?.security).toEqual(want);
    expect(warnings).toHaveLength(warned);
  });
});

describe("security that nobody can read", () => {
  test.each<[string, unknown]>([
    ["an entry that is null", [null]],
    ["entries of other types", [1, true, ["a"]]],
    ["an object without schemes, outside of a list", {}],
    ["a number", 1],
    ["false", false],
    ["an empty text", ""],
  ])("is never that none is needed: %s", async (_, security) => {
    const root = { security: [] };
    const { operations, warnings } = await specOf(documentWith({ ...okResponses, security }, root));
    expect(operations[0]?.security).toEqual([{ "": [] }]);
    expect(warnings).not.toHaveLength(0);
  });

  test("is needed before none is, where that is an alternative", async () => {
    const { operations } = await specOf(documentWith({ ...okResponses, security: [null, {}] }));
    expect(operations[0]?.security).toEqual([{ "": [] }, {}]);
  });
});

describe("security schemes", () => {
  const flow = { tokenUrl: "https://login.example.com", scopes: { x: "" } };

  test.each<[string, unknown, unknown, number]>([
    [
      "as they are",
      { type: "oauth2", flows: { clientCredentials: flow } },
      { type: "oauth2", flows: { clientCredentials: flow } },
      0,
    ],
    [
      "null for scopes",
      { type: "oauth2", flows: { implicit: { ...flow, scopes: null } } },
      { type: "oauth2", flows: { implicit: { ...flow, scopes: {} } } },
      1,
    ],
    ["flows that are none", { type: "oauth2", flows: [] }, { type: "oauth2", flows: {} }, 1],
    ["a reference", { $ref: "#/components/securitySchemes/Other" }, { type: "http", scheme: "bearer" }, 0],
    ["no type", { scheme: "bearer" }, undefined, 1],
    ["a reference to nothing", { $ref: "#/nowhere" }, undefined, 1],
  ])("are complete: %s", async (_, scheme, want, warned) => {
    const securitySchemes = { A: scheme, Other: { type: "http", scheme: "bearer" } };
    const { document, warnings } = await specOf(
      documentWith(okResponses, { components: { securitySchemes } }),
    );
    expect(asObject(asObject(document["components"])["securitySchemes"])["A"]).toEqual(want);
    expect(warnings).toHaveLength(warned);
  });
});

describe("servers", () => {
  const a = { url: "https://a.example.com" };

  test.each<[string, unknown, unknown, number]>([
    [
      "with variables",
      [{ ...a, variables: { port: { default: 443, enum: [443, "8443"], description: "Port." } } }],
      [{ ...a, variables: { port: { default: "443", enum: ["443", "8443"], description: "Port." } } }],
      0,
    ],
    ["none", [], undefined, 0],
    ["no url", [{ description: "x" }, a], [a], 1],
    ["no list", a, undefined, 1],
    [
      "a variable that is none",
      [{ ...a, variables: { port: null } }],
      [{ ...a, variables: { port: {} } }],
      1,
    ],
  ])("have a url, and variables with texts: %s", async (_, servers, want, warned) => {
    const { document, warnings } = await specOf(documentWith(okResponses, { servers }));
    expect(document["servers"]).toEqual(want);
    expect(warnings).toHaveLength(warned);
  });
});
