import { stringLiteral } from "../encode.ts";
import type { ApiModel, FileEndings, OperationModel, TypeModel } from "../model.ts";
import { RUNTIME_IMPORTS, SCHEMA_IMPORTS } from "../names.ts";
import { LINE_WIDTH } from "./print-literal.ts";

/** The contract between committed clients and any later runtime. */
export const RUNTIME = "@openapi-m2m/runtime/codegen/v1";

/** The imports of a client: only those that it uses, for `noUnusedLocals`. */
export function importStatements(model: ApiModel, endings: FileEndings): string[] {
  const schema = `./schema.${endings.importExtension === "ts" ? endings.schema : "js"}`;
  return [
    importStatement("import", runtimeNames(model), RUNTIME),
    importStatement("import type", schemaNames(model), schema),
  ];
}

function importStatement(keyword: string, names: readonly string[], from: string): string {
  const line = `${keyword} { ${names.join(", ")} } from ${stringLiteral(from)};`;
  if (line.length <= LINE_WIDTH) return line;
  return `${keyword} {\n${names.map((name) => `  ${name},\n`).join("")}} from ${stringLiteral(from)};`;
}

function runtimeNames(model: ApiModel): string[] {
  const { operations } = model;
  const outcomes = new Set(operations.flatMap(({ responses }) => responses.map(({ outcome }) => outcome)));
  const isUsed: Readonly<Record<(typeof RUNTIME_IMPORTS)[number], boolean>> = {
    ApiClient: true,
    "type ApiClientOptions": true,
    "type BinaryBody": operations.some(({ body }) =>
      body?.content.some(({ type }) => type.kind === "binaryBody"),
    ),
    "type CallOptions": operations.some(({ authorization }) => authorization.token),
    call: true,
    "type Failure": outcomes.has("failure") || outcomes.has("either"),
    "type Operation": true,
    "type PublicCallOptions": operations.some(({ authorization }) => !authorization.token),
    "type RequiredBaseUrl": model.baseUrl === undefined,
    "type Success": outcomes.has("success") || outcomes.has("either"),
    "type Undeclared": true,
  };
  return RUNTIME_IMPORTS.filter((name) => isUsed[name]);
}

function schemaNames(model: ApiModel): string[] {
  const isUsed: Readonly<Record<(typeof SCHEMA_IMPORTS)[number], boolean>> = {
    components: model.aliases.length > 0,
    operations: model.operations.some(usesSchema),
    paths: true,
  };
  return SCHEMA_IMPORTS.filter((name) => isUsed[name]);
}

/** Whether a type of the operation is looked up in its own entry of the document's types. */
function usesSchema(operation: OperationModel): boolean {
  const { path, query, headers, cookies, body, responses } = operation;
  const isLookedUp = ({ kind }: TypeModel) => kind === "requestBody" || kind === "response";
  return (
    path.some((part) => typeof part !== "string") ||
    query.length + headers.length + cookies.length > 0 ||
    body?.content.some(({ type }) => isLookedUp(type)) ||
    responses.some(({ types }) => types.some(isLookedUp))
  );
}
