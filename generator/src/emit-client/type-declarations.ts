import { identifier, stringLiteral } from "../encode.ts";
import type { ApiModel } from "../model.ts";
import { optionsDeclaration } from "./client-options.ts";
import type { RuntimeNames } from "./imports.ts";
import { operationTypes } from "./operation-types.ts";
import { typeAlias } from "./type-text.ts";

/** What a client declares beside the document's own types; those that belong together without a line between. */
export function clientTypes(model: ApiModel, names: RuntimeNames): string[] {
  return [
    scopeType(model),
    ...optionsDeclaration(model, names),
    ...model.operations.map((operation) => operationTypes(model, operation, names)),
    tableType(model, names),
  ];
}

function scopeType({ scopeType, scopes }: ApiModel): string {
  const doc = scopes.length === 0 ? "The document declares no scopes." : "Scopes that the document declares.";
  const members = scopes.length === 0 ? ["string"] : scopes.map(stringLiteral);
  return `/** ${doc} */\n${typeAlias(scopeType, members)}\n`;
}

/** The type of the table says which operations there are: inferred, it would cost more than the rest of the client. */
function tableType({ tableType, operations, groups }: ApiModel, names: RuntimeNames): string {
  const type = names.use("Operation");
  const rowsOf = (group: string | undefined, indent: string) =>
    operations
      .filter((operation) => operation.group === group)
      .map(({ name }) => `${indent}readonly ${identifier(name)}: ${type};\n`)
      .join("");
  const nested = groups.map(({ name }) => {
    return `  readonly ${identifier(name)}: {\n${rowsOf(name, "    ")}  };\n`;
  });
  const rows = rowsOf(undefined, "  ") + nested.join("");
  return `/** One entry for each method. */\nexport interface ${identifier(tableType)} {\n${rows}}\n`;
}
