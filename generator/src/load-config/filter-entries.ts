import { asObject, formatPath } from "../document.ts";
import type { FilterEntry, OperationFilter } from "../model.ts";
import type { ConfigSource } from "./read-config.ts";

/** The entries of a filter one by one, each with its place, to be named when it is about no operation. */
export function filterEntries(
  path: readonly string[],
  filter: OperationFilter,
  { locate }: Pick<ConfigSource, "locate">,
): FilterEntry[] {
  return (["operations", "tags", "paths", "deprecated"] as const).flatMap((by) => {
    const value = asObject(filter)[by];
    if (Array.isArray(value)) {
      return value.map((entry: string, index) => entryAt([...path, by, String(index)], by, entry, locate));
    }
    return typeof value === "boolean" ? [entryAt([...path, by], by, value, locate)] : [];
  });
}

function entryAt(
  path: readonly string[],
  by: FilterEntry["by"],
  value: string | boolean,
  locate: ConfigSource["locate"],
): FilterEntry {
  return { by, value, pointer: formatPath(path), at: locate(path) };
}
