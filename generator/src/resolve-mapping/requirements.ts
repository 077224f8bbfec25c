import { parsePointer } from "../document.ts";
import type { SecurityRequirement } from "../model.ts";

/** Security schemes that are all needed, with the scopes of each; empty where nothing is. */
export type Requirement = readonly { readonly name: string; readonly scopes: readonly string[] }[];

export function readRequirement(requirement: SecurityRequirement): Requirement {
  return Object.entries(requirement).map(([key, scopes]) => ({ name: nameOf(key), scopes }));
}

/** Since OpenAPI 3.2 a scheme may also be named by its URI. */
function nameOf(key: string): string {
  const [kind, group, name, ...rest] = parsePointer(key) ?? [];
  const isScheme = kind === "components" && group === "securitySchemes" && rest.length === 0;
  return isScheme && name !== undefined ? name : key;
}
