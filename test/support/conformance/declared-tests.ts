import ts from "typescript";

/** A test as its file declares it. */
export interface DeclaredTest {
  /** Titles from the outermost `describe` to the test's own, joined by ` > `, as they are written. */
  readonly title: string;
  /** False for what a run may leave out: skipped or to do, or where only others are run, by itself or with all around it. */
  readonly runs: boolean;
}

/** In CI, what needs a Redis or a browser is run, or nothing is. */
const SUITES = /^(describe|suite|describeWithRedis|describeWithServer|describeInBrowser)$/;
const TESTS = /^(test|it)$/;
const EXCLUSIVE = /^(skip|todo|only|skipIf|runIf|fails)$/;

/** A call that declares something: `test("...", ...)`, `describe.each(table)("...", ...)`. */
interface Declaration {
  /** `describe`, `test` and the like. */
  readonly name: string;
  /** What follows that name: `each`, `skip`. */
  readonly modifiers: readonly string[];
  readonly arguments: readonly ts.Expression[];
}

/** Lists what a test file declares, in that order; titles that are no plain text are given as their source. */
export function listTests(path: string, text: string): DeclaredTest[] {
  const found: DeclaredTest[] = [];
  const visit = (node: ts.Node, outer: readonly string[], runs: boolean): void => {
    const declaration = ts.isCallExpression(node) ? readDeclaration(node) : undefined;
    if (declaration === undefined) {
      ts.forEachChild(node, (child) => visit(child, outer, runs));
      return;
    }
    const [title, ...rest] = declaration.arguments;
    const titles = [...outer, title === undefined ? "" : readTitle(title)];
    const isExclusive = declaration.modifiers.some((name) => EXCLUSIVE.test(name));
    const runsHere = runs && rest.length > 0 && !isExclusive && !rest.some(skips);
    if (SUITES.test(declaration.name)) for (const part of rest) visit(part, titles, runsHere);
    else found.push({ title: titles.join(" > "), runs: runsHere });
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), [], true);
  return found;
}

function readDeclaration(call: ts.CallExpression): Declaration | undefined {
  const modifiers: string[] = [];
  let callee: ts.Expression = call.expression;
  while (!ts.isIdentifier(callee)) {
    if (ts.isPropertyAccessExpression(callee)) {
      modifiers.push(callee.name.text);
      callee = callee.expression;
    } else if (ts.isCallExpression(callee)) callee = callee.expression;
    else if (ts.isTaggedTemplateExpression(callee)) callee = callee.tag;
    else return undefined;
  }
  if (!SUITES.test(callee.text) && !TESTS.test(callee.text)) return undefined;
  return { name: callee.text, modifiers, arguments: call.arguments };
}

function readTitle(title: ts.Expression): string {
  return ts.isStringLiteralLike(title) ? title.text : title.getText();
}

/** Whether an option leaves the test out, or the test itself may: `{ skip: true }`, `context.skip()`, `skip()`. */
function skips(part: ts.Expression): boolean {
  if (!ts.isObjectLiteralExpression(part)) return callsSkip(part);
  return part.properties.some(({ name }) => name !== undefined && EXCLUSIVE.test(name.getText()));
}

function callsSkip(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) {
    const { expression: callee } = node;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    if (ts.isIdentifier(name) && name.text === "skip") return true;
  }
  return ts.forEachChild(node, (child) => callsSkip(child) || undefined) ?? false;
}
