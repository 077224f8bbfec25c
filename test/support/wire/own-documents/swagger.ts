type Fields = Readonly<Record<string, unknown>>;

const fine = { responses: { "204": { description: "Fine." } } };
const FORMATS = ["csv", "ssv", "pipes", "multi"];

function listsIn(location: string, formats: readonly string[], type = "string"): Fields[] {
  const lists = formats.map((collectionFormat) => ({
    name: collectionFormat,
    in: location,
    required: location === "path",
    type: "array",
    items: { type },
    collectionFormat,
  }));
  return [
    ...lists,
    { name: "plain", in: location, required: location === "path", type: "array", items: { type } },
  ];
}

function taking(parameters: readonly Fields[], rest: Fields = {}) {
  return { post: { parameters, ...rest, ...fine } };
}

const pet = {
  type: "object",
  required: ["name"],
  properties: {
    id: { type: "integer", format: "int64", readOnly: true },
    name: { type: "string" },
    children: { type: "array", items: { $ref: "#/definitions/Pet" } },
  },
};

/** Swagger 2.0: collection formats, bodies, forms, files, media types of operation and document. */
export const swaggerDocument = {
  swagger: "2.0",
  info: { title: "Cells", version: "1" },
  host: "api.example.com",
  basePath: "/v1",
  schemes: ["https"],
  consumes: ["application/json"],
  produces: ["application/json"],
  parameters: { limit: { name: "limit", in: "query", type: "integer", required: true } },
  responses: {
    Problem: { description: "Wrong.", schema: { type: "object", properties: { title: { type: "string" } } } },
  },
  definitions: { Pet: pet },
  paths: {
    "/query": taking(listsIn("query", [...FORMATS, "tsv"])),
    "/header": taking(listsIn("header", ["csv"])),
    "/path/{csv}/{plain}": taking(listsIn("path", ["csv"])),
    "/form": taking(listsIn("formData", FORMATS, "integer"), {
      consumes: ["application/x-www-form-urlencoded"],
    }),
    "/shared": { parameters: [{ $ref: "#/parameters/limit" }], get: { ...fine } },
    "/body": taking([{ name: "pet", in: "body", required: true, schema: { $ref: "#/definitions/Pet" } }]),
    "/bodies": taking([{ name: "pet", in: "body", schema: { $ref: "#/definitions/Pet" } }], {
      consumes: ["application/json", "application/xml"],
    }),
    "/text": taking([{ name: "note", in: "body", required: true, schema: { type: "string" } }], {
      consumes: ["text/plain"],
    }),
    "/upload": taking(
      [
        { name: "file", in: "formData", type: "file", required: true },
        { name: "note ü&", in: "formData", type: "string" },
      ],
      { consumes: ["multipart/form-data"] },
    ),
    "/upload-unsaid": taking([{ name: "file", in: "formData", type: "file" }]),
    "/fields-unsaid": taking([{ name: "a", in: "formData", type: "string", required: true }]),
    "/answers": {
      get: {
        produces: ["application/json", "text/plain"],
        responses: {
          "200": { description: "Fine.", schema: { $ref: "#/definitions/Pet" } },
          "400": { $ref: "#/responses/Problem" },
          default: { description: "Else." },
        },
      },
    },
    "/file": {
      get: {
        produces: ["image/png"],
        responses: { "200": { description: "Fine.", schema: { type: "file" } } },
      },
    },
  },
};
