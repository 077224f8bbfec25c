import { asArray, asObject, asString, type JsonObject, resolve } from "../../document.ts";
import { propertyKey, stringLiteral } from "../../encode.ts";
import type { SourceOperation } from "../../model.ts";

/** What the parameters of each place are called in the argument of a method. */
const PLACES: Readonly<Record<string, string>> = {
  path: "path",
  query: "query",
  header: "headers",
  cookie: "cookies",
};

/**
 * Writes an argument for a method that has no body: what it requires, and no more.
 *
 * @returns empty where nothing is; undefined where it takes more than texts and numbers
 */
export function sampleInput({ parameters }: SourceOperation, document: JsonObject): string | undefined {
  const required = parameters.filter(
    (parameter) => parameter["required"] === true || parameter["in"] === "path",
  );
  const samples = required.map((parameter) => ({
    place: PLACES[asString(parameter["in"]) ?? ""],
    name: asString(parameter["name"]) ?? "",
    value: sampleValue(resolve(document, parameter["schema"])),
  }));
  if (samples.some(({ place, value }) => place === undefined || value === undefined)) return undefined;
  const groups = Object.entries(Object.groupBy(samples, ({ place = "" }) => place));
  const members = groups.map(([place, group = []]) => {
    const entries = group.map(({ name, value }) => `${propertyKey(name)}: ${value}`);
    return `${place}: { ${entries.join(", ")} }`;
  });
  return members.length === 0 ? "" : `{ ${members.join(", ")} }`;
}

function sampleValue(schema: JsonObject): string | undefined {
  const [known = schema["const"]] = asArray(schema["enum"]);
  if (typeof known === "string") return stringLiteral(known);
  if (typeof known === "number" || typeof known === "boolean") return String(known);
  const types = [schema["type"]].flat();
  if (
    known !== undefined ||
    ["allOf", "anyOf", "oneOf", "not"].some((keyword) => keyword in asObject(schema))
  )
    return undefined;
  if (types.includes("string")) return '"42"';
  return types.includes("integer") || types.includes("number") ? "42" : undefined;
}
