import { relative, sep } from "node:path";
import { clientClass } from "./emit-client/client-class.ts";
import { hasOwnOptions } from "./emit-client/client-options.ts";
import { enumValues } from "./emit-client/enum-values.ts";
import { importStatement, RuntimeNames } from "./emit-client/imports.ts";
import { operationsTable } from "./emit-client/operations-table.ts";
import { type IndexedClient, indexFile, tokenClientsFile } from "./emit-client/token-clients.ts";
import { clientTypes } from "./emit-client/type-declarations.ts";
import { identifier, showInvisible, stringLiteral } from "./encode.ts";
import { fileHeader } from "./file-header.ts";
import type { ApiModel, Config, FileEndings, OutputFile } from "./model.ts";

/**
 * Prints a client: `schema.d.ts` with all that is only a type, `client.ts` with the class, `operations.ts` with
 * what its methods send, and `index.ts`.
 *
 * @param documentTypes - declarations of `paths`, `components` and `operations`
 */
export function emitClient(model: ApiModel, documentTypes: string, endings: FileEndings): OutputFile[] {
  const { importExtension, schema } = endings;
  const header = `${fileHeader(model.specName)}\n`;
  const modules: Modules = {
    client: `./client.${importExtension}`,
    operations: `./operations.${importExtension}`,
    schema: `./schema.${importExtension === "ts" ? schema : "js"}`,
  };
  const file = (name: string, text: string) => ({
    path: `${model.folder}/${name}`,
    content: header + showInvisible(text),
  });
  return [
    file(`schema.${schema}`, schemaText(model, documentTypes)),
    file("client.ts", clientText(model, modules)),
    file("operations.ts", operationsText(model, modules)),
    file("index.ts", indexText(modules)),
  ];
}

/** What a client's files are called by each other. */
type Modules = Readonly<Record<"client" | "operations" | "schema", string>>;

/** Prints what all clients share: the token clients of the mapping, and the index. */
export function emitIndex(config: Config, models: readonly IndexedClient[]): OutputFile[] {
  // From where the files are, so that two configs of one name are not taken for one.
  const source = relative(config.output, config.file).split(sep).join("/");
  return [tokenClientsFile(source, config.tokenClients), indexFile(source, models, config.importExtension)];
}

function schemaText(model: ApiModel, documentTypes: string): string {
  const names = new RuntimeNames();
  const types = clientTypes(model, names);
  return [names.importStatement(), documentTypes, ...types].join("\n");
}

function clientText(model: ApiModel, { operations, schema }: Modules): string {
  const names = new RuntimeNames();
  const text = clientClass(model, names);
  const types = model.operations.flatMap(({ inputType, resultType, resultsType, streamedType }) => [
    inputType,
    resultsType ?? resultType,
    ...(streamedType === undefined ? [] : [streamedType]),
  ]);
  const options = hasOwnOptions(model) ? [model.optionsType] : [];
  const imports = [
    names.importStatement(),
    importStatement("import", [identifier(model.tableName)], operations),
    importStatement("import type", ["paths", ...[...types, ...options].map(identifier)], schema),
  ];
  const values = model.enums.map((one) => `\n${enumValues(one)}`);
  return `${imports.join("")}\n${text}${values.join("")}`;
}

function operationsText(model: ApiModel, { schema }: Modules): string {
  const typeImport = importStatement("import type", [identifier(model.tableType)], schema);
  // Checking the literals would take the compiler as long as all else of a client: their type is declared.
  return `// @ts-nocheck\n${typeImport}\n${operationsTable(model)}`;
}

function indexText({ client, operations, schema }: Modules): string {
  const values = [client, operations].map((path) => `export * from ${stringLiteral(path)};\n`);
  return `${values.join("")}export type * from ${stringLiteral(schema)};\n`;
}
