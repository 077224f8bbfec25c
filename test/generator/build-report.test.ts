import { describe, expect, test } from "vitest";
import type { AccessReport, OperationAccess } from "../../generator/src/model.ts";
import { report } from "../../generator/src/report.ts";
import { documentOf, okResponses } from "../support/documents.ts";
import { folderWith } from "../support/folder.ts";
import { guardedApis } from "../support/guarded-apis.ts";

async function reportOf(files: Record<string, unknown> = guardedApis()): Promise<AccessReport> {
  return (await report({ cwd: folderWith(files), format: "json" })).report;
}

/** A config whose clients all have this document: paths to the scopes that a GET of them needs. */
function needing(
  operations: Record<string, readonly string[]>,
  tokenClients: Record<string, object>,
  rest: object = {},
) {
  const scopes = Object.fromEntries(
    Object.values(operations).flatMap((names) => names.map((name) => [name, ""])),
  );
  const flows = { clientCredentials: { tokenUrl: "https://a.example/token", scopes } };
  const paths = Object.fromEntries(
    Object.entries(operations).map(([path, names]) => [
      path,
      { get: { ...okResponses, security: [{ oauth: names }] } },
    ]),
  );
  const document = documentOf(paths, {
    components: { securitySchemes: { oauth: { type: "oauth2", flows } } },
  });
  const names = Object.keys(tokenClients);
  const clients = names.map((tokenClient, index) => [
    `Api${index}Client`,
    { spec: `api${index}.json`, tokenClient, ...rest },
  ]);
  const all = names.map((name) => [name, { issuer: "https://a.example", ...tokenClients[name] }]);
  return {
    ...Object.fromEntries(names.map((_, index) => [`api${index}.json`, document])),
    "openapi-m2m.config.json": {
      output: "generated",
      tokenClients: Object.fromEntries(all),
      clients: Object.fromEntries(clients),
    },
  };
}

function operationsOf({ clients }: AccessReport): Record<string, OperationAccess> {
  return Object.fromEntries(
    clients.flatMap(({ operations }) => operations.map((entry) => [entry.id, entry])),
  );
}

