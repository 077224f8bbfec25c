import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildModel } from "../../generator/src/build-model.ts";
import { emitClient, emitIndex } from "../../generator/src/emit-client.ts";
import { emitSchema } from "../../generator/src/emit-schema.ts";
import { fileHeader } from "../../generator/src/file-header.ts";
import type { ClientTarget } from "../../generator/src/model.ts";
import { verifyOutput } from "../../generator/src/verify-output.ts";
import { compileErrors } from "../support/compile.ts";
import {
  authorizedSpecOf,
  configOf,
  documentOf,
  documentWith,
  modelOf,
  okResponses,
} from "../support/documents.ts";
import { addFiles, folderWith } from "../support/folder.ts";
import { hostileTexts } from "../support/hostile-texts.ts";

/** A client's files by name; the document's own types are left out. */
async function printed(document: unknown, rest: Partial<ClientTarget> = {}) {
  const files = emitClient(await modelOf(document, rest), "", configOf());
  const contentOf = (path: string) => files.find((file) => file.path === path)?.content ?? "";
  return {
    client: contentOf("test/client.ts"),
    operations: contentOf("test/operations.ts"),
    types: contentOf("test/schema.d.ts"),
  };
}

const clientOf = async (...args: Parameters<typeof printed>) => (await printed(...args)).client;
const typesOf = async (...args: Parameters<typeof printed>) => (await printed(...args)).types;

async function filesOf(document: unknown, rest: Partial<ClientTarget> = {}) {
  const spec = await authorizedSpecOf(document, rest);
  const model = buildModel(spec);
  const config = configOf();
  return [...emitClient(model, emitSchema(spec, model), config), ...emitIndex(config, [model])];
}

/** Everything of a document that is text, and may be anything. */
function hostileDocument(text: string) {
  const schema = {
    type: "object",
    description: text,
    properties: { [text]: { type: "string", enum: [text], default: text } },
  };
  const parameter = { name: text, in: "query", description: text, schema };
  const answer = {
    description: text,
    content: { [text]: { schema }, "application/json": { schema: { $ref: "#/components/schemas/A" } } },
  };
  const operation = {
    operationId: text,
    summary: text,
    description: text,
    tags: [text],
    deprecated: true,
    parameters: [parameter],
    requestBody: { description: text, content: { [text]: { schema } } },
    responses: { "200": answer, [text]: answer, default: answer },
    security: [{ [text]: [text] }],
  };
  return documentOf(
    { [`/${text}`]: { get: operation }, [`/a/{${text}}`]: { put: operation } },
    {
      info: { title: text, version: text, description: text },
      components: {
        schemas: { A: schema, [text]: schema },
        securitySchemes: {
          [text]: {
            type: "oauth2",
            flows: { clientCredentials: { tokenUrl: text, scopes: { [text]: text } } },
          },
        },
      },
    },
  );
}

