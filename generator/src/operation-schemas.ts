import { asObject, type JsonObject, resolve } from "./document.ts";
import type { SourceOperation } from "./model.ts";

/** A schema of what operations send or receive, as it is written there: often a reference. */
export interface OperationSchema {
  readonly direction: "request" | "response";
  /** Of a body; undefined for parameters and headers. */
  readonly mediaType?: string;
  readonly schema: unknown;
}

/**
 * The schemas of the parameters and bodies of operations, and of the headers of their responses: those of what several
 * refer to once.
 */
export function operationSchemas(
  document: JsonObject,
  operations: readonly SourceOperation[],
): OperationSchema[] {
  const resolved = (values: readonly unknown[]) => [
    ...new Set(values.map((value) => resolve(document, value))),
  ];
  const entriesIn = (holders: readonly JsonObject[], key: string) =>
    holders.flatMap((holder) => Object.values(asObject(holder[key])));
  const sent = resolved(operations.map(({ operation }) => operation["requestBody"]));
  const received = resolved(
    entriesIn(
      operations.map(({ operation }) => operation),
      "responses",
    ),
  );
  const parameters = new Set(operations.flatMap((source) => source.parameters));
  const headers = resolved(entriesIn(received, "headers"));
  return [
    ...sent.flatMap((body) => bodySchemas("request", body)),
    ...[...parameters].flatMap((parameter) => valueSchemas("request", parameter)),
    ...received.flatMap((body) => bodySchemas("response", body)),
    ...headers.flatMap((header) => valueSchemas("response", header)),
  ];
}

type Direction = OperationSchema["direction"];

function bodySchemas(direction: Direction, body: JsonObject): OperationSchema[] {
  return Object.entries(asObject(body["content"])).flatMap(([mediaType, media]) =>
    schemasIn(media).map((schema) => ({ direction, mediaType, schema })),
  );
}

/** Of a parameter or a header; `content` has it as well where the value is written as a media type says. */
function valueSchemas(direction: Direction, holder: JsonObject): OperationSchema[] {
  const media = Object.values(asObject(holder["content"]));
  const schemas = new Set([holder, ...media].flatMap(schemasIn));
  return [...schemas].map((schema) => ({ direction, schema }));
}

function schemasIn(holder: unknown): unknown[] {
  const { schema, itemSchema } = asObject(holder);
  return [schema, itemSchema].filter((one) => one !== undefined);
}
