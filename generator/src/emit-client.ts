import { basename } from "node:path";
import { clientClass } from "./emit-client/client-class.ts";
import { hasOwnOptions } from "./emit-client/client-options.ts";
import { importTypes, RuntimeNames } from "./emit-client/imports.ts";
import { operationsTable } from "./emit-client/operations-table.ts";
import { indexFile, tokenClientsFile } from "./emit-client/token-clients.ts";
import { clientTypes } from "./emit-client/type-declarations.ts";
import { identifier, stringLiteral } from "./encode.ts";
import { fileHeader } from "./file-header.ts";
import type { ApiModel, Config, FileEndings, OutputFile } from "./model.ts";

/**
 * Prints a client: its types, which cannot run, in a file of their own; `client.ts` with the class and the
 * operations table; and `index.ts`.
 *
 * @param documentTypes - declarations of `paths`, `components` and `operations`
 */
export function emitClient(model: ApiModel, documentTypes: string, endings: FileEndings): OutputFile[] {
  const { folder } = model;
  const schema = `./schema.${endings.importExtension === "ts" ? endings.schema : "js"}`;
  const client = `./client.${endings.importExtension}`;
  const header = `${fileHeader(model.specName)}\n`;
  return [
    { path: `${folder}/schema.${endings.schema}`, content: header + schemaText(model, documentTypes) },
    { path: `${folder}/client.ts`, content: header + clientText(model, schema) },
    { path: `${folder}/index.ts`, content: header + indexText(client, schema) },
  ];
}

/** Prints what all clients share: the token clients of the mapping, and the index. */
export function emitIndex(config: Config, models: readonly ApiModel[]): OutputFile[] {
  const source = basename(config.file);
  return [tokenClientsFile(source, config.tokenClients), indexFile(source, models, config.importExtension)];
}

function indexText(client: string, schema: string): string {
  return `export * from ${stringLiteral(client)};\nexport type * from ${stringLiteral(schema)};\n`;
}

function schemaText(model: ApiModel, documentTypes: string): string {
  const names = new RuntimeNames();
  const types = clientTypes(model, names);
  return [names.importStatement(), documentTypes, ...types].join("\n");
}

function clientText(model: ApiModel, schema: string): string {
  const names = new RuntimeNames();
  const parts = [clientClass(model, names), operationsTable(model)];
  const types = model.operations.flatMap(({ inputType, resultType, streamedType }) => [
    inputType,
    resultType,
    ...(streamedType === undefined ? [] : [streamedType]),
  ]);
  const options = hasOwnOptions(model) ? [model.optionsType] : [];
  const typeImport = importTypes([...types, ...options, model.tableType, "paths"].map(identifier), schema);
  return [names.importStatement() + typeImport, ...parts].join("\n");
}
