import { createRequire } from "node:module";
import type * as ts from "typescript";
import type { Aspect, Position } from "../errors.ts";
import { positionAt } from "../parse-document.ts";

/** Loaded when something is to be told of a config: what is right needs no compiler. */
const compiler = () => createRequire(import.meta.url)("typescript") as typeof ts;

/**
 * Finds values of a config written as a module: reads its default export's object literal, never runs it.
 * What is not written there literally is placed at the nearest value that is.
 */
export function locateInModule(
  file: string,
  text: string,
): (path: readonly string[], aspect?: Aspect) => Position {
  let source: ts.SourceFile | undefined;
  return (path, aspect = "value") => {
    const { createSourceFile, ScriptTarget } = compiler();
    source ??= createSourceFile(file, text, ScriptTarget.Latest, true);
    const node = nodeAt(source, path);
    if (node === undefined) return { file, ...positionAt(text, { start: 0 }) };
    const marked = markOf(node, aspect);
    // Of an object there is no more to mark than where it begins.
    const isScalar = !/[\n\r]/.test(marked.getText()) && !isCollection(marked);
    const start = marked.getStart();
    return { file, ...positionAt(text, { start, ...(isScalar && { end: marked.getEnd() }) }) };
  };
}

function nodeAt(source: ts.SourceFile, path: readonly string[]): ts.Node | undefined {
  let value = defaultExport(source);
  let found: ts.Node | undefined = value;
  for (const part of path) {
    const entry = entryOf(value, part);
    if (entry === undefined) break;
    found = entry;
    value = expressionOf(entry);
  }
  return found;
}

/** A value that is one line with its key, else the key. */
function markOf(node: ts.Node, aspect: Aspect): ts.Node {
  const { isObjectLiteralElement } = compiler();
  const name = isObjectLiteralElement(node) ? node.name : undefined;
  if (name === undefined) return node;
  const value = expressionOf(node);
  const isBeside = value !== undefined && !isCollection(value) && !/[\n\r]/.test(node.getText());
  return aspect === "value" && isBeside ? value : name;
}

function isCollection(node: ts.Node): boolean {
  const { isArrayLiteralExpression, isObjectLiteralExpression } = compiler();
  return isArrayLiteralExpression(node) || isObjectLiteralExpression(node);
}

function expressionOf(node: ts.Node): ts.Expression | undefined {
  const { isExpression, isPropertyAssignment } = compiler();
  if (isPropertyAssignment(node)) return unwrap(node.initializer);
  return isExpression(node) ? unwrap(node) : undefined;
}

function defaultExport(source: ts.SourceFile): ts.Expression | undefined {
  const exported = source.statements.find(compiler().isExportAssignment)?.expression;
  if (exported === undefined) return undefined;
  const value = unwrap(exported);
  return compiler().isIdentifier(value) ? (constant(source, value.text) ?? value) : value;
}

/** `const config = { ... }; export default config` */
function constant(source: ts.SourceFile, name: string): ts.Expression | undefined {
  const { isIdentifier, isVariableStatement } = compiler();
  const declarations = source.statements
    .filter(isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  const found = declarations.find((entry) => isIdentifier(entry.name) && entry.name.text === name);
  return found?.initializer && unwrap(found.initializer);
}

/** `defineConfig({ ... })`, `{ ... } satisfies UserConfig` -> the object literal. */
function unwrap(expression: ts.Expression): ts.Expression {
  const ts = compiler();
  if (ts.isCallExpression(expression) && expression.arguments[0]) return unwrap(expression.arguments[0]);
  if (ts.isSatisfiesExpression(expression) || ts.isAsExpression(expression))
    return unwrap(expression.expression);
  return ts.isParenthesizedExpression(expression) ? unwrap(expression.expression) : expression;
}

function entryOf(node: ts.Expression | undefined, name: string): ts.Node | undefined {
  const ts = compiler();
  if (node === undefined) return undefined;
  if (ts.isArrayLiteralExpression(node)) return node.elements[Number(name)];
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  return node.properties.find(
    (property) =>
      property.name !== undefined && !ts.isComputedPropertyName(property.name) && property.name.text === name,
  );
}
