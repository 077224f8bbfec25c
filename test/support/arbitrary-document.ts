import fc from "fast-check";
import { formatPointer } from "../../generator/src/document.ts";
import { hostileTexts } from "./hostile-texts.ts";

/** Names as documents have them, and as nobody should. */
const name = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("id", "Item", "item", "items", "list-items", "getItem", "a.b", "2fa", "Ü"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("constructor", "__proto__", "toString", "Response", "default", "then"),
  },
  { weight: 1, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
);

const text = fc.oneof(name, fc.string({ maxLength: 30 }));

/** Few, so that references often lead somewhere. */
const SCHEMAS = ["Item", "item", "Item2", "List", "a.b", "__proto__", "100%", "Response"];

const schemaRef = fc.constantFrom(...SCHEMAS, "None").map((target) => ({
  $ref: formatPointer(["components", "schemas", target]).replaceAll("%", "%25"),
}));

const anything = fc.jsonValue({ maxDepth: 2 });

const scalar = fc.record(
  {
    type: fc.oneof(
      fc.constantFrom("string", "integer", "number", "boolean", "null", "file"),
      fc.constant(["string", "null"]),
    ),
    format: fc.constantFrom("date-time", "binary", "byte", "int64", "x"),
    enum: fc.array(anything, { maxLength: 3 }),
    default: anything,
    nullable: fc.boolean(),
    readOnly: fc.boolean(),
    writeOnly: fc.boolean(),
    deprecated: fc.boolean(),
    description: text,
    minimum: fc.double(),
    exclusiveMinimum: fc.oneof(fc.boolean(), fc.integer()),
    pattern: text,
  },
  { requiredKeys: [] },
);

const { schema } = fc.letrec<{ schema: unknown }>((tie) => {
  const several = fc.array(tie("schema"), { maxLength: 2, depthIdentifier: "schema" });
  const members = fc.dictionary(name, tie("schema"), { maxKeys: 3, depthIdentifier: "schema" });
  const composed = fc.record(
    {
      type: fc.constantFrom("object", "array", ["object", "null"]),
      properties: members,
      required: fc.array(name, { maxLength: 3 }),
      items: fc.oneof(tie("schema"), several),
      prefixItems: several,
      allOf: several,
      oneOf: several,
      anyOf: several,
      not: tie("schema"),
      additionalProperties: fc.oneof(fc.boolean(), tie("schema")),
      patternProperties: members,
      discriminator: fc.record({ propertyName: name, mapping: fc.dictionary(name, text, { maxKeys: 2 }) }),
      const: anything,
      description: text,
      readOnly: fc.boolean(),
      nullable: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  return {
    schema: fc.oneof(
      { maxDepth: 2, depthIdentifier: "schema", withCrossShrink: true },
      scalar,
      schemaRef,
      composed,
      fc.constantFrom(true, false, null, 1, "string", []),
    ),
  };
});

const mediaType = fc.oneof(
  fc.constantFrom(
    "application/json",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "text/plain",
  ),
  fc.constantFrom("text/event-stream", "application/jsonl", "application/octet-stream", "*/*", "image/*"),
  text,
);

const content = fc.dictionary(mediaType, fc.record({ schema }, { requiredKeys: [] }), { maxKeys: 2 });

const parameter = fc.record(
  {
    name,
    in: fc.constantFrom("query", "header", "path", "cookie", "querystring", "body"),
    required: fc.boolean(),
    style: fc.constantFrom("form", "simple", "deepObject", "matrix", "label", "pipeDelimited", "odd"),
    explode: fc.boolean(),
    allowReserved: fc.boolean(),
    schema,
    content,
    description: text,
  },
  { requiredKeys: ["name", "in"] },
);

const response = fc.record(
  { description: text, content, headers: fc.dictionary(name, fc.record({ schema }), { maxKeys: 2 }) },
  { requiredKeys: [] },
);

const operation = fc.record(
  {
    operationId: name,
    summary: text,
    description: text,
    tags: fc.array(text, { maxLength: 2 }),
    deprecated: fc.boolean(),
    parameters: fc.array(parameter, { maxLength: 3 }),
    requestBody: fc.record({ required: fc.boolean(), content }, { requiredKeys: [] }),
    responses: fc.dictionary(
      fc.constantFrom("200", "201", "204", "2XX", "404", "default", "x-a", "99"),
      response,
      {
        maxKeys: 3,
      },
    ),
    security: fc.constantFrom(
      undefined,
      [],
      [{ oauth: ["read"] }],
      [{ key: [] }, {}],
      [{ none: [] }],
      [{ oauth: null }],
    ),
    servers: fc.array(fc.record({ url: text }), { maxLength: 1 }),
  },
  { requiredKeys: [] },
);

const path = fc
  .array(
    fc.oneof(fc.constantFrom("items", "{id}", "{id}.{format}", "{a}:verb", "b(c={c})", "#x", "%2F"), name),
    {
      maxLength: 3,
    },
  )
  .map((segments) => `/${segments.join("/")}`);

const methods = fc.dictionary(fc.constantFrom("get", "put", "post", "delete", "query", "trace"), operation, {
  minKeys: 1,
  maxKeys: 2,
});

/** Documents of OpenAPI 3 that a parser can read, however little sense they make. */
export const arbitraryDocument = fc.record({
  openapi: fc.constantFrom("3.0.3", "3.1.0", "3.2.0"),
  info: fc.record({ title: text, version: text, description: text }),
  paths: fc.dictionary(path, methods, { minKeys: 1, maxKeys: 2 }),
  components: fc.record({
    schemas: fc.dictionary(fc.constantFrom(...SCHEMAS), schema, { maxKeys: 4 }),
    securitySchemes: fc.constant({
      oauth: {
        type: "oauth2",
        flows: { clientCredentials: { tokenUrl: "https://a.example", scopes: { read: "" } } },
      },
      key: { type: "apiKey", in: "header", name: "X-Key" },
    }),
  }),
});

/** Operations whose ids are all different, case aside; by path. */
export const distinctOperations = fc
  .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{2,8}(-[a-z]{1,4})?$/), { minLength: 2, maxLength: 12 })
  .map((ids) => ids.map((operationId): [string, unknown] => [`/${operationId}`, { get: { operationId } }]));
