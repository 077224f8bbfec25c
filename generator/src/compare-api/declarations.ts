import { hash } from "node:crypto";
import ts from "typescript";
import { describeNode } from "./describe-node.ts";

/** What a type comes to, and which others are named in it. */
interface Described {
  readonly text: string;
  readonly names: readonly string[];
}

/** Options that every call takes, and that say nothing of its operation. */
const OPTIONS_OF_CALLS = "CallOptions";

/** The types of a schema file, each with all that it is made of. */
export class Declarations {
  readonly #statements: ReadonlyMap<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration>;
  readonly #described = new Map<string, Described>();

  constructor(file: ts.SourceFile) {
    const statements = file.statements.filter(
      (statement) => ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement),
    );
    this.#statements = new Map(statements.map((statement) => [statement.name.text, statement]));
  }

  /** Describes types by a text that differs where they, or what is named in them, differ. */
  describe(types: readonly ts.TypeNode[]): string {
    const found = new Map<string, string>();
    const open = types.map((type) => this.#describeNode(type));
    const texts = open.map(({ text }) => text);
    for (let described = open.pop(); described !== undefined; described = open.pop()) {
      for (const name of described.names) {
        if (found.has(name)) continue;
        const other = this.#find(name);
        found.set(name, other.text);
        open.push(other);
      }
    }
    return hash("sha256", JSON.stringify([texts, [...found].toSorted()]));
  }

  /** @param name - JSON of the path: `["components", "schemas", "Item"]` */
  #find(name: string): Described {
    const known = this.#described.get(name);
    if (known !== undefined) return known;
    const node = this.#resolve(JSON.parse(name) as string[]);
    const described = node === undefined ? { text: "", names: [] } : this.#describeNode(node);
    this.#described.set(name, described);
    return described;
  }

  #describeNode(node: ts.Node): Described {
    const names: string[] = [];
    const replace = (part: ts.Node): string | undefined => {
      const path = pathOf(part);
      const [root] = path ?? [];
      if (path === undefined || root === undefined) return undefined;
      if (root === OPTIONS_OF_CALLS) return root;
      if (!this.#statements.has(root)) return undefined;
      const name = JSON.stringify(path);
      names.push(name);
      return name;
    };
    const text = replace(node) ?? describeNode(node, replace);
    return { text, names };
  }

  #resolve([root = "", ...path]: readonly string[]): ts.Node | undefined {
    let node: ts.Node | undefined = this.#statements.get(root);
    for (const step of path) node = node && memberOf(this.#follow(node), step);
    return node;
  }

  /** What a type is, if it is but the name of another. */
  #follow(node: ts.Node): ts.Node | undefined {
    const named = ts.isTypeAliasDeclaration(node) ? node.type : node;
    const path = pathOf(named);
    return path === undefined ? named : this.#resolve(path);
  }
}

/** Of `components["schemas"]["Item"]`, its three steps; of a name without type arguments, one. */
function pathOf(node: ts.Node): string[] | undefined {
  if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
    const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
    const isPlain = node.typeArguments === undefined || name.getText() === OPTIONS_OF_CALLS;
    return ts.isIdentifier(name) && isPlain ? [name.text] : undefined;
  }
  if (!ts.isIndexedAccessTypeNode(node)) return undefined;
  const { objectType, indexType } = node;
  const path = pathOf(objectType);
  if (path === undefined || !ts.isLiteralTypeNode(indexType)) return undefined;
  const { literal } = indexType;
  return ts.isStringLiteral(literal) || ts.isNumericLiteral(literal) ? [...path, literal.text] : undefined;
}

function memberOf(node: ts.Node | undefined, name: string): ts.TypeNode | undefined {
  if (node === undefined || !(ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node)))
    return undefined;
  for (const member of node.members) {
    if (ts.isPropertySignature(member) && textOf(member.name) === name) return member.type;
  }
  return undefined;
}

function textOf(name: ts.PropertyName): string {
  return ts.isComputedPropertyName(name) ? name.getText() : name.text;
}
