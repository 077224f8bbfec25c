import { formatPointer, parsePointer } from "../../document.ts";
import type { FlatOperation } from "./flatten-operations.ts";

/**
 * Where what is at a pointer of the upgraded document was before.
 *
 * @param hoisted - pointers of the originals, by the name of the definition
 * @returns of a pointer, that in the original document, or of the nearest thing above it that was there
 */
export function originsOf(operations: readonly FlatOperation[], hoisted: ReadonlyMap<string, string>) {
  const byPlace = new Map(operations.map((flat) => [`${flat.path}\0${flat.method}`, flat]));
  return (pointer: string): string => {
    const parts = parsePointer(pointer) ?? [];
    const [root, kind = "", name = "", ...rest] = parts;
    if (root === "servers") return "#/host";
    if (root === "components" && kind === "securitySchemes") return join("#/securityDefinitions", [name]);
    if (root === "components" && kind === "schemas") {
      const original = hoisted.get(name);
      return original === undefined ? join("#/definitions", [name, ...rest]) : join(original, rest);
    }
    const flat = root === "paths" ? byPlace.get(`${kind}\0${name}`) : undefined;
    return flat === undefined ? pointer : withinOperation(flat, rest);
  };
}

function withinOperation(flat: FlatOperation, parts: readonly string[]): string {
  const [group, key = "", ...rest] = parts;
  if (group === "parameters")
    return join(flat.parameters[Number(key)] ?? operationOf(flat), withoutSchema(rest));
  if (group === "responses") return join(flat.responses.get(key) ?? operationOf(flat), withoutContent(rest));
  if (group === undefined) return operationOf(flat);
  if (group !== "requestBody") return join(operationOf(flat), parts);
  const [, , ...inner] = rest;
  if (flat.body !== undefined) return join(flat.body, withoutContent([key, ...rest]));
  const field = inner[0] === "properties" ? flat.fields.get(inner[1] ?? "") : undefined;
  return field === undefined ? join(operationOf(flat), ["parameters"]) : join(field, inner.slice(2));
}

function operationOf({ path, key }: FlatOperation): string {
  return formatPointer(["paths", path, key]);
}

/** The keywords of a parameter's schema were its own. */
function withoutSchema(parts: readonly string[]): readonly string[] {
  return parts[0] === "schema" ? parts.slice(1) : parts;
}

/** `content/<type>/schema` was `schema`; a header's schema was the header. */
function withoutContent(parts: readonly string[]): readonly string[] {
  const [group, name = "", ...rest] = parts;
  if (group === "content") return rest;
  return group === "headers" ? [group, name, ...withoutSchema(rest)] : parts;
}

function join(pointer: string, parts: readonly string[]): string {
  return pointer + formatPointer(parts).slice(1);
}
