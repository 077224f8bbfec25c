import { asObject, type JsonObject } from "../document.ts";
import type { Walk } from "./walk.ts";

/** What the reader is told of an object: those of the texts that are texts. */
export function annotationsOf(walk: Walk, value: unknown): JsonObject {
  const { summary, description, deprecated } = asObject(value);
  return {
    ...textOf(walk, "summary", summary),
    ...textOf(walk, "description", description),
    ...(typeof deprecated === "boolean" && { deprecated }),
  };
}

/** One that is null was left empty in YAML. */
export function textOf(walk: Walk, key: string, value: unknown): JsonObject {
  if (typeof value === "string") return { [key]: value };
  if (value !== undefined && value !== null)
    walk.warn("expected a string; it is ignored", "put it in quotes", key);
  return {};
}
