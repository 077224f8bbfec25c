import ts from "typescript";
import type { OperationName } from "../model.ts";
import { describeNode } from "./describe-node.ts";

export interface TableRow extends OperationName {
  /** All of the row but its scopes. */
  readonly wire: string;
}

/** Reads the rows of a client's operations, those of its groups too. */
export function readTable(file: ts.SourceFile): TableRow[] {
  const tables = file.statements
    .filter(ts.isVariableStatement)
    .filter(({ modifiers = [] }) => modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .flatMap(({ declarationList }) =>
      declarationList.declarations.flatMap(({ initializer }) => initializer ?? []),
    );
  return tables.filter(ts.isObjectLiteralExpression).flatMap((table) => readRows(table, ""));
}

function readRows(table: ts.ObjectLiteralExpression, prefix: string): TableRow[] {
  return [...propertiesOf(table)].flatMap(([key, value]) => {
    if (!ts.isObjectLiteralExpression(value)) return [];
    const name = `${prefix}${key}`;
    const entries = propertiesOf(value);
    const method = entries.get("method");
    if (method === undefined || !ts.isStringLiteral(method)) return readRows(value, `${name}.`);
    const { path, scopes, ...rest } = Object.fromEntries(entries);
    const wire = Object.entries(rest).map(([part, entry]) => `${part}=${describeNode(entry)}`);
    return [
      { name, method: method.text, path: printPath(path), scopes: textsOf(scopes), wire: wire.join(";") },
    ];
  });
}

function propertiesOf(object: ts.ObjectLiteralExpression): Map<string, ts.Expression> {
  const assignments = object.properties.filter(ts.isPropertyAssignment);
  return new Map(assignments.map(({ name, initializer }) => [textOf(name), initializer]));
}

function textOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : name.getText();
}

/** `/items/{id}`, of `["/items/", { name: "id" }]`. */
function printPath(path: ts.Expression | undefined): string {
  if (path === undefined || !ts.isArrayLiteralExpression(path)) return "";
  const parts = path.elements.map((part) => {
    if (!ts.isObjectLiteralExpression(part)) return ts.isStringLiteral(part) ? part.text : "";
    const name = propertiesOf(part).get("name");
    return name !== undefined && ts.isStringLiteral(name) ? `{${name.text}}` : "";
  });
  return parts.join("");
}

function textsOf(list: ts.Expression | undefined): string[] {
  if (list === undefined || !ts.isArrayLiteralExpression(list)) return [];
  return list.elements.filter(ts.isStringLiteral).map(({ text }) => text);
}
