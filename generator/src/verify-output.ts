import ts from "typescript";
import { diagnosticAt, GeneratorError, REPORT_DEFECT } from "./errors.ts";
import type { OutputFile } from "./model.ts";

const K = ts.SyntaxKind;

/** What each file may consist of, by the end of its path. */
const STATEMENTS: readonly (readonly [path: RegExp, allowed: ReadonlySet<ts.SyntaxKind>])[] = [
  // The types of a document; nothing of them runs.
  [/(^|\/)schema(\.d)?\.ts$/, new Set([K.ImportDeclaration, K.InterfaceDeclaration, K.TypeAliasDeclaration])],
  [/(^|\/)client\.ts$/, new Set([K.ImportDeclaration, K.ClassDeclaration, K.VariableStatement])],
  [/(^|\/)operations\.ts$/, new Set([K.ImportDeclaration, K.VariableStatement])],
  [/^token-clients\.ts$/, new Set([K.ImportDeclaration, K.TypeAliasDeclaration, K.VariableStatement])],
  [/(^|\/)index\.ts$/, new Set([K.ExportDeclaration])],
];

/** What files import from: the runtime's contract and each other. */
const MODULES = /^(@openapi-m2m\/runtime\/codegen\/v\d+|\.\/[\w./-]+)$/;

/** Everything below a statement that is no type: data, and the calls that the emitter means to write. */
const EXPRESSIONS = new Set([
  K.Identifier,
  K.StringLiteral,
  K.NumericLiteral,
  K.PrefixUnaryExpression,
  K.TrueKeyword,
  K.FalseKeyword,
  K.ThisKeyword,
  K.SuperKeyword,
  K.ExportKeyword,
  K.ObjectLiteralExpression,
  K.PropertyAssignment,
  K.ArrayLiteralExpression,
  K.AsExpression,
  K.ComputedPropertyName,
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
  K.PropertyDeclaration,
  K.ReadonlyKeyword,
  K.NewExpression,
]);

/** A client makes its groups. */
const GROUP = /^new [\p{ID_Continue}$]+Group\(this\)$/u;

const CALLS = /^(super|bindTokenClients|this\[call\])$/;

/**
 * Parses what was emitted and checks that it holds nothing but what the emitters mean to write, so that no
 * text of a document has become code, whatever the emitters' defects.
 *
 * @throws {GeneratorError} `ERR_OUTPUT_UNSAFE` with every place that is something else
 */
export function verifyOutput(files: readonly OutputFile[]): readonly OutputFile[] {
  const diagnostics = files.flatMap((file) => {
    const source = parse(file);
    return unexpectedNodes(source).map((node) => {
      const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
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

/** Comments hold much of a document's text; what is in them is not looked at, so it need not be parsed. */
function parse({ path, content }: OutputFile): ts.SourceFile {
  const options = {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  };
  return ts.createSourceFile(path, content, options);
}

function unexpectedNodes(source: ts.SourceFile): ts.Node[] {
  // Not public, yet the only way to learn of syntax errors without a program.
  const { parseDiagnostics } = source as unknown as { parseDiagnostics: readonly unknown[] };
  const [, allowed] = STATEMENTS.find(([path]) => path.test(source.fileName)) ?? [];
  if (parseDiagnostics.length > 0 || allowed === undefined) return [source];
  const isTypes = !allowed.has(K.VariableStatement) && !allowed.has(K.ExportDeclaration);
  return source.statements.flatMap((statement) => {
    if (!allowed.has(statement.kind)) return [statement];
    if (ts.isImportDeclaration(statement)) return isExpectedImport(statement, isTypes) ? [] : [statement];
    if (ts.isExportDeclaration(statement)) return isOwnModule(statement.moduleSpecifier) ? [] : [statement];
    return ts.isClassDeclaration(statement) || ts.isVariableStatement(statement)
      ? unexpectedWithin(statement, source)
      : [];
  });
}

/** One that is for its side effects has no clause. */
function isExpectedImport(
  { importClause, moduleSpecifier }: ts.ImportDeclaration,
  isTypes: boolean,
): boolean {
  if (importClause === undefined || (isTypes && !importClause.isTypeOnly)) return false;
  return isOwnModule(moduleSpecifier);
}

function isOwnModule(specifier: ts.Expression | undefined): boolean {
  return specifier !== undefined && ts.isStringLiteral(specifier) && MODULES.test(specifier.text);
}

function unexpectedWithin(parent: ts.Node, source: ts.SourceFile): ts.Node[] {
  const found: ts.Node[] = [];
  ts.forEachChild(parent, (node) => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (!EXPRESSIONS.has(node.kind) || !isExpectedCall(node, source)) found.push(node);
    else if (!ts.isIdentifier(node)) found.push(...unexpectedWithin(node, source));
  });
  return found;
}

function isExpectedCall(node: ts.Node, source: ts.SourceFile): boolean {
  if (ts.isCallExpression(node)) return CALLS.test(node.expression.getText(source));
  return !ts.isNewExpression(node) || GROUP.test(node.getText(source));
}
