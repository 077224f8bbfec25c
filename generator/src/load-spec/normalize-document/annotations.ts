import { isObject, type JsonObject } from "../../document.ts";
import type { Walk } from "./walk.ts";

/** What the reader is told of an object: those of the texts that are texts. */
export function annotationsOf(walk: Walk, value: unknown): JsonObject {
  const annotations: JsonObject = {};
  if (!isObject(value)) return annotations;
  copyText(walk, value, "summary", annotations);
  copyText(walk, value, "description", annotations);
  if (typeof value["deprecated"] === "boolean") annotations["deprecated"] = value["deprecated"];
  return annotations;
}

/** One that is null was left empty in YAML. */
export function copyText(walk: Walk, from: JsonObject, key: string, to: JsonObject): void {
  const value = from[key];
  if (typeof value === "string") to[key] = value;
  else if (value !== undefined && value !== null)
    walk.warn("expected a string; it is ignored", "put it in quotes", key);
}
