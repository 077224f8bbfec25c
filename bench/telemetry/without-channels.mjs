// The runtime as it would be if there were nothing to listen to: a copy of what was built, with the places cut out that
// ask on each call whether somebody listens.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** File, what is cut out of it, and what is there instead. */
const CUTS = [
  ["token-source.js", /^( *)if \(tokenCacheChannel\.hasSubscribers\) \{\n.*?^\1\}\n/ms, ""],
  ["interceptor.js", "openCallContext()", "undefined"],
];

/** Writes a copy and imports it; `remove()` takes it away again. */
export async function importWithoutChannels() {
  const folder = mkdtempSync(join(tmpdir(), "openapi-m2m-bench-"));
  const file = (name) => join(folder, "dist", name);
  cpSync(join(ROOT, "runtime/dist"), join(folder, "dist"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [name, part, instead] of CUTS) {
    const text = readFileSync(file(name), "utf8");
    const cut = text.replace(part, instead);
    if (cut === text) throw new Error(`${name} has nothing to cut out any more: see CUTS`);
    writeFileSync(file(name), cut);
  }
  const [{ createTokenManager }, { ApiClient, call }] = await Promise.all(
    ["index.js", "codegen/v1.js"].map((name) => import(file(name))),
  );
  return {
    ...{ createTokenManager, ApiClient, call },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
