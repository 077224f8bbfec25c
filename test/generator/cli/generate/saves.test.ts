import { renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Saves } from "../../../../generator/src/cli/generate/saves.ts";
import { folderWith } from "../../../support/folder.ts";

/** Files of before, and what watches them. */
function setUp() {
  const folder = folderWith({ "a.json": {}, "b.json": {} });
  const [a, b, missing] = ["a.json", "b.json", "missing.json"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const file of [a, b]) utimesSync(file, 1, 1);
  const saves = new Saves();
  saves.start();
  return { saves, a, b, missing };
}

describe("Saves", () => {
  test.each<[string, (files: ReturnType<typeof setUp>) => void]>([
    ["saved", ({ a }) => writeFileSync(a, "{ }")],
    ["replaced by a rename", ({ a, b }) => renameSync(b, a)],
    ["removed", ({ a }) => rmSync(a)],
  ])("tells of a file that is %s, while nobody waits too", async (_, save) => {
    const files = setUp();
    files.saves.watch([files.missing, files.a]);
    save(files);
    expect(await files.saves.next()).toBe(files.a);
  });

  test("tells of one that is created", async () => {
    const { saves, a, missing } = setUp();
    saves.watch([a, missing]);
    const next = saves.next();
    writeFileSync(missing, "{}");
    expect(await next).toBe(missing);
  });

  test("tells of one that was saved since the start, before it was watched", async () => {
    const { saves, a, b } = setUp();
    writeFileSync(b, "[]");
    saves.watch([a, b]);
    expect(await saves.next()).toBe(b);
  });

  test("tells of each save once", async () => {
    const { saves, a, b } = setUp();
    saves.watch([a, b]);
    writeFileSync(a, "[]");
    await saves.next();
    saves.start();
    saves.watch([a, b]);
    const next = saves.next();
    writeFileSync(b, "[]");
    expect(await next).toBe(b);
  });
});
