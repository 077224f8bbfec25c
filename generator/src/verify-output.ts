import ts from "typescript";
import { diagnosticAt, GeneratorError, REPORT_DEFECT } from "./errors.ts";
import type { OutputFile } from "./model.ts";

const K = ts.SyntaxKind;

/** The statements of a document's types; they cannot run. */
const TYPE_STATEMENTS = new Set([K.InterfaceDeclaration, K.TypeAliasDeclaration]);

/** The files of a document's types, in whichever form. */
const TYPE_FILES = /(^|\/)schema(\.d)?\.ts$/;

/** The statements of the other files. */
const STATEMENTS = new Set([
  ...TYPE_STATEMENTS,
  K.ImportDeclaration,
  K.ExportDeclaration,
  K.ClassDeclaration,
  K.VariableStatement,
]);

/** Everything below a statement that is no type: data, and the calls that the emitter means to write. */
const EXPRESSIONS = new Set([
  K.Identifier,
  K.StringLiteral,
  K.TrueKeyword,
  K.FalseKeyword,
  K.ThisKeyword,
  K.SuperKeyword,
  K.ExportKeyword,
  K.ObjectLiteralExpression,
  K.PropertyAssignment,
  K.ArrayLiteralExpression,
  K.ComputedPropertyName,
  K.SatisfiesExpression,
  K.CallExpression,
  K.ElementAccessExpression,
  K.PropertyAccessExpression,
  K.VariableDeclarationList,
  K.VariableDeclaration,
  K.Constructor,
  K.MethodDeclaration,
  K.Parameter,
  K.TypeParameter,
  K.HeritageClause,
  K.ExpressionWithTypeArguments,
  K.QuestionToken,
  K.Block,
  K.ReturnStatement,
  K.ExpressionStatement,
]);

const CALLS = /^(super|bindTokenClients|this\[call\])$/;

/**
 * Parses what was emitted and checks that it holds nothing but what the emitters mean to write, so that no
 * text of a document has become code, whatever the emitters' defects.
 *
 * @throws {GeneratorError} `ERR_OUTPUT_UNSAFE` with every place that is something else
 */
export function verifyOutput(files: readonly OutputFile[]): readonly OutputFile[] {
  const diagnostics = files.flatMap((file) => {
    const source = ts.createSourceFile(file.path, file.content, ts.ScriptTarget.Latest, true);
    return unexpectedNodes(source).map((node) => {
      const { line, character } = source.getLineAndCharacterOfPosition(node.getStart());
      const message = `unexpected ${K[node.kind]} in generated code; nothing was written`;
      return diagnosticAt(
        { file: file.path, line: line + 1, column: character + 1 },
        { message, fix: REPORT_DEFECT },
      );
    });
  });
  if (diagnostics.length > 0) throw new GeneratorError("ERR_OUTPUT_UNSAFE", diagnostics);
  return files;
}

function unexpectedNodes(source: ts.SourceFile): ts.Node[] {
  // Not public, yet the only way to learn of syntax errors without a program.
  const { parseDiagnostics } = source as unknown as { parseDiagnostics: readonly unknown[] };
  if (parseDiagnostics.length > 0) return [source];
  const allowed = TYPE_FILES.test(source.fileName) ? TYPE_STATEMENTS : STATEMENTS;
  return source.statements.flatMap((statement) => {
    if (!allowed.has(statement.kind)) return [statement];
    return ts.isClassDeclaration(statement) || ts.isVariableStatement(statement)
      ? unexpectedWithin(statement)
      : [];
  });
}

function unexpectedWithin(parent: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  ts.forEachChild(parent, (node) => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    const isExpected =
      EXPRESSIONS.has(node.kind) && (!ts.isCallExpression(node) || CALLS.test(calleeOf(node)));
    found.push(...(isExpected ? unexpectedWithin(node) : [node]));
  });
  return found;
}

function calleeOf(node: ts.CallExpression): string {
  return node.expression.getText();
}
