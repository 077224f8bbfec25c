import { asArray, isObject, type JsonObject } from "../../document.ts";
import { isData, isMap } from "../../schema-keywords.ts";
import { rebaseRef } from "./swagger-refs.ts";

/**
 * Upgrades the schemas of a file that a Swagger 2.0 document refers to, each where it is: pointers into the file stay
 * right. Parameters and responses are upgraded where they are referred to.
 *
 * @param main - location of the document, whose definitions are components now
 */
export function upgradeSchemas(root: JsonObject, location: string, main: string): JsonObject {
  const upgrade = (value: unknown, areNames = false): unknown => {
    if (Array.isArray(value)) return value.map((item) => upgrade(item));
    if (!isObject(value)) return value;
    const entries = Object.entries(value).map(([key, inner]) => [
      key,
      isData(key, areNames) ? inner : upgrade(inner, isMap(key, areNames)),
    ]);
    return upgradeSchema(Object.fromEntries(entries), location, main);
  };
  return upgrade(root) as JsonObject;
}

function upgradeSchema(schema: JsonObject, location: string, main: string): JsonObject {
  const { discriminator, "x-nullable": nullable, type, $ref: ref } = schema;
  const isNamed = typeof discriminator === "string";
  return {
    ...schema,
    ...(typeof ref === "string" && { $ref: movedRef(ref, location, main) }),
    ...(nullable === true && { nullable: true }),
    ...(type === "file" && { type: "string", format: "binary" }),
    ...(isNamed && {
      discriminator: { propertyName: discriminator },
      required: [...new Set([...asArray(schema["required"]), discriminator])],
    }),
  };
}

function movedRef(ref: string, location: string, main: string): string {
  const moved = rebaseRef(ref, location, main);
  return moved.startsWith("#/definitions/")
    ? `${rebaseRef("#", main, location)}${definitionRef(moved)}`
    : ref;
}

function definitionRef(ref: string): string {
  return ref.replace("#/definitions/", "/components/schemas/");
}
