import { createSchemas, type Schemas } from "./json-schema.ts";
import { formatOf } from "./media-type.ts";
import { readRequirements } from "./security.ts";
import { type Fields, fieldsOf, type SourceDocument, textOf } from "./source-document.ts";
import { readSwaggerOperation } from "./swagger-operation.ts";
import {
  completeVariables,
  type Location,
  listParameters,
  type OperationSource,
  relativeServer,
  type WireContent,
  type WireDocument,
  type WireOperation,
  type WireParameter,
} from "./wire-operation.ts";

const METHODS = new Set("get put post delete options head patch trace query".split(" "));

/** @see OpenAPI 3.1.1, "Parameter Object", `style` and `explode` */
const DEFAULT_STYLE: Readonly<Record<string, string>> = {
  path: "simple",
  header: "simple",
  query: "form",
  cookie: "form",
};

/** Reads every operation of a document. */
export function readOperations(source: SourceDocument): WireDocument {
  const schemas = createSchemas(source);
  const operations = Object.entries(fieldsOf(source.root["paths"])).flatMap(([path, node]) => {
    const item = fieldsOf(source.follow(node));
    const methods = Object.entries(item).filter(([key]) => METHODS.has(key));
    const others = Object.entries(fieldsOf(item["additionalOperations"]));
    return [...methods.map(([key, value]) => [key.toUpperCase(), value] as const), ...others].map(
      ([method, operation]) =>
        readOperation({ source, schemas, item, path, method, operation: fieldsOf(operation) }),
    );
  });
  return { operations, schemas };
}

function readOperation(from: OperationSource): WireOperation {
  if (from.source.version === "2.0") return readSwaggerOperation(from);
  const { source, schemas, operation, path, method } = from;
  const body = fieldsOf(source.follow(operation["requestBody"]));
  const declared = listParameters(from).map((fields) => readParameter(fields, source, schemas));
  return {
    method,
    path,
    parameters: completeVariables(path, declared),
    bodies: readContents(body["content"], from),
    isBodyRequired: body["required"] === true,
    server: relativeServer(from),
    security: readRequirements(operation["security"] ?? source.root["security"]),
    responses: Object.entries(fieldsOf(operation["responses"])).flatMap(([status, node]) =>
      /^(\d\d\d|\dXX|default)$/i.test(status)
        ? [{ status, contents: readContents(fieldsOf(source.follow(node))["content"], from) }]
        : [],
    ),
  };
}

function readParameter(fields: Fields, source: SourceDocument, schemas: Schemas): WireParameter {
  const location = textOf(fields["in"]) as Location;
  const style = textOf(fields["style"]) ?? DEFAULT_STYLE[location] ?? "form";
  const [mediaType] = Object.keys(fieldsOf(fields["content"]));
  const media = fieldsOf(source.follow(fieldsOf(fields["content"])[mediaType ?? ""]));
  const { explode } = fields;
  return {
    name: String(fields["name"]),
    in: location,
    required: fields["required"] === true || location === "path",
    style,
    explode: typeof explode === "boolean" ? explode : ["form", "cookie", "deepObject"].includes(style),
    allowReserved: fields["allowReserved"] === true,
    ...(mediaType !== undefined && { mediaType }),
    schema: schemas.translate((mediaType === undefined ? fields : media)["schema"]),
  };
}

function readContents(node: unknown, { source, schemas }: OperationSource): WireContent[] {
  return Object.entries(fieldsOf(node)).map(([mediaType, value]) => {
    const media = fieldsOf(source.follow(value));
    const { itemSchema } = media;
    return {
      mediaType,
      schema: schemas.translate(media["schema"]),
      ...(itemSchema !== undefined && { itemSchema: schemas.translate(itemSchema) }),
      encoding: readEncoding(mediaType, media["encoding"], source.version),
    };
  });
}

/** 3.0, "Encoding Object": but for content types and headers, it says nothing of multipart bodies. */
function readEncoding(mediaType: string, node: unknown, version: string): WireContent["encoding"] {
  const entries = Object.entries(fieldsOf(node)).map(([name, value]) => {
    const { contentType, headers, ...styles } = fieldsOf(value);
    const isStyled = version !== "3.0" || formatOf(mediaType) === "urlencoded";
    return [name, { ...(contentType !== undefined && { contentType }), headers, ...(isStyled && styles) }];
  });
  return Object.fromEntries(entries);
}
