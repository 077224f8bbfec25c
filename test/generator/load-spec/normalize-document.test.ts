import { describe, expect, test } from "vitest";
import { type JsonObject, refOf } from "../../../generator/src/document.ts";
import { GeneratorError } from "../../../generator/src/errors.ts";
import { Findings } from "../../../generator/src/load-spec/findings.ts";
import { normalizeDocument } from "../../../generator/src/load-spec/normalize-document.ts";
import { OperationSelection } from "../../../generator/src/load-spec/select-operations.ts";
import { SourceFiles } from "../../../generator/src/load-spec/source-files.ts";
import { violationsIn } from "../../support/normalized.ts";

/** Something of everything that a document can hold. */
const schema = {
  type: "object",
  title: "T",
  required: ["a"],
  properties: {
    a: { $ref: "#/components/schemas/B", description: "x" },
    b: { type: ["string", "null"], enum: ["x"], format: "date" },
  },
  patternProperties: { "^x": { not: { type: "number", exclusiveMinimum: true, minimum: 1 } } },
  additionalProperties: {
    oneOf: [{ type: "array", items: [{}, { const: 1 }] }, { $ref: "#/components/schemas/A/properties/b" }],
  },
  allOf: [{ nullable: true, anyOf: [{ type: "string" }] }],
  discriminator: { propertyName: "a", mapping: { x: "B" } },
  $defs: { C: { $anchor: "c", type: "string" } },
  example: { $ref: 1 },
};

const media = {
  "application/json": {
    schema,
    example: 1,
    encoding: { a: { contentType: "text/plain", headers: { X: { schema: {} } } } },
  },
};

const parameter = {
  name: "q",
  in: "query",
  description: "x",
  style: "form",
  explode: true,
  schema: { type: "string" },
};

const whole = {
  openapi: "3.2.0",
  info: { title: "T", version: "1" },
  servers: [{ url: "/{a}", variables: { a: { default: "x", enum: ["x"] } } }],
  security: [{ oauth: ["read"] }],
  tags: [{ name: "t", description: "x" }],
  paths: {
    "/a/{id}": {
      summary: "x",
      parameters: [
        { name: "id", in: "path", required: true, schema: { $ref: "#c" } },
        { $ref: "#/components/parameters/P" },
      ],
      post: {
        operationId: "postA",
        tags: ["t"],
        parameters: [parameter, { name: "f", in: "query", content: media }],
        requestBody: { required: true, content: media },
        responses: {
          "200": {
            description: "x",
            headers: { X: { $ref: "#/components/headers/H" } },
            content: media,
            links: { l: {} },
          },
          default: { $ref: "#/components/responses/R" },
        },
        security: [{ oauth: ["write"], key: [] }],
        callbacks: { c: { $ref: "#/nowhere" } },
      },
      additionalOperations: {
        LINK: { requestBody: { $ref: "#/components/requestBodies/B" }, responses: {} },
      },
    },
    "/b": { $ref: "#/components/pathItems/I" },
    "/c": { get: { responses: {} } },
  },
  components: {
    schemas: { A: schema, B: { type: "object", allOf: [{ $ref: "#/components/schemas/A" }] } },
    parameters: { P: { ...parameter, name: "p" } },
    headers: { H: { required: true, schema: { type: "integer" } } },
    responses: { R: { description: "x", content: media } },
    requestBodies: { B: { content: media } },
    pathItems: { I: { get: { responses: { "2XX": { description: "x" } } } } },
    securitySchemes: {
      oauth: {
        type: "oauth2",
        flows: { clientCredentials: { tokenUrl: "https://x", scopes: { read: "" } } },
      },
      key: { type: "apiKey" },
    },
  },
};

function normalize(root: JsonObject) {
  const file = { location: "/api.json", root, locate: () => ({ file: "/api.json", line: 1, column: 1 }) };
  const access = { read: () => Promise.reject(new Error("no file is read")), parse: () => file };
  const files = new SourceFiles(file, access);
  const findings = new Findings();
  return { ...normalizeDocument(file, { files, findings, selection: new OperationSelection({}) }), findings };
}

type Path = readonly (string | number)[];

/** Every place in a value. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

describe("normalizeDocument", () => {
  test("finds nothing wrong with a sound document, and leaves it as it was", () => {
    const before = JSON.stringify(whole);
    const { document, operations, findings } = normalize(whole);
    expect(findings.warnings()).toEqual([]);
    expect(violationsIn(document)).toEqual([]);
    expect(operations).toHaveLength(4);
    expect(JSON.stringify(whole)).toBe(before);
  });

  const loop = { $ref: "#/components/schemas/A/allOf/0" };
  const lost = { $ref: "#/nowhere" };
  const junk = [null, true, "x", [], [null], { a: null }, lost, { $ref: 1 }, { $ref: "#" }, loop];

  test.each(junk.map((value) => [JSON.stringify(value), value] as const))(
    "makes a sound document of one that has this in any place: %s",
    (_, value) => {
      const places = placesIn(whole).filter(([root]) => root !== undefined && root !== "openapi");
      const broken = places.flatMap((path) => {
        const where = path.join("/");
        try {
          const { document, operations } = normalize(replaced(whole, path, value) as JsonObject);
          return [
            ...violationsIn(document).map((violation) => `${where} makes ${violation}`),
            ...(operations.length > 0 || path.length === 1 ? [] : [`${where} makes it empty`]),
          ];
        } catch (error) {
          return error instanceof GeneratorError ? [] : [`${where} throws ${error}`];
        }
      });
      expect(broken).toEqual([]);
    },
  );

  test("shares what does not change with the source, instead of copying it", () => {
    const plain = { type: "object", properties: { a: { type: "string", enum: ["x"] } } };
    const { document } = normalize({ ...whole, components: { schemas: { Plain: plain } } });
    expect((document["components"] as { schemas: JsonObject }).schemas["Plain"]).toBe(plain);
  });

  test("names what it hoists by its place alone, whatever the order of the document", () => {
    const schemas = { A: schema, B: {}, Z: { items: { $ref: "#/components/schemas/A/allOf/0/anyOf/0" } } };
    const refs = [schemas, Object.fromEntries(Object.entries(schemas).toReversed())].map((given) => {
      const { document } = normalize({ ...whole, components: { schemas: given } });
      const { Z } = (document["components"] as { schemas: Record<string, JsonObject> }).schemas;
      return refOf(Z?.["items"]);
    });
    expect(refs).toEqual(["#/components/schemas/AAllOf0AnyOf0", "#/components/schemas/AAllOf0AnyOf0"]);
  });
});
