import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";

/** What editors can't be told: rules in code, of which a config's errors speak. */
const RULES_IN_CODE = ["check", "raw_check", "transform"];

const LINK = /\[([^\]]*)\]\([^)]*\)/g;

/**
 * The JSON Schema of a config, for editors: it completes and explains keys, and marks what can't be. Every valid config
 * satisfies it; not every config that satisfies it is valid.
 *
 * @returns draft 7, which all editors know, as the text of a file
 */
export function configJsonSchema(schema: v.GenericSchema): string {
  const { $schema, ...keywords } = toJsonSchema(schema, {
    target: "draft-07",
    typeMode: "output", // of a pipe the last schema: those before it only say what it is not
    ignoreActions: RULES_IN_CODE,
  });
  const titled = { $schema, title: "The config of openapi-m2m", ...keywords };
  return `${JSON.stringify(titled, reduce, 2)}\n`;
}

/** Leaves out what says nothing, and links: they lead from one page of the docs to another. */
function reduce(key: string, value: unknown): unknown {
  if (key === "required" && Array.isArray(value) && value.length === 0) return undefined;
  return key === "description" && typeof value === "string" ? value.replaceAll(LINK, "$1") : value;
}
