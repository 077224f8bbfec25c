import { formatPointer } from "../../generator/src/document.ts";

/** Writes one text of the document; `label` says which, and is what it is unless somebody wants it otherwise. */
export type Write = (label: string) => string;

const ref = (kind: string, name: string) => ({ $ref: formatPointer(["components", kind, name]) });

const JSON_TYPE = "application/json";

/**
 * A document that has everything in it that a document can have, each text written by `write`, names always in the
 * same way: what refers to a name refers to it whatever it is.
 */
export function richDocument(write: Write = (label) => label): Record<string, unknown> {
  const scheme = (name: string) => write(`${name}Scheme`);
  return {
    openapi: "3.1.0",
    info: {
      title: write("title"),
      version: write("version"),
      summary: write("infoSummary"),
      description: write("infoDescription"),
      license: { name: write("licence") },
      [write("x-info")]: write("infoExtension"),
    },
    servers: [
      {
        url: `https://{${write("variable")}}.example.com/${write("basePath")}`,
        description: write("serverDescription"),
        variables: {
          [write("variable")]: {
            default: write("variableDefault"),
            enum: [write("variableDefault"), write("variableValue")],
            description: write("variableDescription"),
          },
        },
      },
      { url: "https://other.example.com" },
    ],
    tags: [{ name: write("tag"), description: write("tagDescription") }],
    security: [{ [scheme("oauth")]: [write("scope")] }],
    [write("x-root")]: { [write("rootKey")]: write("rootExtension") },
    paths: {
      [`/${write("segment")}/{${write("pathName")}}/items`]: {
        summary: write("itemSummary"),
        parameters: [
          { name: write("pathName"), in: "path", required: true, schema: { type: "string" } },
          ref("parameters", write("parameter")),
        ],
        get: getOperation(write),
        post: postOperation(write),
      },
      "/keys": {
        get: {
          operationId: write("keysId"),
          security: [{ [scheme("key")]: [] }, { [scheme("basic")]: [], [scheme("bearer")]: [] }],
          responses: { 204: { description: write("doneDescription") } },
        },
      },
      "/events": {
        get: {
          responses: {
            200: {
              description: write("eventsDescription"),
              content: { "text/event-stream": { schema: ref("schemas", write("schema")) } },
            },
          },
        },
      },
    },
    webhooks: {
      [write("webhook")]: { post: { responses: { 200: { description: write("hookDescription") } } } },
    },
    components: components(write),
  };
}

function getOperation(write: Write) {
  return {
    operationId: write("operationId"),
    summary: write("summary"),
    description: write("description"),
    tags: [write("tag")],
    deprecated: true,
    externalDocs: { url: write("docsUrl"), description: write("docsDescription") },
    servers: [{ url: `https://${write("operationHost")}.example.com` }],
    parameters: [
      {
        name: write("query"),
        in: "query",
        description: write("queryDescription"),
        style: "deepObject",
        schema: { type: "object", properties: { [write("deepKey")]: { type: "string" } } },
      },
      { name: write("header"), in: "header", schema: { type: "array", items: { type: "integer" } } },
      { name: write("cookie"), in: "cookie", schema: { type: "boolean", default: true } },
      {
        name: write("json"),
        in: "query",
        content: { [write("parameterType")]: { schema: { type: "object" } } },
      },
    ],
    responses: {
      200: {
        description: write("okDescription"),
        headers: {
          [write("responseHeader")]: { description: write("headerDescription"), schema: { type: "string" } },
        },
        content: {
          [JSON_TYPE]: {
            schema: ref("schemas", write("schema")),
            examples: {
              [write("example")]: { summary: write("exampleSummary"), value: write("exampleValue") },
            },
          },
          [write("mediaType")]: { schema: { type: "string" } },
        },
        links: {
          [write("link")]: { operationId: write("operationId"), description: write("linkDescription") },
        },
      },
      [write("status")]: { description: write("statusDescription") },
      default: ref("responses", write("response")),
    },
    [write("x-operation")]: write("operationExtension"),
  };
}

