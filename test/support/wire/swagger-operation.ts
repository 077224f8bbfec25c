import type { Schemas } from "./json-schema.ts";
import { readRequirements } from "./security.ts";
import { type Fields, fieldsOf, listOf } from "./source-document.ts";
import {
  completeVariables,
  listParameters,
  type OperationSource,
  type WireContent,
  type WireOperation,
} from "./wire-operation.ts";

/** Swagger 2.0, "Parameter Object": how a list is written, in the words of OpenAPI 3. */
const COLLECTION_FORMATS: Readonly<Record<string, { style?: string; explode: boolean }>> = {
  csv: { explode: false },
  ssv: { style: "spaceDelimited", explode: false },
  tsv: { style: "tabDelimited", explode: false },
  pipes: { style: "pipeDelimited", explode: false },
  multi: { style: "form", explode: true },
};

/** Reads an operation of Swagger 2.0, whose parameters hold the body too. */
export function readSwaggerOperation(from: OperationSource): WireOperation {
  const { source, schemas, operation, path, method } = from;
  const declared = listParameters(from);
  const produces = mediaTypesOf(operation["produces"] ?? source.root["produces"]);
  const parameters = declared
    .filter((fields) => ["path", "query", "header"].includes(String(fields["in"])))
    .map((fields) => ({ ...styleOf(fields), schema: schemas.translate(withoutName(fields)) }));
  return {
    method,
    path,
    parameters: completeVariables(path, parameters),
    ...readBody(declared, from),
    server: undefined,
    security: readRequirements(operation["security"] ?? source.root["security"]),
    responses: Object.entries(fieldsOf(operation["responses"])).flatMap(([status, node]) => {
      const response = fieldsOf(source.follow(node));
      if (!/^(\d\d\d|default)$/.test(status)) return [];
      const schema = response["schema"] === undefined ? undefined : schemas.translate(response["schema"]);
      const contents = produces.map((mediaType) => ({ mediaType, schema: schema ?? true, encoding: {} }));
      return [{ status, contents: schema === undefined ? [] : contents }];
    }),
  };
}

function styleOf(fields: Fields) {
  const location = fields["in"] as "path" | "query" | "header";
  // A map is none of 2.0's types for these places; where one is there all the same, it is what 3.0 takes it for.
  const isMap = fields["type"] === "object";
  const format = COLLECTION_FORMATS[String(fields["collectionFormat"] ?? (isMap ? "multi" : "csv"))] ?? {
    explode: false,
  };
  const style = format.style ?? (location === "query" ? "form" : "simple");
  return {
    name: String(fields["name"]),
    in: location,
    required: fields["required"] === true || location === "path",
    style,
    explode: format.explode,
    allowReserved: false,
  };
}

/** A parameter is its own schema. */
function withoutName({ name: _, in: __, required: ___, collectionFormat: ____, ...schema }: Fields): Fields {
  return schema;
}

function readBody(
  declared: readonly Fields[],
  { source, schemas, operation }: OperationSource,
): Pick<WireOperation, "bodies" | "isBodyRequired"> {
  const consumes = mediaTypesOf(operation["consumes"] ?? source.root["consumes"]);
  const body = declared.find((fields) => fields["in"] === "body");
  if (body !== undefined) {
    const schema = schemas.translate(body["schema"]);
    const bodies = consumes.map((mediaType) => ({ mediaType, schema, encoding: {} }));
    return { bodies, isBodyRequired: body["required"] === true };
  }
  const fields = declared.filter((parameter) => parameter["in"] === "formData");
  if (fields.length === 0) return { bodies: [], isBodyRequired: false };
  const hasFile = fields.some((field) => field["type"] === "file");
  const forms = consumes.filter((type) => /^multipart\/form-data$|urlencoded$/.test(type));
  const usual = hasFile ? "multipart/form-data" : "application/x-www-form-urlencoded";
  const content = formOf(fields, schemas);
  return {
    bodies: (forms.length > 0 ? forms : [usual]).map((mediaType) => ({ mediaType, ...content })),
    isBodyRequired: fields.some((field) => field["required"] === true),
  };
}

function formOf(fields: readonly Fields[], schemas: Schemas): Omit<WireContent, "mediaType"> {
  const properties = fields.map((field) => [String(field["name"]), withoutName(field)] as const);
  const required = fields.filter((field) => field["required"] === true).map((field) => field["name"]);
  const lists = fields.filter((field) => field["type"] === "array" && field["collectionFormat"] !== "multi");
  return {
    schema: schemas.translate({ type: "object", properties: Object.fromEntries(properties), required }),
    encoding: Object.fromEntries(
      lists.map((field) => {
        const { style, explode } = styleOf({ ...field, in: "query" });
        return [String(field["name"]), { style, explode }];
      }),
    ),
  };
}

/** JSON where a document does not say. */
function mediaTypesOf(node: unknown): string[] {
  const types = listOf(node).filter((type) => typeof type === "string");
  return types.length > 0 ? types : ["application/json"];
}