describe("buildReport", () => {
  test.each<[method: string, Partial<OperationAccess>]>([
    [
      "listOrders",
      { guard: "scopes", scopes: ["orders:read"], tokenClient: "orders.client", effect: "read" },
    ],
    ["createOrder", { guard: "scopes", scopes: ["orders:write"], effect: "change", findings: [] }],
    ["deleteOrder", { guard: "scopes", effect: "delete", isDeprecated: true, findings: ["deprecated"] }],
    ["getHealth", { guard: "none", findings: ["public"] }],
    ["ping", { guard: "none", isOptional: false, findings: ["public"] }],
    ["getMe", { guard: "token", scopes: [], findings: ["any-token", "other-token-client"] }],
    ["importOrders", { guard: "scopes", isOptional: true, findings: ["optional"] }],
    ["callLegacy", { guard: "credentials", credentials: [["key"]], findings: ["without-token"] }],
    ["showCertificate", { guard: "certificate", needsCertificate: true, findings: ["without-token"] }],
    ["answerDigest", { guard: "unsendable", findings: ["without-token"] }],
  ])("says what guards an operation: %s", async (method, want) => {
    expect(operationsOf(await reportOf())[`OrdersClient.${method}`]).toMatchObject(want);
  });

  test("tells what a document says nothing of from what it leaves open, though a token goes along", async () => {
    const { listThings, createThing } = Object.fromEntries(
      Object.entries(operationsOf(await reportOf())).map(([id, entry]) => [
        id.replace("ThingsClient.", ""),
        entry,
      ]),
    );
    const want = { guard: "undeclared", tokenClient: "things.client", findings: ["undeclared-security"] };
    expect([listThings, createThing]).toMatchObject([want, want]);
  });

  test("finds the scopes that nothing needs, and counts who needs the others", async () => {
    const { tokenClients } = await reportOf();
    expect(tokenClients.find(({ name }) => name === "orders.client")?.scopes).toEqual([
      { name: "orders:read", needed: "yes", operations: { read: 1, change: 0, delete: 0 } },
      { name: "orders:write", needed: "yes", operations: { read: 0, change: 2, delete: 1 } },
      { name: "orders:admin", needed: "no", operations: { read: 0, change: 0, delete: 0 } },
    ]);
  });

  test("does not call unneeded what operations that name no scopes may need", async () => {
    const { tokenClients, findings } = await reportOf(needing({ "/a": [] }, { a: { scope: "read" } }));
    expect(tokenClients[0]?.scopes).toMatchObject([{ name: "read", needed: "unknown" }]);
    expect(findings.map(({ kind }) => kind)).toEqual(["any-token"]);
  });

  test("says what a token client without a scope would have to ask for", async () => {
    const { findings } = await reportOf(needing({ "/a": ["read", "list"], "/b": ["read"] }, { a: {} }));
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: "open-scope", tokenClient: "a", scopes: ["read", "list"] }),
    );
  });

  const operations = { "/a": ["read"], "/b": ["read"], "/c": ["read", "list"], "/d": [] };

  test("says what a lost token is good for, and one of the scopes of one operation", async () => {
    const { tokenClients, findings } = await reportOf(needing(operations, { a: { scope: "read list" } }));
    expect(tokenClients[0]?.reach).toEqual({
      isByOperation: false,
      silentOperations: 1,
      ofClient: { scopes: 2, operations: 4 },
      // What names no scopes asks for all of them.
      ofOperation: { tokens: 3, mostScopes: 2, medianOperations: 3, mostOperations: 4 },
    });
    expect(findings.map(({ kind }) => kind)).toContain("lost-token");
  });

  test("has nothing to say of lost tokens where calls ask for no more than they need", async () => {
    const files = needing(operations, { a: { scope: "read list" } }, { scopes: "operation" });
    const { tokenClients, findings } = await reportOf(files);
    expect(tokenClients[0]?.reach?.isByOperation).toBe(true);
    expect(findings.map(({ kind }) => kind)).not.toContain("lost-token");
  });

  const one = { "/one": ["read"] };
  test.each<[what: string, other: object, isGood: boolean]>([
    ["the same server, scopes and audience", { scope: "read" }, true],
    ["more scopes", { scope: "write read" }, true],
    ["no such scope", { scope: "write" }, false],
    ["scopes that the server decides", {}, false],
    ["another server", { scope: "read", issuer: "https://b.example" }, false],
    ["an endpoint of the same server", { scope: "read", tokenEndpoint: "https://a.example/token" }, true],
    ["another resource", { scope: "read", resource: "urn:b" }, false],
    ["that resource and others", { scope: "read", resource: ["urn:b", "urn:a"] }, true],
    ["another audience", { scope: "read", audience: "b" }, false],
    ["other parameters", { scope: "read", parameters: { tenant: "b" } }, false],
  ])("says who else could call an operation: %s", async (_, other, isGood) => {
    const files = needing(one, { a: { scope: "read", resource: "urn:a" }, b: other });
    const config = Object(files["openapi-m2m.config.json"]);
    config.clients = { Api0Client: { spec: "api0.json", tokenClient: "a" } };
    const report = await reportOf(files);
    const [operation] = Object.values(operationsOf(report));
    expect(operation?.couldBeCalledBy).toEqual(isGood ? ["b"] : []);
    expect(report.findings.some(({ kind }) => kind === "other-token-client")).toBe(isGood);
  });

  test("takes a client of the same document for no stranger to its operations", async () => {
    const files = needing(one, { a: { scope: "read" }, b: { scope: "read" } });
    const config = Object(files["openapi-m2m.config.json"]);
    config.clients.Api1Client.spec = "api0.json";
    expect((await reportOf(files)).findings).toEqual([]);
  });

  test("finds a token client whose tokens go to several APIs, and one whose go to none", async () => {
    const files = needing(one, { a: { scope: "read" }, b: { scope: "read", resource: "urn:b" } });
    const config = Object(files["openapi-m2m.config.json"]);
    config.clients.Api1Client.tokenClient = "a";
    const { findings } = await reportOf(files);
    expect(findings.map(({ kind, tokenClient }) => [kind, tokenClient])).toEqual([
      ["unused-token-client", "b"],
      ["shared-token-client", "a"],
    ]);
  });

  test("warns of what can be changed by anybody, and notes what can only be read", async () => {
    const open = (method: string) => documentOf({ "/a": { [method]: okResponses } }, { security: [] });
    const levelOf = async (method: string) => {
      const files = needing(one, { a: {} });
      const { findings } = await reportOf({ ...files, "api0.json": open(method) });
      return findings.find(({ kind }) => kind === "public")?.level;
    };
    expect(await levelOf("get")).toBe("note");
    expect(await levelOf("post")).toBe("warning");
  });

  test("puts warnings before notes, and names each operation that a finding is about", async () => {
    const { findings } = await reportOf();
    const levels = findings.map(({ level }) => level);
    expect(levels).toEqual(levels.toSorted((a, b) => (a === b ? 0 : a === "warning" ? -1 : 1)));
    expect(findings.filter(({ client }) => client === "OrdersClient")).toMatchObject([
      { kind: "public", operations: ["OrdersClient.getHealth", "OrdersClient.ping"], changing: 1 },
      { kind: "optional", operations: ["OrdersClient.importOrders"] },
      { kind: "other-token-client", tokenClient: "bills.client", scopes: ["orders:read"] },
      { kind: "any-token", operations: ["OrdersClient.getMe"] },
      { kind: "deprecated", operations: ["OrdersClient.deleteOrder"] },
      { kind: "without-token", changing: 2 },
    ]);
  });

  test("names operations as they are called, groups too", async () => {
    const files = needing({}, { a: {} }, { group: "tag" });
    const get = { ...okResponses, operationId: "things_list", tags: ["things"] };
    const report = await reportOf({ ...files, "api0.json": documentOf({ "/things": { get } }) });
    expect(Object.keys(operationsOf(report))).toEqual(["Api0Client.things.list"]);
  });
});