function postOperation(write: Write) {
  return {
    operationId: write("postId"),
    requestBody: ref("requestBodies", write("requestBody")),
    callbacks: { [write("callback")]: { [write("expression")]: { post: { responses: {} } } } },
    responses: { 201: { description: write("createdDescription"), content: { "text/csv": { schema: {} } } } },
    security: [{ [write("oauthScheme")]: [write("scope"), write("otherScope")] }, {}],
  };
}

function components(write: Write) {
  const [schema, cat, dog] = [write("schema"), write("cat"), write("dog")];
  return {
    schemas: {
      [schema]: {
        type: "object",
        title: write("schemaTitle"),
        description: write("schemaDescription"),
        required: [write("property")],
        properties: {
          [write("property")]: {
            type: "string",
            enum: [write("enum"), write("otherEnum")],
            default: write("default"),
            description: write("propertyDescription"),
            pattern: write("pattern"),
            format: write("format"),
            deprecated: true,
          },
          [write("constant")]: { const: write("const") },
          [write("literal")]: { const: { [write("constKey")]: write("constValue") } },
          [write("readOnly")]: { type: "string", readOnly: true, examples: [write("schemaExample")] },
          [write("tuple")]: {
            type: "array",
            prefixItems: [{ type: "string" }, { enum: [write("tupleEnum"), 1, null] }],
          },
          self: ref("schemas", schema),
          pet: ref("schemas", write("pet")),
        },
        patternProperties: { [write("patternProperty")]: { type: "integer" } },
        additionalProperties: { type: ["string", "null"] },
        [write("x-schema")]: { [write("schemaKey")]: write("schemaExtension") },
        $defs: { [write("local")]: { type: "string" } },
        $comment: write("comment"),
      },
      [write("pet")]: {
        oneOf: [ref("schemas", cat), ref("schemas", dog)],
        discriminator: {
          propertyName: write("kind"),
          mapping: { [write("mapping")]: ref("schemas", cat).$ref, [write("otherMapping")]: dog },
        },
      },
      [cat]: {
        type: "object",
        required: [write("kind")],
        properties: { [write("kind")]: { type: "string" } },
      },
      [dog]: { allOf: [ref("schemas", cat), { properties: { [write("bark")]: { type: "boolean" } } }] },
    },
    parameters: {
      [write("parameter")]: { name: write("shared"), in: "query", schema: { enum: [write("sharedEnum")] } },
    },
    responses: {
      [write("response")]: {
        description: write("responseDescription"),
        content: {
          "application/problem+json": { schema: { type: "object", properties: { [write("problem")]: {} } } },
        },
      },
    },
    requestBodies: {
      [write("requestBody")]: {
        description: write("bodyDescription"),
        required: true,
        content: {
          [JSON_TYPE]: { schema: ref("schemas", schema) },
          "multipart/form-data": {
            schema: { type: "object", properties: { [write("part")]: { type: "string", format: "binary" } } },
            encoding: {
              [write("part")]: {
                contentType: write("partType"),
                headers: { [write("partHeader")]: { schema: { type: "string" } } },
              },
            },
          },
          [write("bodyType")]: { schema: { type: "string" } },
        },
      },
    },
    headers: {
      [write("sharedHeader")]: { schema: { type: "string" }, description: write("sharedHeaderDescription") },
    },
    examples: { [write("sharedExample")]: { value: write("sharedValue") } },
    securitySchemes: {
      [write("oauthScheme")]: {
        type: "oauth2",
        description: write("oauthDescription"),
        flows: {
          clientCredentials: {
            tokenUrl: write("tokenUrl"),
            scopes: { [write("scope")]: write("scopeDescription"), [write("otherScope")]: "" },
          },
        },
      },
      [write("keyScheme")]: {
        type: "apiKey",
        in: "query",
        name: write("keyName"),
        description: write("keyDescription"),
      },
      [write("basicScheme")]: { type: "http", scheme: "basic" },
      [write("bearerScheme")]: { type: "http", scheme: "bearer", bearerFormat: write("bearerFormat") },
    },
  };
}

/** Every label that `write` is asked for, once. */
export function labelsOf(document: (write: Write) => unknown): string[] {
  const labels = new Set<string>();
  document((label) => {
    labels.add(label);
    return label;
  });
  return [...labels];
}
