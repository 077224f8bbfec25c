import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileHeader, HEADER_START } from "../../generator/src/file-header.ts";
import { compareFiles, writeFiles } from "../../generator/src/write-files.ts";
import { generatorErrorOf } from "../support/documents.ts";
import { addFiles, folderWith } from "../support/folder.ts";

const generated = (text: string) => `${fileHeader("api.yaml")}\n${text}\n`;
const files = [
  { path: "a/client.ts", content: generated("a") },
  { path: "index.ts", content: generated("index") },
];

describe("writeFiles", () => {
  test("writes what is missing, in folders that it makes", () => {
    const output = join(folderWith({}), "deep/generated");
    writeFiles(output, files);
    expect(readFileSync(join(output, "a/client.ts"), "utf8")).toBe(generated("a"));
  });

  test("leaves alone what is as it should be", () => {
    const output = folderWith({});
    writeFiles(output, files);
    const before = statSync(join(output, "index.ts")).mtimeMs;
    expect(writeFiles(output, files)).toEqual([]);
    expect(statSync(join(output, "index.ts")).mtimeMs).toBe(before);
  });

  test("removes what an earlier run wrote, and folders that are empty then", () => {
    const output = folderWith({ "old/client.ts": generated("old"), "old.ts": generated("old") });
    writeFiles(output, files);
    expect(existsSync(join(output, "old"))).toBe(false);
    expect(existsSync(join(output, "old.ts"))).toBe(false);
  });

  test("leaves alone another output folder in this one", () => {
    const output = folderWith({
      "generated/token-clients.ts": generated(""),
      "generated/index.ts": generated(""),
    });
    writeFiles(output, files);
    expect(existsSync(join(output, "generated/index.ts"))).toBe(true);
  });

  const outputs = (...folders: string[]) =>
    Object.fromEntries(
      folders.map((folder) => [`${folder}/token-clients.ts`, `${fileHeader("../theirs.json")}\n`]),
    );
  const mapping = (config: string) => ({ path: "token-clients.ts", content: fileHeader(config) });

  test.each<[what: string, output: string, found: Record<string, unknown>]>([
    ["the folder", "out", outputs("out")],
    ["that of a client", "", outputs("a")],
    [
      "one that has the folder for a client's",
      "out/b",
      { ...outputs("out"), "out/b/client.ts": generated("") },
    ],
  ])("is ERR_OUTPUT_PATH where another config writes to %s, and writes nothing", async (_, output, found) => {
    const folder = folderWith({ "theirs.json": {}, "ours.json": {}, ...found });
    const before = readdirSync(folder, { recursive: true });
    for (const run of [writeFiles, compareFiles]) {
      const error = await generatorErrorOf(() =>
        run(join(folder, output), [...files, mapping("../ours.json")]),
      );
      expect(error).toMatchObject({
        code: "ERR_OUTPUT_PATH",
        diagnostics: [{ mentions: [join(folder, "theirs.json")], fix: expect.any(String) }],
      });
    }
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });

  test.each(["@a/c.yaml", "a*/c.yaml", "\u0007\u202e/c.yaml", "a\nb/c.yaml", "a\\b/c.yaml", '"a" /c.yaml'])(
    "is ERR_OUTPUT_PATH where the other config is %j, and removes nothing",
    async (config) => {
      const folder = folderWith({ [config]: "", "b/c.yaml": "" });
      const output = join(folder, "gen");
      writeFiles(output, [...files, mapping(`../${config}`)]);
      const error = await generatorErrorOf(() => writeFiles(output, [mapping("../b/c.yaml")]));
      expect(error).toMatchObject({
        code: "ERR_OUTPUT_PATH",
        diagnostics: [{ mentions: [join(folder, config)] }],
      });
      expect(existsSync(join(output, "a/client.ts"))).toBe(true);
    },
  );

  test.each<[what: string, mapping: Record<string, unknown>]>([
    ["names a path that cannot be read", { "token-clients.ts": `${HEADER_START}\\@a. Do not edit.\n` }],
    ["begins with half a header", { "token-clients.ts": `${HEADER_START}../a.yaml\n` }],
    ["is none", { "token-clients.ts/file": "" }],
  ])("is ERR_OUTPUT_PATH where the file of the mapping %s, and removes nothing", async (_, found) => {
    const output = folderWith({ ...found, "old.ts": generated("") });
    for (const run of [writeFiles, compareFiles]) {
      const error = await generatorErrorOf(() => run(output, [...files, mapping("../ours.json")]));
      expect(error).toMatchObject({ code: "ERR_OUTPUT_PATH", diagnostics: [{ fix: expect.any(String) }] });
    }
    expect(existsSync(join(output, "old.ts"))).toBe(true);
  });

  test.each<[what: string, config: string, rest: Record<string, unknown>]>([
    ["this config", "../theirs.json", { "theirs.json": {} }],
    ["a config that is no more", "../ours.json", { "ours.json": {} }],
  ])("takes the folder over from %s", (_, config, rest) => {
    const folder = folderWith({ ...outputs("out"), ...rest });
    const all = [...files, mapping(config)];
    expect(writeFiles(join(folder, "out"), all)).toContainEqual({ path: "index.ts", state: "missing" });
  });

  test.each<[what: string, link: string, target: string]>([
    ["a file that leads nowhere", "index.ts", "out/index.ts"],
    ["a file that is the generator's", "index.ts", "other/index.ts"],
    ["a file of a client", "a/client.ts", "other/index.ts"],
    ["a client's folder that leads nowhere", "a", "out"],
    ["a client's folder in another output", "a", "other/b"],
  ])("is ERR_OUTPUT_PATH where a symbolic link is %s, and changes nothing", async (_, link, target) => {
    const folder = folderWith({ "other/index.ts": generated("x"), "other/b/client.ts": generated("x") });
    const output = join(folder, "gen");
    const path = join(output, link);
    addFiles(output, { "old.ts": generated("old") });
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(folder, target), path);
    const before = readdirSync(folder, { recursive: true });
    for (const run of [writeFiles, compareFiles]) {
      const error = await generatorErrorOf(() => run(output, files));
      expect(error).toMatchObject({ code: "ERR_OUTPUT_PATH", diagnostics: [{ file: path }] });
    }
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
    for (const other of ["other/index.ts", "other/b/client.ts"])
      expect(readFileSync(join(folder, other), "utf8")).toBe(generated("x"));
  });

  test("removes nothing through symbolic links that no client has", () => {
    const folder = folderWith({ "other/b/client.ts": generated("x") });
    const output = folderWith({});
    symlinkSync(join(folder, "other/b"), join(output, "b"));
    symlinkSync(join(folder, "other/b/client.ts"), join(output, "old.ts"));
    expect(writeFiles(output, files)).toHaveLength(files.length);
    expect(readFileSync(join(folder, "other/b/client.ts"), "utf8")).toBe(generated("x"));
  });

  test("writes to an output folder that is itself a symbolic link, whatever it removes there", () => {
    const folder = folderWith({ "real/0.ts": generated("old") });
    const output = join(folder, "gen");
    symlinkSync(join(folder, "real"), output);
    expect(writeFiles(output, files)).toHaveLength(3);
    expect(readdirSync(join(folder, "real")).toSorted()).toEqual(["a", "index.ts"]);
    expect(lstatSync(output).isSymbolicLink()).toBe(true);
  });

  test("never removes a file that does not begin with its header", () => {
    const output = folderWith({ "a/mine.ts": "export {};", "mine.ts": `export {};\n${generated("")}` });
    writeFiles(output, files);
    expect(existsSync(join(output, "a/mine.ts")) && existsSync(join(output, "mine.ts"))).toBe(true);
  });

  test("is ERR_OUTPUT_PATH when a file of other origin is in the way, and writes nothing", async () => {
    const output = folderWith({ "index.ts": "export {};" });
    expect((await generatorErrorOf(() => writeFiles(output, files))).code).toBe("ERR_OUTPUT_PATH");
    expect(existsSync(join(output, "a"))).toBe(false);
  });

  test("writes what a full disk left empty", () => {
    const output = folderWith({ "index.ts": "" });
    expect(writeFiles(output, files)).toContainEqual({ path: "index.ts", state: "different" });
    expect(readFileSync(join(output, "index.ts"), "utf8")).toBe(generated("index"));
  });

  test("is ERR_OUTPUT_PATH when the folder cannot be made", async () => {
    const output = join(folderWith({ file: "" }), "file/generated");
    expect((await generatorErrorOf(() => writeFiles(output, files))).code).toBe("ERR_OUTPUT_PATH");
  });
});

describe("compareFiles", () => {
  test("lists what is missing, different and extra, sorted", () => {
    const output = folderWith({ "index.ts": generated("other"), "old.ts": generated("old"), "mine.ts": "" });
    expect(compareFiles(output, files)).toEqual([
      { path: "a/client.ts", state: "missing" },
      { path: "index.ts", state: "different" },
      { path: "old.ts", state: "extra" },
    ]);
  });

  test("takes line ends that git changed for the same", () => {
    const output = folderWith({});
    addFiles(
      output,
      Object.fromEntries(files.map(({ path, content }) => [path, content.replaceAll("\n", "\r\n")])),
    );
    expect(compareFiles(output, files)).toEqual([]);
  });
});
