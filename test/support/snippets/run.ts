// Runs one snippet: `node run.ts FOLDER FILE`. What it throws, or leaves to be rejected, ends this process with 1.
import { pathToFileURL } from "node:url";

/** How long a snippet may keep the process after its last line, with connections that are left open for instance. */
const REST_MS = 200;

const [folder = "", file = ""] = process.argv.slice(2);
const base = pathToFileURL(`${folder}/`);
await import(new URL("prelude.ts", base).href);
await import(new URL(file, base).href);
setTimeout(() => process.exit(), REST_MS).unref();
