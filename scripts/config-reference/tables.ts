import * as v from "valibot";
import type { configSchema } from "../../generator/src/load-config/config-schema.ts";

type ConfigSchema = typeof configSchema;

type Entries = Readonly<Record<string, v.GenericSchema>>;

/** What is between `<!-- keys of … -->` and `<!-- end -->`. */
const TABLE = /(?<=^<!-- keys of ([^\n]*) -->\n).*?(?=^<!-- end -->$)/gms;

/**
 * Writes the tables of a page anew, from a schema's descriptions.
 *
 * @param page - Markdown; a table goes after each `<!-- keys of a client -->`, up to the next `<!-- end -->`
 * @throws {TypeError} when a comment names what has no keys
 */
export function withTables(page: string, schema: ConfigSchema): string {
  const parts = partsOf(schema);
  return page.replace(TABLE, (_before, part: string) => {
    const entries = parts[part];
    if (entries === undefined)
      throw new TypeError(`"${part}" has no keys; expected one of ${Object.keys(parts).join(", ")}`);
    return `\n${tableOf(part, entries)}\n`;
  });
}

/** The objects that a config consists of. */
function partsOf({ entries }: ConfigSchema): Readonly<Record<string, Entries>> {
  const client = entries.clients.value;
  return {
    "a config": entries,
    "a token client": entries.tokenClients.value.entries,
    "a client": client.entries,
    "`include` and `exclude`": client.entries.include.wrapped.entries,
  };
}

function tableOf(part: string, entries: Entries): string {
  const rows = Object.entries(entries).map(([key, schema]) => `| \`${key}\` | ${meaningOf(key, schema)} |`);
  return [`| Key of ${part} | |`, "|---|---|", ...rows, ""].join("\n");
}

function meaningOf(key: string, schema: v.GenericSchema): string {
  const description = v.getDescription(schema);
  if (description === undefined) throw new TypeError(`${key} has no description in config-schema.ts`);
  return schema.type === "optional" ? description : `required: ${description}`;
}
