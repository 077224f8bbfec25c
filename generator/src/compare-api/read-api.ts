import ts from "typescript";
import type { OperationName } from "../model.ts";
import { Declarations } from "./declarations.ts";
import { readTable, type TableRow } from "./operations-table.ts";

/** An operation, and texts that differ where what a caller has to do with differs. */
export interface DescribedOperation extends OperationName {
  /** How it is sent and read. */
  readonly wire: string;
  /** The type of what its method takes. */
  readonly input: string;
  /** The type of what its method gives. */
  readonly result: string;
}

/** Reads the operations of a generated client, by name: of a group's methods, `group.method`. */
export function readApi(parts: ReadonlyMap<string, string>): Map<string, DescribedOperation> {
  const [client, operations, schema] = ["client.ts", "operations.ts", "schema.ts"].map((name) =>
    ts.createSourceFile(name, parts.get(name) ?? "", ts.ScriptTarget.Latest, true),
  ) as [ts.SourceFile, ts.SourceFile, ts.SourceFile];
  const signatures = readSignatures(client);
  const declarations = new Declarations(schema);
  const describe = ({ name, ...row }: TableRow): DescribedOperation => {
    const { takes = [], gives = [] } = signatures.get(name) ?? {};
    return { name, ...row, input: declarations.describe(takes), result: declarations.describe(gives) };
  };
  return new Map(readTable(operations).map((row) => [row.name, describe(row)]));
}

interface Signature {
  readonly takes: readonly ts.TypeNode[];
  readonly gives: readonly ts.TypeNode[];
}

/** Of all methods that carry out an operation, by its name in the table; of its overloads together. */
function readSignatures(client: ts.SourceFile): Map<string, Signature> {
  const methods = client.statements
    .filter(ts.isClassDeclaration)
    .flatMap((declared) =>
      Object.values(Object.groupBy(declared.members.filter(ts.isMethodDeclaration), nameOf)),
    );
  return new Map(
    methods.flatMap((overloads = []) => {
      const name = overloads.map(operationOf).find((found) => found !== undefined);
      if (name === undefined) return [];
      const takes = overloads.flatMap(({ parameters }) => parameters.flatMap(({ type }) => type ?? []));
      const gives = overloads.flatMap(({ type, typeParameters = [] }) => [
        ...(type === undefined ? [] : [type]),
        ...typeParameters.flatMap(({ constraint }) => constraint ?? []),
      ]);
      return [[name, { takes, gives }]];
    }),
  );
}

function nameOf({ name }: ts.MethodDeclaration): string {
  return name.getText();
}

/** Of `return this[call](catalogOperations.items.list, input)`, `items.list`. */
function operationOf({ body }: ts.MethodDeclaration): string | undefined {
  const [statement] = body?.statements ?? [];
  if (statement === undefined || !ts.isReturnStatement(statement)) return undefined;
  const call = statement.expression;
  const entry = call !== undefined && ts.isCallExpression(call) ? call.arguments[0] : undefined;
  return entry?.getText().split(".").slice(1).join(".");
}
