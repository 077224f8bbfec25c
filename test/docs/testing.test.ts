import { execFile } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { readSources } from "../support/architecture.ts";
import { folderWith } from "../support/folder.ts";
import { namedSnippets } from "../support/named-snippets.ts";

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const CONFIG = `
import { defineConfig } from "vitest/config";
import project from ${JSON.stringify(root("vitest.config.ts"))};

export default defineConfig({ resolve: project.resolve });
`;

/** Stands where the files find the runtime: its source. */
const HOOKS = `
import { registerHooks } from "node:module";
registerHooks({
  resolve(specifier, context, next) {
    const [, entry] = /^@openapi-m2m\\/runtime(?:\\/(.*))?$/.exec(specifier) ?? [specifier, null];
    if (entry === null) return next(specifier, context);
    return { url: ${JSON.stringify(new URL("../../runtime/src/", import.meta.url).href)} + (entry ?? "index") + ".ts", shortCircuit: true };
  },
});
`;

/** A project that has the page's files and the clients that they use. */
function createProject(): string {
  const folder = folderWith({
    ...Object.fromEntries(readSources("generated")),
    ...namedSnippets("docs/testing.md"),
    "package.json": { type: "module" },
    "vitest.config.ts": CONFIG,
    "hooks.mjs": HOOKS,
  });
  symlinkSync(root("node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What a program writes that ends well, without colours. */
async function run(folder: string, ...command: string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1", NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: folder, env });
  return stdout;
}

describe("the files of docs/testing.md", () => {
  test("pass with Vitest", async () => {
    const vitest = root("node_modules/vitest/vitest.mjs");
    const output = await run(createProject(), vitest, "run", "retire-item.test.ts");
    expect(output).toMatch(/Tests +4 passed \(4\)/);
  });

  test("pass with node:test", async () => {
    const output = await run(
      createProject(),
      "--no-warnings",
      "--import",
      "./hooks.mjs",
      "--test",
      "tokens.test.ts",
    );
    expect(output).toMatch(/^. pass 3$/m);
  });
});
