import { existsSync, readFileSync, rmSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { packPackages } from "./support/packed-packages.ts";

const { folder, packages } = packPackages();
afterAll(() => rmSync(folder, { recursive: true }));

const FOLDERS: Readonly<Record<string, string>> = {
  "openapi-m2m": "generator",
  "@openapi-m2m/runtime": "runtime",
};

/** What resolves nothing but ESM by `exports`: these packages are for Node.js that does. */
const NOT_SUPPORTED = ["node10", "node16-cjs"];

/** The names of packages that a module imports, dynamically too. */
function importsOf(text: string): string[] {
  const imported = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
  // What takes long to load is loaded where it is needed.
  const required = [...text.matchAll(/createRequire\(import\.meta\.url\)\("([^"]+)"\)/g)].map(
    ([, found = ""]) => found,
  );
  const specifiers = [...imported, ...required];
  const names = specifiers.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier);
  return names.filter((name) => !/^(\.|node:)/.test(name));
}

test("there are two packages", () => {
  expect(packages.map(({ name }) => name).toSorted()).toEqual(Object.keys(FOLDERS).toSorted());
});

describe.each(packages)("$name, as it is published,", ({ name, tarball, files }) => {
  const urlOf = (path: string) => new URL(`../${FOLDERS[name]}/${path}`, import.meta.url);
  const read = (path: string) => readFileSync(urlOf(path), "utf8");
  const manifest = JSON.parse(read("package.json"));

  test("is as publint wants it", async () => {
    const { buffer, byteOffset, length } = readFileSync(tarball);
    const pack = { tarball: buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer };
    const { messages, pkg } = await publint({ pack, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
  });

  test("has types where every resolver of ESM looks for them", async () => {
    const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    if (!result.types) throw new Error("there are no types at all");
    expect(Object.keys(result.entrypoints).toSorted()).toEqual(Object.keys(manifest.exports).toSorted());
    const problems = result.problems.filter(
      (problem) => !("resolutionKind" in problem && NOT_SUPPORTED.includes(problem.resolutionKind)),
    );
    expect(problems).toEqual([]);
  });

  test("has what its exports and its command name, with the sources that declarations are mapped to", () => {
    const named =
      JSON.stringify([manifest.exports, manifest.bin ?? {}]).match(/(?<="\.\/)[^"]+\.\w+(?=")/g) ?? [];
    const mapped = files
      .filter((path) => path.endsWith(".d.ts.map"))
      .flatMap((path): string[] =>
        JSON.parse(read(path)).sources.map((source: string) =>
          new URL(source, `file:///${path}`).pathname.slice(1),
        ),
      );
    expect(mapped.length).toBeGreaterThan(50);
    // Of a source that is gone there may be something left: npm run packages finds it.
    const sources = mapped.filter((path) => existsSync(urlOf(path)));
    expect([...named, ...sources].filter((path) => !files.includes(path))).toEqual([]);
  });

  test("has a page, a licence, and no tests, settings or build information", () => {
    const others = files.filter((path) => !/^((dist|src)\/.+\.(js|ts|ts\.map)|page\/.+\.css)$/.test(path));
    const expected = ["LICENSE", "README.md", "package.json"];
    expect(others.filter((path) => path !== "config.schema.json").toSorted()).toEqual(expected);
  });

  test("can be found, is public, and says which Node.js it needs", () => {
    const lowest = /Node\.js (22\.\d+) or later/.exec(read("README.md"))?.[1];
    expect(manifest).toMatchObject({
      license: "MIT",
      publishConfig: { access: "public" },
      engines: { node: `>=${lowest}` },
      keywords: expect.arrayContaining(["openapi", "client-credentials"]),
    });
  });

  test("depends on nothing that is only installed here", () => {
    const names = new Set(
      files.filter((path) => /^dist\/.*\.js$/.test(path)).flatMap((path) => importsOf(read(path))),
    );
    const known = { ...manifest.dependencies, ...manifest.peerDependencies, [manifest.name]: "" };
    expect(names.size).toBeGreaterThan(2);
    expect([...names].filter((imported) => !Object.hasOwn(known, imported))).toEqual([]);
    expect(Object.keys(manifest.dependencies).filter((dependency) => !names.has(dependency))).toEqual([]);
  });
});
