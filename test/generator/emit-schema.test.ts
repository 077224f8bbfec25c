import { describe, expect, test } from "vitest";
import { buildModel } from "../../generator/src/build-model.ts";
import { emitSchema } from "../../generator/src/emit-schema.ts";
import { authorizedSpecOf, documentOf, documentWith, okResponses } from "../support/documents.ts";

async function schemaOf(document: unknown): Promise<string> {
  const spec = await authorizedSpecOf(document);
  return emitSchema(spec, buildModel(spec));
}

const withSchemas = (schemas: Record<string, unknown>) =>
  documentWith(okResponses, { components: { schemas } });

/** The type of the component `A`, its white space made one. */
async function typeOf(schema: unknown, others: Record<string, unknown> = {}): Promise<string | undefined> {
  const text = await schemaOf(withSchemas({ A: schema, ...others }));
  const [, type] = /\nexport type A =(.*?);\n(\n|$)/s.exec(text) ?? [];
  return type
    ?.replaceAll(/\s*\/\*\*.*?\*\//gs, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

const string = { type: "string" };
const number = { type: "number" };
const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Type, schema, and what other component schemas there are. */
type Row = readonly [want: string, schema: unknown, others?: Record<string, unknown>];

const primitives: readonly Row[] = [
  ["unknown", {}],
  ["unknown", { description: "Anything." }],
  ["never", { not: {} }],
  ["string", { type: "string", minLength: 1, pattern: "^a" }],
  ["string", { type: "string", contentEncoding: "base64", contentMediaType: "image/png" }],
  ["number", { type: "integer", format: "int64" }],
  ["boolean", { type: "boolean" }],
  ["null", { type: "null" }],
  ["string | number | null", { type: ["string", "integer", "number", "null"] }],
  ["string | null", { type: "string", nullable: true }],
  ["unknown", { minLength: 3 }],
];

const literals: readonly Row[] = [
  ['"a" | 1 | null | true', { enum: ["a", 1, null, true, "a"] }],
  ['"a" | null', { type: ["string", "null"], enum: ["a"] }],
  ["string", { type: "string", enum: [] }],
  ["-1.5", { const: -1.5 }],
  ["null", { const: null }],
  ['{ x: [1, "y"]; }', { const: { x: [1, "y"] } }],
  ['"\\u2028`*/\\""', { const: '\u2028`*/"' }],
  ['"a" | "b"', { type: "string", oneOf: [{ const: "a", title: "A" }, { const: "b" }] }],
];

const objects: readonly Row[] = [
  ["Record<string, unknown>", { type: "object" }],
  ["Record<string, never>", { type: "object", additionalProperties: false }],
  ["{ a: string; b?: number; }", { properties: { a: string, b: number }, required: ["a"] }],
  ["{ readonly a?: string; }", { type: "object", properties: { a: { ...string, readOnly: true } } }],
  [
    "{ a?: { b?: string; }; } | null",
    { type: ["object", "null"], properties: { a: { properties: { b: string } } } },
  ],
  ['{ "100%"?: string; "a#/b"?: unknown; }', { properties: { "100%": string, "a#/b": true } }],
  ["{ 200?: string; }", { properties: { 200: string } }],
  ["{ a: unknown; }", { type: "object", required: ["a", "a"] }],
  ["{ a?: never; }", { properties: { a: { not: {} } } }],
];

const maps: readonly Row[] = [
  ["{ [key: string]: number; }", { type: "object", additionalProperties: number }],
  ["Record<string, unknown>", { type: "object", additionalProperties: true }],
  ["{ [key: string]: number | string; }", { patternProperties: { "^n": number, "^s": string } }],
  [
    "{ a: string; [key: string]: unknown; }",
    { properties: { a: string }, required: ["a"], additionalProperties: true },
  ],
  [
    "{ a: string; [key: string]: number | string; }",
    { properties: { a: string }, required: ["a"], additionalProperties: number },
  ],
  [
    "{ a?: string; [key: string]: number | string | undefined; }",
    { properties: { a: string }, additionalProperties: number },
  ],
  [
    "{ a?: { b?: string; }; [key: string]: unknown; }",
    { properties: { a: { properties: { b: string } } }, additionalProperties: number },
  ],
  [
    "B & Record<string, unknown>",
    { allOf: [refTo("B")], properties: {}, additionalProperties: number },
    { B: { properties: { a: string } } },
  ],
];

const lists: readonly Row[] = [
  ["unknown[]", { type: "array" }],
  ["string[][]", { type: "array", items: { type: "array", items: string } }],
  ["(string | null)[]", { type: "array", items: { type: ["string", "null"] }, minItems: 2, maxItems: 2 }],
  ["[string, number]", { type: "array", prefixItems: [string, number] }],
  ["[string, number]", { type: "array", prefixItems: [string, number], items: false }],
  [
    "[string, number?, ...boolean[]]",
    { prefixItems: [string, number], minItems: 1, items: { type: "boolean" } },
  ],
  ["[string, number]", { prefixItems: [string, number], items: { type: "boolean" }, maxItems: 2 }],
  ["[string, (string | null)?]", { prefixItems: [string, { type: ["string", "null"] }], minItems: 1 }],
];

const Base = { type: "object", properties: { id: string, tags: { type: "array", items: string } } };

const combinations: readonly Row[] = [
  ["Base", { allOf: [refTo("Base"), { description: "The same." }] }, { Base }],
  ["Base | null", { allOf: [refTo("Base")], nullable: true }, { Base }],
  ["Base & { a?: string; }", { allOf: [refTo("Base")], properties: { a: string } }, { Base }],
  [
    "(Base | string) & { a?: string; }",
    { anyOf: [refTo("Base"), string], properties: { a: string } },
    { Base },
  ],
  ["Base | string", { oneOf: [refTo("Base"), { oneOf: [string, refTo("Base")] }] }, { Base }],
  ["string", { type: "string", anyOf: [{ format: "ipv4" }, { format: "ipv6" }] }],
  ["string", { allOf: [string, { minLength: 1 }] }],
  ["Base & { id: string; tags: {} | null; }", { allOf: [refTo("Base")], required: ["id", "tags"] }, { Base }],
  ["{ id: string; }", { allOf: [{ properties: { id: string } }], required: ["id"] }],
  [
    "({ a: string; } | { b: number; }) & { a?: string; b?: number; }",
    { properties: { a: string, b: number }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
  ],
  [
    "{ a: string; } | { a: number; }",
    { oneOf: [{ properties: { a: string } }, { properties: { a: number } }], required: ["a"] },
  ],
  [
    "{ a?: string; }",
    {
      properties: { a: string },
      if: { required: ["a"] },
      dependentSchemas: { a: { required: ["c"] } },
      unevaluatedProperties: false,
    },
  ],
];

const recursive: readonly Row[] = [
  ["string | A[]", { oneOf: [string, { type: "array", items: refTo("A") }] }],
  ["{ [key: string]: A; }", { type: "object", additionalProperties: refTo("A") }],
  ["{ next?: A; } | null", { properties: { next: refTo("A") }, nullable: true }],
  ["string", { oneOf: [refTo("A"), string] }],
  [
    "{ a?: string; }",
    { allOf: [refTo("B"), { properties: { a: string } }] },
    { B: { oneOf: [refTo("A"), string] } },
  ],
];

const extending = (name: string) => ({ allOf: [refTo(name), { properties: { claws: number } }] });
const union = { oneOf: [refTo("A"), refTo("B")] };

const inheritance: readonly Row[] = [
  ["{ claws?: number; }", extending("Pet"), { Pet: union, B: {} }],
  ["PetBase & { claws?: number; }", extending("Pet"), { Pet: { ...Base, ...union }, B: {} }],
  ["B | C", { oneOf: [refTo("B"), refTo("C")] }, { B: extending("A"), C: extending("A") }],
  ["ABase & (B | C)", { ...Base, anyOf: [refTo("B"), refTo("C")] }, { B: extending("A"), C: extending("A") }],
  [
    'ABase & (B | { kind: "C"; })',
    { ...Base, oneOf: [refTo("B"), { properties: { kind: { const: "C" } }, required: ["kind"] }] },
    { B: extending("A") },
  ],
  [
    "B | C",
    { ...Base, discriminator: { propertyName: "id", mapping: { b: "B", c: "C" } } },
    { B: extending("A"), C: extending("A") },
  ],
  ["Pet", { allOf: [refTo("Pet")] }, { Pet: union, B: {} }],
];

describe("emitSchema", () => {
  describe.each([
    ["a primitive", primitives],
    ["a literal", literals],
    ["an object", objects],
    ["a map", maps],
    ["a list", lists],
    ["a combination", combinations],
    ["a recursive schema", recursive],
    ["inheritance", inheritance],
  ])("prints %s", (_, rows) => {
    test.each(rows.map(([want, schema, others = {}]) => ({ want, schema, others })))(
      "$want",
      async ({ want, schema, others }) => {
        expect(await typeOf(schema, others)).toBe(want);
      },
    );
  });

  test("has an entry for every operation, under the method's name", async () => {
    const paths = { "/a": { get: { ...okResponses, operationId: "a.get" }, put: okResponses } };
    const text = await schemaOf(documentOf(paths));
    expect(text).toMatch(/operations \{\n {2}aGet: \{/);
    expect(text).toMatch(/\n {2}putA: \{/);
    expect(text).toContain('get: operations["aGet"];');
  });

  test("has none for webhooks, whose operationIds may be a method's", async () => {
    const webhooks = { created: { post: { ...okResponses, operationId: "listThings" } } };
    const text = await schemaOf(documentWith(okResponses, { webhooks }));
    expect(text.match(/^ {2}listThings: \{/gm)).toHaveLength(1);
  });

  test("calls components by the names of the model, whatever names those of globals are", async () => {
    const text = await schemaOf(withSchemas({ Response: string, "a.b-c": refTo("Response") }));
    expect(text).toContain("export type ResponseSchema = string;");
    expect(text).toContain("export type ABC = ResponseSchema;");
    expect(text).toContain('    "a.b-c": ABC;');
  });

  test("says what the document calls a schema whose type can't have its name", async () => {
    const text = await schemaOf(
      withSchemas({
        Error: string,
        class: { ...string, description: "Of a ship.", minLength: 1 },
        "a-b": string,
      }),
    );
    expect(text).toContain("/** `Error` in the document. */\nexport type ErrorSchema = string;");
    expect(text).toContain(`/**
 * \`class\` in the document.
 *
 * Of a ship.
 *
 * @minLength 1
 */
export type classSchema = string;`);
    expect(text).toContain("\n\nexport type AB = string;");
  });

  test("says in comments what types cannot", async () => {
    const id = {
      type: "string",
      format: "uuid",
      maxLength: 36,
      description: "Unique.",
      example: "@a */",
      deprecated: true,
    };
    const A = {
      description: "What is sold.\n\n@ts-ignore */",
      properties: { id, on: { type: "boolean", default: false } },
    };
    expect(await schemaOf(withSchemas({ A, B: { description: "RFC 9457", type: "string" } }))).toContain(`
/**
 * What is sold.
 *
 * \\@ts-ignore *\\/
 */
export type A = {
  /**
   * Unique.
   *
   * @format uuid
   * @maxLength 36
   * @example "@a *\\/"
   * @deprecated
   */
  id?: string;
  /** @default false */
  on?: boolean;
};

/** RFC 9457 */
export type B = string;
`);
  });

  test("prints the type of a parameter declared by its content", async () => {
    const parameters = [
      { name: "filter", in: "query", content: { "application/json": { schema: { type: "number" } } } },
    ];
    expect(await schemaOf(documentWith({ ...okResponses, parameters }))).toContain("filter?: number;");
  });

  test("has a parameter that is the whole query string among those of the query", async () => {
    const schema = { type: "object", properties: { a: { type: "number" } } };
    const content = { "application/x-www-form-urlencoded": { schema } };
    const components = { parameters: { Filter: { name: "filter", in: "querystring", content } } };
    const operation = { ...okResponses, parameters: [{ $ref: "#/components/parameters/Filter" }] };
    const text = await schemaOf({ ...documentWith(operation, { components }), openapi: "3.2.0" });
    expect(text).toMatch(/query\?: \{\n\s*filter\?: \{\n\s*a\?: number;/);
  });

  test("says of a header that the response must have it only where the document does", async () => {
    const headers = {
      Link: { schema: string },
      ETag: { $ref: "#/components/headers/ETag" },
      Age: { schema: number, required: true },
    };
    const components = { headers: { ETag: { schema: string } } };
    const text = await schemaOf(
      documentWith({ responses: { 200: { description: "", headers } } }, { components }),
    );
    expect(text).toMatch(/Link\?: string;\s+ETag\?: string;\s+Age: number;/);
  });

  describe("prints bytes", () => {
    const file: Record<string, unknown> = { type: "string", format: "binary" };
    const Form = { type: "object", properties: { file } };
    const sent = (...mediaTypes: string[]) => {
      const content = Object.fromEntries(mediaTypes.map((name) => [name, { schema: refTo("Form") }]));
      return documentWith(
        { ...okResponses, requestBody: { content } },
        { components: { schemas: { Form } } },
      );
    };

    test.each([
      ["Blob", ["multipart/form-data"]],
      ["string", ["application/json"]],
      ["string | Blob", ["application/json", "multipart/form-data"]],
    ])("as %s in %j", async (want, mediaTypes) => {
      expect(await schemaOf(sent(...mediaTypes))).toContain(`file?: ${want};`);
    });
  });

  test.each([
    ["Blob", { type: "string", format: "binary" }],
    ["Blob | null", { type: ["string", "null"], format: "binary" }],
    ["Blob", { contentMediaType: "image/png" }],
    ["Blob", { type: "string", contentEncoding: "binary" }],
    ["string", { type: "string", contentMediaType: "image/png", contentEncoding: "base64" }],
    ["string", { type: "string", contentMediaType: "application/json" }],
  ])("takes for bytes what is %s of %j", async (want, file) => {
    const content = { "multipart/form-data": { schema: { properties: { file } } } };
    const text = await schemaOf(documentWith({ ...okResponses, requestBody: { content } }));
    expect(text).toContain(`file?: ${want};`);
  });

  test("leaves the loaded document as it was", async () => {
    const spec = await authorizedSpecOf(
      withSchemas({ A: { oneOf: [], discriminator: { propertyName: "x" } } }),
    );
    const before = JSON.stringify(spec.document);
    emitSchema(spec, buildModel(spec));
    expect(JSON.stringify(spec.document)).toBe(before);
  });

  test("prints something for a schema that is none", async () => {
    const text = await schemaOf(
      withSchemas({ A: { type: "object", properties: { x: 1 }, oneOf: ["string", number] } }),
    );
    expect(text).toContain("export type A =");
  });
});
