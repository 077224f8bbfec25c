import { asArray, asString, type JsonObject, own } from "../../../document.ts";
import { mendCollectionFormat } from "../collection-format.ts";
import { followIn, type PathItem, pointerTo, report, reportMissing } from "./path-item.ts";

/** A parameter of an operation, and where it is in the main file. */
export interface PlacedParameter {
  readonly parameter: JsonObject;
  readonly pointer: string;
}

/** Those of the path item first, unless the operation overrides them; there is one body at most. */
export async function flattenParameters(item: PathItem, method: string): Promise<PlacedParameter[]> {
  const byKey = new Map<string, PlacedParameter>();
  for (const keys of [["parameters"], [method, "parameters"]]) {
    const list = asArray(keys.reduce<unknown>(own, item.value));
    for (const [index, value] of list.entries()) {
      const placed = await flattenParameter(item, [...keys, index], value);
      if (placed === undefined) continue;
      const { name, in: place } = placed.parameter;
      byKey.set(place === "body" ? "body" : `${place} ${name}`, placed);
    }
  }
  return [...byKey.values()];
}

async function flattenParameter(
  item: PathItem,
  keys: readonly (string | number)[],
  value: unknown,
): Promise<PlacedParameter | undefined> {
  const here = pointerTo(item, keys);
  const found = await followIn(item, keys, value);
  const name = asString(found?.value["name"]);
  const place = asString(found?.value["in"]);
  if (found === undefined || place === undefined || (name === undefined && place !== "body")) {
    reportMissing(item, here, "parameter");
    return undefined;
  }
  const pointer = item.refs.pointerOf(found, here);
  const { "x-example": _, "x-examples": __, ...parameter } = item.refs.moved(found);
  if (place === "body") return { parameter: withSchema(parameter), pointer };
  const mended = mendCollectionFormat(parameter);
  if (mended.finding !== undefined) report(item, pointer, mended.finding);
  return { parameter: mended.parameter, pointer };
}

/** A body's type belongs into a schema; some documents have it beside `in`, as other parameters do. */
function withSchema({ in: place, name, required, description, schema, ...others }: JsonObject): JsonObject {
  return {
    in: place,
    name,
    ...(required === true && { required }),
    ...(description !== undefined && { description }),
    schema: schema ?? others,
  };
}
