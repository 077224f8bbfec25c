import { identifier } from "../encode.ts";
import type {
  ApiModel,
  EncodingsModel,
  OperationModel,
  ParameterModel,
  PartEncodingModel,
  ReadOnlyPlace,
  ReadOnlyShape,
  RequestContentModel,
  ServerModel,
} from "../model.ts";
import { type Literal, printLiteral, Reference } from "./print-literal.ts";

/** What the shapes of read-only values are called in the file of the table. */
const SHAPES = "readOnlyShapes";

/** The exported table of what each method sends. */
export function operationsTable(model: ApiModel): string {
  const groups = model.groups.map(({ name }) => `  ${identifier(name)}: {\n${rows(model, name, 4)}  },\n`);
  return `${shapesTable(model)}/** What each method sends; mocks, reports and tests read it too. */
export const ${identifier(model.tableName)}: ${identifier(model.tableType)} = {
${rows(model, undefined, 2)}${groups.join("")}};
`;
}

/** Once for all operations, and by name: there are trees among them. */
function shapesTable({ readOnlyShapes }: ApiModel): string {
  if (Object.keys(readOnlyShapes).length === 0) return "";
  const shapes = Object.fromEntries(
    Object.entries(readOnlyShapes).map(([name, shape]) => [name, shapeEntry(shape)]),
  );
  const start = `const ${SHAPES} = `;
  return `/** Where read-only values are in what is sent. */\n${start}${printLiteral(shapes, 0, start.length + 1)};\n\n`;
}

function rows(model: ApiModel, group: string | undefined, indent: number): string {
  const operations = model.operations.filter((operation) => operation.group === group);
  const lines = operations.map((operation) => {
    const name = identifier(operation.name);
    return `${" ".repeat(indent)}${name}: ${printLiteral(row(operation, model), indent, name.length + 3)},\n`;
  });
  return lines.join("");
}

function row(operation: OperationModel, model: ApiModel): Literal {
  const { body, authorization } = operation;
  const declared = operation.responses.filter(({ isImplied }) => !isImplied);
  return {
    method: operation.method,
    path: operation.path.map((part) => (typeof part === "string" ? part : entry(part))),
    query: list(operation.query),
    querystring: operation.querystring && entry(operation.querystring),
    headers: list(operation.headers),
    cookies: list(operation.cookies),
    body: body && {
      ...(body.required && { required: true }),
      content: body.content.map((one) => contentEntry(one, model)),
    },
    responses: Object.fromEntries(declared.map(({ status, content }) => [status, content])),
    scopes: authorization.token ? authorization.scopes : undefined,
    tokenClient: ownTokenClient(operation, model),
    credentials: authorization.credentials,
    servers: operation.servers?.map(serverEntry),
  };
}

/** Undefined for the default. */
function ownTokenClient({ authorization }: OperationModel, { tokenClients }: ApiModel): string | undefined {
  if (!authorization.token || authorization.tokenClient === tokenClients[0]) return undefined;
  return authorization.tokenClient;
}

export function serverEntry({ url, variables }: ServerModel): Literal {
  const entries = variables && Object.entries(variables).map(([name, variable]) => [name, { ...variable }]);
  return { url, variables: entries && Object.fromEntries(entries) };
}

function list(parameters: readonly ParameterModel[]): Literal | undefined {
  return parameters.length === 0 ? undefined : parameters.map(entry);
}

function entry({ encoding, ...parameter }: ParameterModel): Literal {
  return { ...parameter, encoding: encoding && encodingMap(encoding) };
}

function contentEntry(content: RequestContentModel, { readOnlyShapes }: ApiModel): Literal {
  const { type: _, range: __, mediaType, required, readOnly, ...rest } = content;
  const shapes = Object.keys(readOnlyShapes).length > 0 ? new Reference(SHAPES) : undefined;
  return {
    mediaType,
    ...encodings(rest),
    required,
    readOnly: readOnly && { shape: placeEntry(readOnly), shapes },
  };
}

function placeEntry(place: ReadOnlyPlace): Literal {
  return typeof place === "string" ? place : shapeEntry(place);
}

function shapeEntry({ omit, properties, additionalProperties, prefixItems, items }: ReadOnlyShape): Literal {
  const entries = properties && Object.entries(properties).map(([name, place]) => [name, placeEntry(place)]);
  return {
    omit,
    properties: entries && Object.fromEntries(entries),
    additionalProperties: additionalProperties && placeEntry(additionalProperties),
    prefixItems: prefixItems?.map(placeEntry),
    items: items && placeEntry(items),
  };
}

function encodings({ encoding, prefixEncoding, itemEncoding }: EncodingsModel) {
  return {
    encoding: encoding && encodingMap(encoding),
    prefixEncoding: prefixEncoding?.map(encodingEntry),
    itemEncoding: itemEncoding && encodingEntry(itemEncoding),
  };
}

function encodingMap(encoding: Readonly<Record<string, PartEncodingModel>>): Literal {
  return Object.fromEntries(Object.entries(encoding).map(([name, entry]) => [name, encodingEntry(entry)]));
}

function encodingEntry(encoding: PartEncodingModel): Literal {
  const { contentType, style, explode, allowReserved, type, headers } = encoding;
  return {
    contentType,
    style,
    explode,
    allowReserved,
    type,
    headers: headers && list(headers),
    ...encodings(encoding),
  };
}
