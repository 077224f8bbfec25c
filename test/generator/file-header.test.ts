import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fileHeader, HEADER_START, sourceInHeader } from "../../generator/src/file-header.ts";
import { folderWith } from "../support/folder.ts";
import { hostileTexts } from "../support/hostile-texts.ts";

const biome = join(
  dirname(createRequire(import.meta.url).resolve("@biomejs/biome/package.json")),
  "bin/biome",
);

/** Everything that a user's project may find wrong. */
const strict = {
  linter: { rules: { style: { useNamingConvention: "error", noDefaultExport: "error" } } },
  assist: { actions: { source: { useSortedKeys: "on" } } },
};

const generated = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../generated/${path}`, import.meta.url)), "utf8");

describe("fileHeader", () => {
  test.each(hostileTexts)("begins as the generator knows its own files, for the source %j", (source) => {
    const [first = "", ...directives] = fileHeader(source).split("\n");
    expect(first.startsWith(HEADER_START)).toBe(true);
    expect(directives).toEqual(fileHeader("api.yaml").split("\n").slice(1));
  });

  test.each(["../@a/b.yaml", "a\\b.yaml", 'a"b', " a. Do not edit. ", "\u007f\u2066", ...hostileTexts])(
    "says of the source %j letter by letter where a file comes from, in one line that shows all of it",
    (source) => {
      const text = fileHeader(source);
      expect(sourceInHeader(text)).toBe(source);
      const [line = ""] = text.split("\n", 1);
      expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]|\*\//u);
      expect(text.split("\n")).toHaveLength(3);
    },
  );

  test.each(["../a b.yaml", "../node_modules/@a/b.yaml", "https://example.com/é?a=%20"])(
    "writes the source %j as it is",
    (source) => {
      expect(fileHeader(source)).toContain(` ${source}. `);
    },
  );

  test("says where a file comes from, and of other files nothing", () => {
    expect(sourceInHeader(`${fileHeader("../a b.yaml")}\nexport {};\n`)).toBe("../a b.yaml");
    for (const text of ["", "export {};", `${HEADER_START}a.yaml`, `${HEADER_START}\\@a. Do not edit.`])
      expect(sourceInHeader(text)).toBeUndefined();
  });

  test("keeps a user's linter and formatter from generated files, and has nothing unused in it", () => {
    const files = ["catalog/client.ts", "catalog/schema.d.ts", "index.ts", "token-clients.ts"];
    const texts = Object.fromEntries(files.map((path) => [path, generated(path)]));
    const folder = folderWith({ "biome.json": strict, ...texts });
    const { status, stderr } = spawnSync(process.execPath, [biome, "ci", "--error-on-warnings", ...files], {
      cwd: folder,
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
