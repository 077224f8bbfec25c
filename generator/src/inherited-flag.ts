import { asArray, isObject, type JsonObject, refOf, resolve } from "./document.ts";

/**
 * Finds out which schemas say something: themselves, or by what they refer to or are made of by `allOf`.
 *
 * Every schema is looked at once, however many lead to it: to follow each way anew takes forever where they multiply.
 *
 * @param saysItself - undefined where a schema leaves it to those
 */
export function inheritedFlag(
  document: JsonObject,
  saysItself: (schema: JsonObject) => boolean | undefined,
): (schema: unknown) => boolean {
  const known = new WeakMap<JsonObject, boolean>();
  const explore = (start: JsonObject) => {
    const users = new Map<JsonObject, JsonObject[]>();
    const saying = new Set<JsonObject>();
    const reached = new Set([start]);
    // What is added on the way comes at its end.
    for (const schema of reached) {
      const says = known.get(schema) ?? saysItself(schema);
      if (says === true) saying.add(schema);
      if (says !== undefined) continue;
      for (const part of partsOf(document, schema)) {
        reached.add(part);
        const usersOfPart = users.get(part);
        if (usersOfPart === undefined) users.set(part, [schema]);
        else usersOfPart.push(schema);
      }
    }
    for (const schema of saying) for (const user of users.get(schema) ?? []) saying.add(user);
    for (const schema of reached) known.set(schema, saying.has(schema));
  };
  return (schema) => {
    if (!isObject(schema)) return false;
    if (!known.has(schema)) explore(schema);
    return known.get(schema) === true;
  };
}

function partsOf(document: JsonObject, schema: JsonObject): JsonObject[] {
  const target = refOf(schema) === undefined ? [] : [resolve(document, schema)];
  return [...target, ...asArray(schema["allOf"]).filter(isObject)];
}
