import { describe, expect, test } from "vitest";
import type { Schema } from "../support/wire/json-schema.ts";
import { createRandom } from "../support/wire/random.ts";
import { readOperations } from "../support/wire/read-operations.ts";
import { givenOf, meantOf, type SampleOptions, sampleValue } from "../support/wire/sample.ts";
import type { SourceDocument } from "../support/wire/source-document.ts";
import { createChecker } from "../support/wire/value-checker.ts";

/** A schema of a document of a version, translated, with those that it refers to. */
function schemaOf(schema: unknown, { version = "3.1", components = {} } = {}) {
  const root = {
    paths: { "/a": { get: { parameters: [{ name: "a", in: "query", schema }] } } },
    components: { schemas: components },
  };
  const follow = (node: unknown): unknown => {
    const [, name] =
      /#\/components\/schemas\/(.+)/.exec((node as { $ref?: string } | undefined)?.$ref ?? "") ?? [];
    return name === undefined ? node : (components as Record<string, unknown>)[name];
  };
  const { operations, schemas } = readOperations({ root, version, follow } satisfies SourceDocument);
  return { schemas, schema: operations[0]?.parameters[0]?.schema as Schema };
}

function sampled(schema: unknown, options: Partial<SampleOptions> = {}, document = {}, seed = "seed") {
  const { schemas, schema: translated } = schemaOf(schema, document);
  const random = createRandom(seed);
  const all = { random, everything: true, direction: "request", texts: ["t"], keys: ["k", "l"] } as const;
  return sampleValue(translated, schemas, { ...all, ...options });
}

const pet = {
  type: "object",
  required: ["id", "name", "secret"],
  properties: {
    id: { type: "integer", readOnly: true },
    name: { type: "string" },
    secret: { type: "string", writeOnly: true },
    age: { type: "integer", minimum: 3, maximum: 4 },
  },
};

describe("sampleValue", () => {
  test("gives what is required, or everything", () => {
    expect(sampled(pet, { everything: false })).toEqual({ name: "t", secret: "t" });
    expect(Object.keys(sampled(pet) as object)).toEqual(["id", "name", "secret", "age"]);
  });

  test("gives a caller read-only values, which are not meant for the wire", () => {
    const value = sampled(pet);
    expect(givenOf(value)).toHaveProperty("id");
    expect(meantOf(value)).not.toHaveProperty("id");
  });

  test("gives a server no write-only values", () => {
    const value = sampled(pet, { direction: "response", everything: false });
    expect(Object.keys(value as object)).toEqual(["id", "name"]);
  });

  test("is the same for the same seed", () => {
    const schema = { type: "array", items: { type: "number" }, minItems: 5 };
    expect(sampled(schema)).toEqual(sampled(schema));
    expect(sampled(schema, {}, {}, "other")).not.toEqual(sampled(schema));
  });

  test("ends where a schema does not", () => {
    const components = {
      Tree: {
        type: "object",
        required: ["left"],
        properties: { left: { $ref: "#/components/schemas/Tree" } },
      },
      Loop: { $ref: "#/components/schemas/Loop" },
      Wide: { type: "array", items: { oneOf: [{ $ref: "#/components/schemas/Wide" }, { type: "string" }] } },
    };
    for (const name of Object.keys(components))
      expect(sampled({ $ref: `#/components/schemas/${name}` }, {}, { components })).toBeDefined();
  });

  test.each<[string, unknown]>([
    ["3.1", { const: { a: 1 } }],
    ["3.1", { enum: ["a", null, 3] }],
    ["3.1", { type: ["integer", "null"], exclusiveMinimum: 10, multipleOf: 5 }],
    ["3.0", { type: "number", minimum: 0, exclusiveMinimum: true, maximum: 1 }],
    ["3.0", { type: "string", nullable: true, enum: ["a"] }],
    ["3.1", { type: "string", minLength: 30, maxLength: 31 }],
    ["3.1", { type: "string", pattern: "^[A-Z]{3}$" }],
    ["3.1", { type: "string", format: "date-time" }],
    ["3.1", { type: "string", format: "uuid" }],
    ["3.1", { type: "array", prefixItems: [{ type: "string" }, { type: "boolean" }], items: false }],
    ["3.1", { type: "array", items: { type: "integer" }, minItems: 3, uniqueItems: true }],
    ["3.1", { type: "object", additionalProperties: { type: "integer" }, minProperties: 2 }],
    [
      "3.1",
      { allOf: [pet, { type: "object", required: ["more"], properties: { more: { type: "boolean" } } }] },
    ],
    [
      "3.1",
      { oneOf: [{ type: "string" }, { type: "object", required: ["a"], properties: { a: { const: 1 } } }] },
    ],
    ["3.1", { anyOf: [false, { type: "integer", minimum: 7 }] }],
  ])("of %s gives what a validator takes for %j", (version, schema) => {
    const { schemas, schema: translated } = schemaOf(schema, { version });
    const checker = createChecker(schemas);
    for (const seed of "abcdefgh") {
      const value = meantOf(sampled(schema, { everything: seed < "e" }, { version }, seed));
      expect(checker.accepts(translated, value, false), JSON.stringify(value)).toBe(true);
    }
  });
});
