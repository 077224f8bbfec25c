// Writes what says which keys a config has: generator/config.schema.json, for editors, and the tables of
// docs/config.md. Both are made from the descriptions in generator/src/load-config/config-schema.ts.
//
//   npm run config-reference
import { readFileSync, writeFileSync } from "node:fs";
import { configSchema } from "../generator/src/load-config/config-schema.ts";
import { configJsonSchema } from "./config-reference/json-schema.ts";
import { withTables } from "./config-reference/tables.ts";

const schema = new URL("../generator/config.schema.json", import.meta.url);
const page = new URL("../docs/config.md", import.meta.url);

writeFileSync(schema, configJsonSchema(configSchema));
writeFileSync(page, withTables(readFileSync(page, "utf8"), configSchema));
