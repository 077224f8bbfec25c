import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addFiles } from "../test/support/folder.ts";
import { packPackages } from "../test/support/packed-packages.ts";
import { install, NODES, run } from "./programs.ts";

const { folder, packages } = packPackages();
const tarball = packages.find(({ name }) => name === "@openapi-m2m/runtime")?.tarball ?? "";

/** A worker that is deployed. */
const project = join(folder, "worker");
beforeAll(async () => {
  addFiles(project, { "package.json": { private: true } });
  await install(project, "--omit=dev", tarball);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Names of the packages below a folder, wherever npm has put them. */
function packagesBelow(modules: string): string[] {
  const entries = readdirSync(modules, { recursive: true, encoding: "utf8" });
  const manifests = entries.filter((path) =>
    /(^|\/node_modules\/)(@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path),
  );
  return manifests.map((path) => path.replace(/^.*node_modules\/|\/package\.json$/g, "")).toSorted();
}

/** What a folder takes on the disk, in bytes, but for what is below others. */
function diskUsage(of: string, without: string): number {
  const paths = readdirSync(of, { recursive: true, encoding: "utf8" }).map((path) => join(of, path));
  const counted = paths.filter((path) => !path.startsWith(without));
  return counted.reduce((sum, path) => sum + statSync(path).blocks * 512, 0);
}

test.each(packages)(
  "$name has nothing of a source that is gone: else remove dist/, and build",
  ({ files }) => {
    // The script of the report's page is built of a folder of its own.
    const built = files.filter((path) => /^dist\/(?!page\/).*\.d\.ts$/.test(path));
    expect(built).toContain("dist/index.d.ts");
    const sourceOf = (path: string) => path.replace(/^dist(.*)\.d\.ts$/, "src$1.ts");
    expect(built.filter((path) => !files.includes(sourceOf(path)))).toEqual([]);
  },
);

/** Of modules below a folder: those, and what they import below it. */
function reachedFrom(folder: string, modules: readonly string[]): string[] {
  const reached = new Set(modules);
  for (const path of reached) {
    const imports = readFileSync(join(folder, path), "utf8").matchAll(/\b(?:from|import) ?\(?"(\.[^"]+)"/g);
    for (const [, target = ""] of imports) reached.add(join(dirname(path), target));
  }
  return [...reached].toSorted();
}

describe("@openapi-m2m/runtime, installed for production,", () => {
  test("holds the programs of its entries, and nothing else that was built once: else remove dist/, and build", () => {
    const installed = join(project, "node_modules/@openapi-m2m/runtime");
    const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    const entries = Object.values<{ default?: string }>(exports).flatMap((entry) => entry.default ?? []);
    const programs = readdirSync(installed, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".js"))
      .toSorted();
    expect(programs).toEqual(
      reachedFrom(
        installed,
        entries.map((path) => join(path)),
      ),
    );
    expect(programs.length).toBeLessThan(20);
  });

  test("brings at most 8 packages of at most 8 MB: no generator and no compiler", () => {
    const modules = join(project, "node_modules");
    const others = packagesBelow(modules).filter((name) => name !== "@openapi-m2m/runtime");
    const megabytes = diskUsage(modules, join(modules, "@openapi-m2m")) / 1e6;
    expect(others).toContain("undici");
    expect(others.length).toBeLessThanOrEqual(8);
    expect(megabytes).toBeLessThanOrEqual(8);
    const unwanted = /typescript$|^ts-|^openapi-m2m$|opentelemetry|redis/;
    expect(others.filter((name) => unwanted.test(name))).toEqual([]);
  });

  test.each(NODES)("is imported and required with Node.js $version", async ({ program }) => {
    const print = "console.log(typeof runtime.createTokenManager)";
    const imported = `const runtime = await import("@openapi-m2m/runtime"); ${print}`;
    const required = `const runtime = require("@openapi-m2m/runtime"); ${print}`;
    expect(await run(project, program, ["--input-type=module", "--eval", imported])).toBe("function\n");
    expect(await run(project, program, ["--input-type=commonjs", "--eval", required])).toBe("function\n");
  });

  test("is imported without Node.js's own fetch, which would double the time", async () => {
    const load = 'await import("@openapi-m2m/runtime/codegen/v1")';
    const count = 'process.moduleLoadList.filter((name) => name.includes("deps/undici")).length';
    const print = (program: string) =>
      run(project, process.execPath, ["--input-type=module", "--eval", `${program}; console.log(${count})`]);
    expect(await print(load)).toBe("0\n");
    expect(await print(`${load}; Request`)).not.toBe("0\n");
  });
});
