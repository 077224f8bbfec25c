import { basename } from "node:path";
import { IndentationText, Project } from "ts-morph";
import { clientClass } from "./emit-client/client-class.ts";
import { jsDoc } from "./emit-client/docs.ts";
import { importStatements } from "./emit-client/imports.ts";
import { operationTypes } from "./emit-client/operation-types.ts";
import { operationsTable } from "./emit-client/operations-table.ts";
import { indexFile, tokenClientsFile } from "./emit-client/token-clients.ts";
import { componentType, typeAlias } from "./emit-client/type-text.ts";
import { stringLiteral } from "./encode.ts";
import { fileHeader } from "./file-header.ts";
import type { ApiModel, Config, FileEndings, OutputFile } from "./model.ts";

/** Prints a client: `client.ts` with its types, class and operations table, and `index.ts`. */
export function emitClient(model: ApiModel, endings: FileEndings): OutputFile[] {
  const header = fileHeader(model.specName);
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
  // One call: ts-morph parses the file again after each.
  const file = project.createSourceFile("client.ts", {
    statements: [
      `${header}\n${importStatements(model, endings).join("\n")}\n`,
      ...schemaAliases(model),
      ...scopeType(model),
      ...model.operations.flatMap((operation) => ["\n", ...operationTypes(model, operation)]),
      clientClass(model),
      operationsTable(model),
    ],
  });
  return [
    { path: `${model.folder}/client.ts`, content: file.getFullText() },
    {
      path: `${model.folder}/index.ts`,
      content: `${header}\nexport * from "./client.${endings.importExtension}";\n`,
    },
  ];
}

/** Prints what all clients share: the token clients of the mapping, and the index. */
export function emitIndex(config: Config, models: readonly ApiModel[]): OutputFile[] {
  const source = basename(config.file);
  return [tokenClientsFile(source, config.tokenClients), indexFile(source, models, config.importExtension)];
}

/** Those without a comment of their own stand together. */
function schemaAliases({ aliases }: ApiModel): string[] {
  return aliases.map(({ name, schema, description }, index) => {
    const doc = description === undefined ? "" : `${jsDoc(description)}\n`;
    const isApart = index === 0 || doc !== "" || aliases[index - 1]?.description !== undefined;
    return `${isApart ? "\n" : ""}${doc}${typeAlias(name, [componentType(schema)])}`;
  });
}

function scopeType({ scopeType, scopes }: ApiModel): string[] {
  if (scopes.length === 0) {
    return ["\n/** The document declares no scopes. */", typeAlias(scopeType, ["string"])];
  }
  return ["\n/** Scopes that the document declares. */", typeAlias(scopeType, scopes.map(stringLiteral))];
}
