import ts from "typescript";

/** Constructors that only make a value. */
const CONSTRUCTORS =
  /^(Set|Map|WeakMap|WeakSet|WeakRef|RegExp|Error|URL|Date|Uint8Array|TextEncoder|TextDecoder|AsyncLocalStorage|FinalizationRegistry)$/;

/** Functions and methods that only make a value of their arguments. */
const FUNCTIONS =
  /^(Symbol|Object\.(freeze|keys|entries|fromEntries|assign)|channel|tracingChannel|promisify|Buffer\.from|ts\.factory\.\w+|v\.\w+)$/;

const METHODS = /^(split|map|filter|flatMap|join|concat|slice|toSorted|trim|toString)$/;

/** Whether a statement at the top level of a module does nothing but declare, import, export or make plain values. */
export function isPure(statement: ts.Statement): boolean {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.every(
      ({ initializer }) => !initializer || isValue(initializer),
    );
  }
  if (ts.isClassDeclaration(statement)) return isPureClass(statement);
  if (ts.isExportAssignment(statement)) return isValue(statement.expression);
  // `import "module"` is made for its effects.
  if (ts.isImportDeclaration(statement)) return statement.importClause !== undefined;
  return (
    ts.isExportDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isFunctionDeclaration(statement)
  );
}

function isPureClass(declaration: ts.ClassDeclaration): boolean {
  return declaration.members.every((member) => {
    if (ts.isClassStaticBlockDeclaration(member)) return member.body.statements.every(isHandedOut);
    const isStatic =
      ts.canHaveModifiers(member) &&
      ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
    return (
      !ts.isPropertyDeclaration(member) || !isStatic || !member.initializer || isValue(member.initializer)
    );
  });
}

/** `static { read = (object) => object.#secret; }`: how a module shares a private member with itself. */
function isHandedOut(statement: ts.Statement): boolean {
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return false;
  const { left, operatorToken, right } = statement.expression;
  const isSet = ts.isIdentifier(left) && operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isSet && ts.isFunctionLike(right);
}

function isValue(node: ts.Node): boolean {
  if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return true;
  if (ts.isAwaitExpression(node) || ts.isTaggedTemplateExpression(node) || ts.isDeleteExpression(node))
    return false;
  if (ts.isBinaryExpression(node) && isAssignment(node)) return false;
  if (ts.isCallExpression(node) && !isPureCall(node)) return false;
  if (ts.isNewExpression(node) && !CONSTRUCTORS.test(node.expression.getText())) return false;
  return ts.forEachChild(node, (child) => !isValue(child) || undefined) === undefined;
}

/** `/* @__PURE__ *\/` is its author's word, which bundlers take too. */
function isPureCall(node: ts.CallExpression): boolean {
  const { expression } = node;
  const text = node.getSourceFile().text;
  if (/[@#]__PURE__/.test(text.slice(node.getFullStart(), node.getStart()))) return true;
  if (FUNCTIONS.test(expression.getText())) return true;
  return ts.isPropertyAccessExpression(expression) && METHODS.test(expression.name.text);
}

function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
