import { asArray, asObject, asString, formatRef, type JsonObject, own, refOf } from "../../../document.ts";
import type { Walk } from "../walk.ts";

/** Only here is `discriminator` and what it tells apart known at once. */
export function normalizeDiscriminator(walk: Walk, before: JsonObject, after: JsonObject): JsonObject {
  const { discriminator, ...rest } = after;
  const given = asObject(discriminator);
  const propertyName = asString(given["propertyName"]);
  walk.enter("discriminator");
  if (propertyName === undefined)
    walk.warn("a discriminator needs a propertyName; it is ignored", "name the property");
  const mapping = propertyName === undefined ? {} : mappingOf(walk, given["mapping"]);
  walk.leave();
  if (propertyName === undefined) return rest;
  const complete = { ...implied(before, after, mapping), ...mapping };
  const normalized = { ...given, propertyName, mapping: complete };
  const isMapped = Object.keys(complete).length > 0;
  const { mapping: _, ...unmapped } = normalized;
  return { ...after, discriminator: isMapped ? normalized : unmapped };
}

function mappingOf(walk: Walk, mapping: unknown): Record<string, string> {
  const entries = Object.entries(asObject(mapping)).flatMap(([value, name]): [string, string][] => {
    const ref = walk.within("mapping", () => walk.within(value, () => mappedRef(walk, name)));
    return ref === undefined ? [] : [[value, ref]];
  });
  return Object.fromEntries(entries);
}

/** The name of a component schema, or a reference; what could be both is a name (OpenAPI 3.1.1 §4.8.25.3). */
function mappedRef(walk: Walk, name: unknown): string | undefined {
  const text = asString(name);
  if (text === undefined) {
    walk.warn(
      "expected the name of a schema, or a reference to one; the value is not mapped",
      "name a schema, or refer to one",
    );
    return undefined;
  }
  const ref = walk.hasSchema(text) ? formatRef("schemas", text) : text;
  if (/[#/]|\.(json|ya?ml)$/i.test(ref)) return walk.schemaRef(ref, { key: "", isOptional: true });
  walk.warn(`there is no schema called "${text}"; the value is not mapped`, "name a schema, or refer to one");
  return undefined;
}

/**
 * A schema that is not mapped is told by its name. One that is called otherwise now, because it was hoisted, has to be
 * mapped to keep the name that it had.
 */
function implied(before: JsonObject, after: JsonObject, mapping: JsonObject): Record<string, string> {
  const mapped = new Set(Object.values(mapping));
  const entries = ["oneOf", "anyOf"].flatMap((key) =>
    asArray(before[key]).flatMap((member, index): [string, string][] => {
      const ref = refOf(asArray(after[key])[index]);
      const name = lastPart(refOf(member) ?? "");
      if (ref === undefined || mapped.has(ref) || name === lastPart(ref)) return [];
      return own(mapping, name) === undefined ? [[name, ref]] : [];
    }),
  );
  return Object.fromEntries(entries);
}

/** `./schemas/Cat.yaml` -> `Cat`, `#/components/schemas/Cat` -> `Cat` */
function lastPart(ref: string): string {
  const last = ref.split("/").at(-1) ?? "";
  return ref.includes("#") ? last : last.replace(/\.\w+$/, "");
}
