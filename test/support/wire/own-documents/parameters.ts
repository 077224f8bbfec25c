import { documentOf, fine, integer, map, numbers, record, text, texts } from "./document.ts";

type Fields = Readonly<Record<string, unknown>>;

const STYLES: Readonly<Record<string, readonly string[]>> = {
  path: ["simple", "label", "matrix"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  header: ["simple"],
  cookie: ["form"],
};

const SHAPES: Readonly<Record<string, unknown>> = { text, integer, texts, numbers, record, map };

/** OpenAPI 3.1.1, "Style Examples": what a style is not defined for. */
function isDefined(style: string, shape: string, explode: boolean): boolean {
  const isMap = shape === "record" || shape === "map";
  const isList = shape === "texts" || shape === "numbers";
  if (style === "deepObject") return isMap && explode;
  if (style.endsWith("Delimited")) return isList || (isMap && !explode);
  return true;
}

/** Keys without what ends them: nothing is encoded in a header, and a delimiter is the same encoded or not. */
const narrowRecord = { type: "object", properties: { R: integer, "G-b": text } };

function isNarrow(location: string, style: string): boolean {
  return location === "header" || style === "spaceDelimited";
}

/** An operation for each style, explode and shape; `required` of one value, everything of all. */
function* listCells(): Generator<readonly [path: string, parameter: Fields]> {
  for (const [location, styles] of Object.entries(STYLES)) {
    for (const style of styles) {
      for (const explode of [false, true]) {
        for (const [shape, schema] of Object.entries(SHAPES)) {
          if (!isDefined(style, shape, explode)) continue;
          const path = `/${location}/${style}/${explode ? "exploded" : "joined"}/${shape}`;
          const name = location === "header" ? `X-${shape}` : shape;
          const fitting = shape === "record" && isNarrow(location, style) ? narrowRecord : schema;
          yield [path, { name, in: location, style, explode, required: true, schema: fitting }];
        }
      }
    }
  }
}

function operationWith(parameters: readonly Fields[]) {
  return { get: { parameters, ...fine } };
}

const styled = [...listCells()].map(([path, parameter]): [string, Fields] => {
  const isPath = parameter["in"] === "path";
  return [isPath ? `${path}/{${parameter["name"]}}/end` : path, operationWith([parameter])];
});

/** Without style and explode: the defaults. */
const defaults = Object.keys(STYLES).map((location): [string, Fields] => {
  const parameters = ["text", "texts", "record"].map((shape) => ({
    name: location === "header" ? `X-${shape}` : shape,
    in: location,
    required: true,
    schema: shape === "record" && location === "header" ? narrowRecord : SHAPES[shape],
  }));
  const path = location === "path" ? "/{text}/{texts}/{record}" : "";
  return [`/defaults/${location}${path}`, operationWith(parameters)];
});

const contents = Object.keys(STYLES).map((location): [string, Fields] => {
  const json = { "application/json": { schema: { ...record, additionalProperties: texts } } };
  const parameters = [
    { name: "X-Json", in: location, required: true, content: json },
    { name: "X-Text", in: location, required: true, content: { "text/plain": { schema: text } } },
  ];
  return [
    `/content/${location}${location === "path" ? "/{X-Json}/{X-Text}" : ""}`,
    operationWith(parameters),
  ];
});

const nested = {
  type: "object",
  properties: { price: { type: "object", properties: { gte: integer, "a b": text } } },
};
const lists = {
  type: "object",
  properties: { tags: texts, name: text, parts: { type: "array", minItems: 2, items: record } },
};

const others: Readonly<Record<string, Fields>> = {
  "/reserved/{text}": operationWith([
    { name: "text", in: "path", required: true, allowReserved: true, schema: text },
    { name: "q", in: "query", required: true, allowReserved: true, schema: text },
    { name: "list", in: "query", allowReserved: true, explode: false, schema: texts },
    { name: "deep", in: "query", allowReserved: true, style: "deepObject", schema: record },
  ]),
  "/deep": operationWith([
    { name: "filter", in: "query", style: "deepObject", required: true, schema: nested },
    { name: "lists", in: "query", style: "deepObject", explode: true, schema: lists },
  ]),
  "/names/{a b}/{ü-1}/{a.b}": operationWith([
    { name: "a b", in: "path", required: true, schema: text },
    { name: "ü-1", in: "path", required: true, style: "matrix", schema: text },
    { name: "a.b", in: "path", required: true, style: "matrix", explode: true, schema: texts },
    { name: "a[]", in: "query", schema: texts },
    { name: "$filter", in: "query", schema: text },
    { name: "a&b=c#d", in: "query", schema: text },
    { name: "a&b[c]", in: "query", style: "deepObject", schema: record },
    { name: "x.Y_z", in: "header", schema: text },
  ]),
  "/values": operationWith(
    Object.entries({
      boolean: { type: "boolean" },
      number: { type: "number" },
      int64: { type: "integer", format: "int64" },
      date: { type: "string", format: "date" },
      instant: { type: "string", format: "date-time" },
      bytes: { type: "string", format: "byte" },
      choice: { enum: ["a b", "c,d", "e&f"] },
      either: { oneOf: [integer, texts] },
      dates: { type: "array", items: { type: "string", format: "date-time" } },
    }).map(([name, schema]) => ({ name, in: "query", schema })),
  ),
  "/inherited/{id}": {
    parameters: [
      { name: "id", in: "path", required: true, schema: text },
      { name: "list", in: "query", explode: true, schema: texts },
      { name: "X-Trace", in: "header", required: true, schema: text },
    ],
    get: { ...fine },
    put: {
      parameters: [
        { name: "list", in: "query", explode: false, required: true, schema: texts },
        { name: "x-trace", in: "header", schema: integer },
      ],
      ...fine,
    },
  },
};

/** Parameters: every place, style, explode and shape; defaults; content; reserved characters; odd names. */
export const parameterDocument = documentOf("3.1.1", {
  ...Object.fromEntries([...styled, ...defaults, ...contents]),
  ...others,
});
