import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as ts from "typescript";
import type { Position } from "../errors.ts";

/** Loaded when something is to be told of a config: what is right needs no compiler. */
const compiler = () => createRequire(import.meta.url)("typescript") as typeof ts;

/**
 * Finds values of a config written as a module: reads its default export's object literal, never runs it.
 * What is not written there literally is placed at the nearest value that is.
 */
export function locateInModule(file: string): (path: readonly string[]) => Position {
  return (path) => {
    const { createSourceFile, isPropertyAssignment, ScriptTarget } = compiler();
    const source = createSourceFile(file, readFileSync(file, "utf8"), ScriptTarget.Latest, true);
    let node = defaultExport(source);
    let found: ts.Node | undefined = node;
    for (const part of path) {
      const property = propertyOf(node, part);
      if (property === undefined) break;
      found = property;
      node = isPropertyAssignment(property) ? unwrap(property.initializer) : undefined;
    }
    const { line, character } = source.getLineAndCharacterOfPosition(found?.getStart() ?? 0);
    return { file, line: line + 1, column: character + 1 };
  };
}

function defaultExport(source: ts.SourceFile): ts.Expression | undefined {
  const exported = source.statements.find(compiler().isExportAssignment)?.expression;
  return exported && unwrap(exported);
}

/** `defineConfig({ ... })`, `{ ... } satisfies UserConfig` -> the object literal. */
function unwrap(expression: ts.Expression): ts.Expression {
  const ts = compiler();
  if (ts.isCallExpression(expression) && expression.arguments[0]) return unwrap(expression.arguments[0]);
  if (ts.isSatisfiesExpression(expression) || ts.isAsExpression(expression))
    return unwrap(expression.expression);
  return ts.isParenthesizedExpression(expression) ? unwrap(expression.expression) : expression;
}

function propertyOf(node: ts.Expression | undefined, name: string): ts.ObjectLiteralElementLike | undefined {
  const ts = compiler();
  if (node === undefined || !ts.isObjectLiteralExpression(node)) return undefined;
  return node.properties.find(
    (property) =>
      property.name !== undefined && !ts.isComputedPropertyName(property.name) && property.name.text === name,
  );
}
