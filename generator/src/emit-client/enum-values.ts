import { commentLine, identifier } from "../encode.ts";
import type { EnumModel } from "../model.ts";
import { printLiteral } from "./print-literal.ts";

/** A constant with the values of a schema, for menus, checks and tests: types are gone at run time. */
export function enumValues({ name, type, values }: EnumModel): string {
  const start = `export const ${identifier(name)} = `;
  return `/** Every value of \`${commentLine(type)}\`. */
${start}${printLiteral(values, 0, start.length + " as const;".length)} as const;
`;
}
