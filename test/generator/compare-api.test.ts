import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareApi } from "../../generator/src/compare-api.ts";
import type { JsonObject } from "../../generator/src/document.ts";
import { generate } from "../../generator/src/generate.ts";
import type { OutputFile } from "../../generator/src/model.ts";

import { folderWith } from "../support/folder.ts";

const item = {
  type: "object",
  required: ["id"],
  properties: { id: { type: "string" }, tags: { $ref: "#/components/schemas/Tags" } },
};

const before = {
  openapi: "3.1.0",
  info: { title: "Things", version: "1" },
  paths: {
    "/things": {
      get: operation("listThings", ["things:read"], {
        parameters: [{ name: "limit", in: "query", schema: { type: "integer" } }],
      }),
      post: operation("createThing", ["things:write"], {
        requestBody: jsonBody({ $ref: "#/components/schemas/Thing" }),
      }),
    },
    "/health": { get: operation("getHealth", undefined) },
  },
  components: {
    schemas: { Thing: item, Tags: { type: "array", items: { type: "string" } } },
    securitySchemes: {
      oauth: {
        type: "oauth2",
        flows: {
          clientCredentials: {
            tokenUrl: "/token",
            scopes: { "things:read": "", "things:write": "", "things:admin": "" },
          },
        },
      },
    },
  },
};

const deleteThing = operation("deleteThing", ["things:admin"], {
  parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
});

function operation(operationId: string, scopes: string[] | undefined, rest: JsonObject = {}): JsonObject {
  const schema = scopes === undefined ? { type: "string" } : { $ref: "#/components/schemas/Thing" };
  const responses = { 200: { description: "", ...jsonBody(schema) } };
  return { operationId, security: scopes === undefined ? [] : [{ oauth: scopes }], responses, ...rest };
}

function jsonBody(schema: JsonObject): JsonObject {
  return { content: { "application/json": { schema } } };
}

/** The output for a document. */
async function emit(document: unknown, client: JsonObject = {}): Promise<OutputFile[]> {
  const cwd = folderWith({
    "openapi-m2m.config.json": {
      output: "generated",
      tokenClients: { a: { issuer: "https://login.example.com" } },
      clients: { ThingsClient: { spec: "things.json", tokenClient: "a", ...client } },
    },
    "things.json": document,
  });
  const { stale } = await generate({ cwd });
  return stale.map(({ path }) => ({ path, content: readFileSync(join(cwd, "generated", path), "utf8") }));
}

type Document = typeof before;

/** What changes when a document is edited. */
async function compare(edit: (document: Document) => unknown, client?: JsonObject) {
  const after = structuredClone(before);
  edit(after);
  return compareApi(await emit(before, client), await emit(after, client));
}

describe("compareApi", () => {
  test("finds nothing where only words and their order changed", async () => {
    const changes = await compare((document) => {
      document.info.title = "Other things";
      document.components.schemas.Thing.properties = {
        tags: item.properties.tags,
        id: { type: "string", description: "Its name." } as { type: string },
      };
      document.paths["/things"].get["summary"] = "Lists them.";
    });
    expect(changes).toEqual([]);
  });

  test("names operations that were added and removed", async () => {
    const [changes] = await compare(({ paths }) => {
      Object.assign(paths, { "/things/{id}": { delete: deleteThing } });
      Reflect.deleteProperty(paths, "/health");
    });
    expect(changes).toEqual({
      folder: "things",
      added: [{ name: "deleteThing", method: "DELETE", path: "/things/{id}", scopes: ["things:admin"] }],
      removed: [{ name: "getHealth", method: "GET", path: "/health", scopes: [] }],
      changed: [],
      scopesNeeded: ["things:admin"],
      scopesNotNeeded: [],
    });
  });

  const edits: readonly (readonly [string, (document: Document) => unknown, Record<string, string[]>])[] = [
    [
      "a schema that both take and give, at any depth",
      ({ components }) => Object.assign(components.schemas.Tags.items, { type: "number" }),
      { listThings: ["result"], createThing: ["input", "result"] },
    ],
    [
      "a property that must be there now",
      ({ components }) => components.schemas.Thing.required.push("tags"),
      { listThings: ["result"], createThing: ["input", "result"] },
    ],
    [
      "a parameter",
      ({ paths }) =>
        Object.assign(paths["/things"].get, {
          parameters: [{ name: "limit", in: "query", required: true, schema: { type: "integer" } }],
        }),
      { listThings: ["request", "input"] },
    ],
    [
      "the style of a parameter, which has no type",
      ({ paths }) =>
        Object.assign(paths["/things"].get, {
          parameters: [{ name: "limit", in: "query", allowReserved: true, schema: { type: "integer" } }],
        }),
      { listThings: ["request"] },
    ],
    [
      "a status",
      ({ paths }) => Object.assign(paths["/health"].get["responses"] as object, { 503: { description: "" } }),
      { getHealth: ["request", "result"] },
    ],
    [
      "a scope",
      ({ paths }) => Object.assign(paths["/things"].post, { security: [{ oauth: ["things:admin"] }] }),
      { createThing: ["scopes"] },
    ],
    [
      "a method's name",
      ({ paths }) => Object.assign(paths["/health"].get, { operationId: "health" }),
      { health: ["name", "input", "result"] },
    ],
  ];

  test.each(edits)("tells what is different by %s", async (_, edit, want) => {
    for (const group of [undefined, "tag"]) {
      const [changes] = await compare(edit, group === undefined ? {} : { group });
      const parts = changes?.changed.map((operation) => [operation.name, operation.parts]) ?? [];
      expect(Object.fromEntries(parts)).toEqual(want);
    }
  });

  test("names scopes that no operation needs any more", async () => {
    const [changes] = await compare(({ paths }) => Reflect.deleteProperty(paths["/things"], "post"));
    expect(changes).toMatchObject({ scopesNeeded: [], scopesNotNeeded: ["things:write"] });
  });

  test("knows methods of groups by the names of both", async () => {
    const edit = ({ paths }: Document) => Object.assign(paths["/health"].get, { tags: ["ops"] });
    const [changes] = await compare(edit, { group: "tag" });
    expect(changes?.changed).toMatchObject([{ name: "ops.getHealth", before: { name: "getHealth" } }]);
  });

  test("says nothing of clients that are new, or no more", async () => {
    const files = await emit(before);
    expect([compareApi([], files), compareApi(files, [])]).toEqual([[], []]);
  });
});
