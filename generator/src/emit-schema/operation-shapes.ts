import { asObject, type JsonObject, parsePointer, refOf, resolve } from "../document.ts";
import { stringLiteral } from "../encode.ts";
import { METHODS } from "../http-method.ts";
import { sentSchema } from "../item-schema.ts";
import { isText } from "../media-type.ts";
import type { OperationModel, SourceOperation } from "../model.ts";
import { ANYTHING, made, NOTHING, type Printable, type PropertyShape } from "./printable.ts";
import { responseSchema } from "./response-schema.ts";
import { schemaDocs } from "./schema-docs.ts";
import { BYTES_OF, startPlace, type TypeContext } from "./schema-place.ts";
import { schemaType } from "./schema-type.ts";

const LOCATIONS = ["query", "header", "path", "cookie"];

/** Those that openapi-fetch has a function for: it knows no `query`. */
const FETCH_METHODS = [...METHODS].filter((method) => method !== "query");

/** The entry of an operation in `operations`, in the form of openapi-typescript. */
export function operationShape(context: TypeContext, { operation, parameters }: SourceOperation): Printable {
  const body = operation["requestBody"];
  const isRequired = resolve(context.document, body)["required"] === true;
  return object([
    { name: "parameters", type: object(LOCATIONS.map((place) => parametersIn(context, parameters, place))) },
    {
      name: "requestBody",
      type: body === undefined ? NOTHING : componentOr(context, body, bodyShape),
      isOptional: !isRequired,
    },
    { name: "responses", type: responsesShape(context, operation["responses"]) },
  ]);
}

/** The entry of a path in `paths`, as openapi-fetch reads it. */
export function pathShape(operations: readonly OperationModel[]): Printable {
  const byMethod = new Map(operations.map(({ method, key }) => [method.toLowerCase(), key]));
  const parameters = object(LOCATIONS.map((name) => ({ name, type: NOTHING, isOptional: true })));
  const methods = FETCH_METHODS.map((method): PropertyShape => {
    const name = byMethod.get(method);
    if (name === undefined) return { name: method, type: NOTHING, isOptional: true };
    return { name: method, type: text(`operations[${stringLiteral(name)}]`) };
  });
  return object([{ name: "parameters", type: parameters }, ...methods]);
}

export function responseShape(context: TypeContext, response: JsonObject): Printable {
  const headers = Object.entries(asObject(response["headers"])).map(([name, value]): PropertyShape => {
    const header = resolve(context.document, value);
    const type = valueType(context, header);
    return {
      name,
      type,
      isOptional: header["required"] !== true,
      docs: schemaDocs(header["schema"], header),
    };
  });
  const content = contentProperties(context, response, responseSchema);
  return object([
    { name: "headers", type: made({ kind: "object", properties: headers, values: ANYTHING }) },
    content.length > 0
      ? { name: "content", type: object(content) }
      : { name: "content", type: NOTHING, isOptional: true },
  ]);
}

export function bodyShape(context: TypeContext, body: JsonObject): Printable {
  return object([{ name: "content", type: object(contentProperties(context, body, sentSchema)) }]);
}

function object(properties: readonly PropertyShape[]): Printable {
  return made({ kind: "object", properties });
}

function text(value: string): Printable {
  return made({ kind: "text", text: value });
}

function parametersIn(context: TypeContext, parameters: readonly JsonObject[], place: string): PropertyShape {
  const properties = parameters
    .filter(({ in: location }) => location === place || (location === "querystring" && place === "query"))
    .map((parameter): PropertyShape => {
      const isOptional = place !== "path" && parameter["required"] !== true;
      const docs = schemaDocs(parameter["schema"], parameter);
      return { name: String(parameter["name"]), type: valueType(context, parameter), isOptional, docs };
    });
  if (properties.length === 0) return { name: place, type: NOTHING, isOptional: true };
  return {
    name: place,
    type: object(properties),
    isOptional: properties.every(({ isOptional }) => isOptional),
  };
}

/** Of a parameter or a header: the schema is within `content` where the value is written as a media type says. */
function valueType(context: TypeContext, holder: JsonObject): Printable {
  const [media] = Object.values(asObject(holder["content"]));
  const schema = holder["schema"] ?? asObject(media)["schema"];
  return schemaType(context, schema, startPlace(BYTES_OF.text));
}

function responsesShape(context: TypeContext, responses: unknown): Printable {
  const properties = Object.entries(asObject(responses)).map(([name, response]): PropertyShape => {
    return { name, type: componentOr(context, response, responseShape) };
  });
  return properties.length > 0 ? object(properties) : NOTHING;
}

/** The type of a response or a request body: by its name in `components` if it is referred to. */
export function componentOr(
  context: TypeContext,
  value: unknown,
  shape: (context: TypeContext, value: JsonObject) => Printable,
): Printable {
  const [root, kind, name] = parsePointer(refOf(value) ?? "") ?? [];
  if (root !== "components" || kind === undefined || name === undefined)
    return shape(context, asObject(value));
  return text(`components[${stringLiteral(kind)}][${stringLiteral(name)}]`);
}

function contentProperties(
  context: TypeContext,
  holder: JsonObject,
  schemaOf: typeof responseSchema,
): PropertyShape[] {
  return Object.entries(asObject(holder["content"])).map(([name, value]) => {
    const schema = schemaOf(context.document, name, resolve(context.document, value));
    const bytes = isText(name) ? BYTES_OF.text : BYTES_OF.blob;
    return { name, type: schemaType(context, schema, startPlace(bytes)) };
  });
}