describe("emitClient", () => {
  test("prints a method with an explicit signature", async () => {
    const text = await clientOf(
      documentOf({ "/items/{id}": { get: { ...okResponses, operationId: "getItem" } } }),
    );
    expect(text).toContain(`  getItem(input: GetItemInput): Promise<GetItemResult> {
    return this[call](testOperations.getItem, input);
  }`);
  });

  test("makes the argument optional where nothing in it is required", async () => {
    const parameters = [{ name: "limit", in: "query", schema: {} }];
    expect(await clientOf(documentWith({ ...okResponses, parameters }))).toContain(
      "listThings(input?: ListThingsInput)",
    );
  });

  test("prints a second signature where texts and bytes may be asked for as they come", async () => {
    const responses = { "200": { description: "", content: { "image/png": {} } } };
    const { client, types } = await printed(documentWith({ responses, deprecated: true }));
    expect(client.match(/@deprecated/g)).toHaveLength(2);
    expect(client.replaceAll(/ {2}\/\*\*.*?\*\/\n/gs, "")).toContain(
      `  listThings(input: ListThingsInput & StreamOption): Promise<ListThingsStreamed>;
  listThings(input?: ListThingsInput): Promise<ListThingsResult>;
  listThings(input?: object): Promise<unknown> {
    return this[call](testOperations.listThings, input);
  }`,
    );
    expect(types).toContain("export type ListThingsResult = Success<200, Uint8Array> |");
    expect(types).toContain("export type ListThingsStreamed = Success<200, ItemStream<Uint8Array>> |");
  });

  test("keeps the type of a streamed result apart from those of other methods and schemas", async () => {
    const content = { "image/png": {} };
    const get = { operationId: "load", responses: { "200": { description: "", content } } };
    const put = { ...okResponses, operationId: "loadStreamed" };
    const components = { schemas: { LoadStreamed: {} } };
    const document = documentOf({ "/a": { get, put } }, { components });
    const types = await typesOf(document);
    const { aliases } = await modelOf(document);
    const declared = [...types.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name);
    const names = [...declared, ...aliases.map(({ name }) => name)];
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(["LoadStreamed", "LoadStreamedSchema", "LoadStreamedResult"]),
    );
  });

  test("types the table by the names of the methods", async () => {
    const { operations, types } = await printed(documentWith(okResponses));
    expect(types).toContain("export interface TestOperations {\n  readonly listThings: Operation;\n}\n");
    expect(operations).toContain("export const testOperations: TestOperations = {\n");
  });

  test("prints a class for each group, and the table and its type likewise", async () => {
    const paths = {
      "/orders": { get: { ...okResponses, operationId: "orders/list", tags: ["orders"] } },
      "/health": { get: { ...okResponses, operationId: "getHealth" } },
    };
    const tags = [{ name: "orders", description: "What was bought." }];
    const { client, operations, types } = await printed(documentOf(paths, { tags }), { group: "tag" });
    expect(client).toContain(`/** What was bought. */
export class TestOrdersGroup extends ApiGroup {
  /** \`GET /orders\`. */
  list(input?: OrdersListInput): Promise<OrdersListResult> {
    return this[call](testOperations.orders.list, input);
  }
}
`);
    expect(client).toContain(`class TestMethods extends ApiClient<paths> {
  /** What was bought. */
  readonly orders: TestOrdersGroup = new TestOrdersGroup(this);
`);
    expect(client).toContain("return this[call](testOperations.getHealth, input);");
    expect(operations).toMatch(/= \{\n {2}getHealth: \{.*\n {2}orders: \{\n {4}list: \{.*\n {2}\},\n\};\n$/);
    expect(types).toContain("  readonly orders: {\n    readonly list: Operation;\n  };\n");
  });

  test("declares every type where nothing can run", async () => {
    const { client, operations, types } = await printed(documentWith(okResponses));
    expect(types).not.toMatch(/^export (?!type|interface)/m);
    expect(client + operations).not.toMatch(/^export (type|interface)/m);
  });

  test("has every file import just what it uses", async () => {
    const { client, operations, types } = await printed(documentWith({ ...okResponses, security: [] }));
    const runtime = "@openapi-m2m/runtime/codegen/v1";
    expect(types).toContain(
      `import type { Operation, PublicCallOptions, Success, Undeclared } from "${runtime}";`,
    );
    expect(client).toContain("ApiClient, call, type ApiClientOptions, type RequiredBaseUrl,");
    expect(client).toContain(
      'import type { paths, ListThingsInput, ListThingsResult } from "./schema.d.ts";',
    );
    expect(operations).toContain('import type { TestOperations } from "./schema.d.ts";');
  });

  test("asks the constructor for a base URL where the mapping has none", async () => {
    expect(await clientOf(documentWith(okResponses))).toContain("ApiClientOptions<Bound> & RequiredBaseUrl");
  });

  test("prints the base URL of the mapping", async () => {
    const text = await clientOf(documentWith(okResponses), { baseUrl: "https://api.example.com/" });
    expect(text).toContain(
      '{ name: "TestClient", tokenClient: "test.client", baseUrl: "https://api.example.com/" }',
    );
    expect(text).not.toContain("RequiredBaseUrl");
  });

  test("marks deprecated operations", async () => {
    expect(await clientOf(documentWith({ ...okResponses, deprecated: true }))).toMatch(
      /\.\n {3}\*\n {3}\* @deprecated\n {3}\*\//,
    );
  });

  test("prints prose first, then what goes on the wire", async () => {
    const text = await clientOf(documentWith({ ...okResponses, summary: "List things" }));
    expect(text).toContain("/** List things. `GET /things`. */");
  });

  test.each([
    ["ts", "d.ts", "./schema.d.ts", "./client.ts"],
    ["ts", "ts", "./schema.ts", "./client.ts"],
    ["js", "d.ts", "./schema.js", "./client.js"],
    ["js", "ts", "./schema.js", "./client.js"],
  ] as const)(
    "ends imports in .%s, with types in .%s, as told",
    async (importExtension, schema, types, client) => {
      const endings = { importExtension, schema };
      const files = emitClient(await modelOf(documentWith(okResponses)), "", endings);
      const [schemaFile, clientFile, , index] = files;
      expect(schemaFile?.path).toBe(`test/schema.${schema}`);
      expect(clientFile?.content).toContain(`from "${types}"`);
      expect(index?.content).toContain(`export * from "${client}";\n`);
      expect(index?.content).toContain(`export type * from "${types}";\n`);
    },
  );

  test.each([
    [[{ mtls: [] }], "no token, certificate of the client's `dispatcher`."],
    [[{ machine: ["read"], mtls: [] }], "scope `read`, certificate of the token client's `tls`."],
    [[{ key: [], mtls: [] }], "no token, credential `key`, certificate of the client's `dispatcher`."],
  ])("says whose certificate a call needs: %j", async (security, want) => {
    const securitySchemes = {
      mtls: { type: "mutualTLS" },
      key: { type: "apiKey", in: "header", name: "X-Key" },
      machine: { type: "oauth2", flows: { clientCredentials: { tokenUrl: "/t", scopes: { read: "" } } } },
    };
    const document = documentWith({ ...okResponses, security }, { components: { securitySchemes } });
    expect(await clientOf(document)).toContain(`\`GET /things\`, ${want}`);
  });

  test("types scopes by what the document declares", async () => {
    const flows = { clientCredentials: { tokenUrl: "", scopes: { read: "", write: "" } } };
    const text = await typesOf(
      documentWith(okResponses, { components: { securitySchemes: { a: { type: "oauth2", flows } } } }),
    );
    expect(text).toContain('export type TestScope = "read" | "write";');
    expect(await typesOf(documentWith(okResponses))).toContain("export type TestScope = string;");
  });

  test.each(hostileTexts)("prints nothing but what it means to for a document full of %j", async (text) => {
    const files = await filesOf(hostileDocument(text));
    expect(verifyOutput(files)).toBe(files);
    const grouped = await filesOf(hostileDocument(text), { group: "tag" });
    expect(verifyOutput(grouped)).toBe(grouped);
  });

  test("prints what compiles for a document full of hostile text", async () => {
    const folders = await Promise.all(
      hostileTexts.map(async (text, index) => {
        const rest: Partial<ClientTarget> = index % 2 === 0 ? {} : { group: "tag" };
        const files = await filesOf(hostileDocument(text), rest);
        return Object.fromEntries(files.map(({ path, content }) => [`${index}/${path}`, content]));
      }),
    );
    const folder = folderWith({});
    addFiles(folder, Object.assign({}, ...folders));
    expect(
      compileErrors(
        folder,
        hostileTexts.map((_, index) => join(String(index), "index.ts")),
      ),
    ).toEqual([]);
  });
});

describe("emitIndex", () => {
  test("prints the mapping as data, and an index that leads straight to classes and tables", async () => {
    const config = { ...configOf({ scope: "read" }), file: "/project/api/openapi-m2m.config.ts" };
    const [tokenClients, index] = emitIndex(config, [await modelOf(documentWith(okResponses))]);
    expect(tokenClients?.content).toContain('export type TokenClientName = "test.client";');
    expect(tokenClients?.content).toContain(
      "export const tokenClients: TokenClientsFunction<TokenClientName> = /* @__PURE__ */ bindTokenClients({\n",
    );
    expect(tokenClients?.content).toContain(
      '"test.client": { issuer: "https://login.example.com", scope: "read" }',
    );
    expect(index?.content).toBe(
      [
        fileHeader("../api/openapi-m2m.config.ts"),
        'export { TestClient } from "./test/client.ts";',
        'export { testOperations } from "./test/operations.ts";',
        'export * from "./token-clients.ts";',
        "",
      ].join("\n"),
    );
  });

  test("prints a list of scopes as it was given", async () => {
    const [tokenClients] = emitIndex(configOf({ scope: ["read", "write"] }), []);
    expect(tokenClients?.content).toContain('scope: ["read", "write"]');
  });
});
