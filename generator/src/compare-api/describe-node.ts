import ts from "typescript";

/** Calls back for each part of a node; what that gives stands for the part, undefined for the part itself. */
export type Replace = (part: ts.Node) => string | undefined;

const UNORDERED = new Set([
  ts.SyntaxKind.UnionType,
  ts.SyntaxKind.IntersectionType,
  ts.SyntaxKind.TypeLiteral,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.ObjectLiteralExpression,
]);

/** Describes a piece of code by a text that is the same without comments, in another order of members, or reformatted. */
export function describeNode(node: ts.Node, replace: Replace = () => undefined): string {
  const parts: string[] = [];
  ts.forEachChild(node, (child) => {
    parts.push(replace(child) ?? describeNode(child, replace));
  });
  if (parts.length === 0) return node.getText();
  if (UNORDERED.has(node.kind)) parts.sort();
  const operator = ts.isTypeOperatorNode(node) ? node.operator : "";
  return `${node.kind}${operator}(${parts.join(",")})`;
}
