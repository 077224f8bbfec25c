// The runtime as it would be if there were nothing to listen to: a copy of what was built, with the places cut out that
// ask on each call whether somebody listens.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What is cut out, once in all files, and what is there instead. */
const CUTS = [
  [
    /^([ \t]*)if \(tokenCacheChannel\.hasSubscribers\) \{\n(?:(?!\1\}\n).*\n)*?.*layer: "memory"(?:(?!\1\}\n).*\n)*\1\}\n/gm,
    "",
  ],
  [/ = openCallContext\(\);/g, ";"],
];

/** Writes a copy and imports it; `remove()` takes it away again. */
export async function importWithoutChannels() {
  const folder = mkdtempSync(join(tmpdir(), "openapi-m2m-bench-"));
  const file = (name) => join(folder, "dist", name);
  cpSync(join(ROOT, "runtime/dist"), join(folder, "dist"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const files = readdirSync(join(folder, "dist"), { recursive: true }).filter((name) => name.endsWith(".js"));
  for (const [part, instead] of CUTS) {
    const found = files.flatMap(
      (name) =>
        readFileSync(file(name), "utf8")
          .match(part)
          ?.map(() => name) ?? [],
    );
    if (found.length !== 1) throw new Error(`${found.length} places have ${part}: see CUTS`);
    writeFileSync(file(found[0]), readFileSync(file(found[0]), "utf8").replace(part, instead));
  }
  const [{ createTokenManager }, { ApiClient, call }] = await Promise.all(
    ["index.js", "codegen/v1.js"].map((name) => import(file(name))),
  );
  return {
    ...{ createTokenManager, ApiClient, call },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
