import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { addFiles, folderWith } from "../../support/folder.ts";
import { guardedApis } from "../../support/guarded-apis.ts";

const cli = fileURLToPath(new URL("../../../generator/src/cli.ts", import.meta.url));

function run(cwd: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "report", ...args], {
    cwd,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const read = (cwd: string, path: string) => readFileSync(join(cwd, path), "utf8");

describe("report", () => {
  test("writes a page, says what is in it, and generates nothing", () => {
    const cwd = folderWith(guardedApis());
    const { status, stdout, stderr } = run(cwd);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: "openapi-m2m-report.html: 7 warnings, 5 notes\n",
    });
    expect(stderr).toContain("no operation needs the scope orders:admin");
    expect(read(cwd, "openapi-m2m-report.html")).toMatch(/^<!doctype html>/);
    expect(readdirSync(cwd)).not.toContain("generated");
  });

  test.each([
    [["--format", "markdown"], /^# Who can call what\n/],
    [["--format", "json"], /^\{\n {2}"version": 1,/],
    [["--format", "html", "--output", "-"], /^<!doctype html>/],
  ])("prints what is read elsewhere: %j", (args, want) => {
    const cwd = folderWith(guardedApis());
    const before = readdirSync(cwd);
    const { status, stdout } = run(cwd, ...args);
    expect(status).toBe(0);
    expect(stdout).toMatch(want);
    expect(readdirSync(cwd)).toEqual(before);
  });

  test("ends quietly when nobody reads on", () => {
    const cwd = folderWith(guardedApis());
    // The pipe holds less than the report; true reads nothing of it.
    const script = `{ "$@" 2>errors; echo $? >status; } | true`;
    const args = ["-c", script, "sh", process.execPath, cli, "report", "--format", "html", "--output", "-"];
    spawnSync("/bin/sh", args, { cwd });
    expect(read(cwd, "errors")).not.toContain("EPIPE");
    expect(read(cwd, "status")).toBe("0\n");
  });

  test.each([
    [["--output", "out/access.md"], "out/access.md", /^# /],
    [["--output", "access.json"], "access.json", /^\{/],
    [["--output", "access.HTM"], "access.HTM", /^<!/],
    [["--output", "access.json", "--format", "markdown"], "access.json", /^# /],
  ])("takes the format that it is told, else the one of the file's name: %j", (args, path, want) => {
    const cwd = folderWith(guardedApis());
    expect(run(cwd, ...args)).toMatchObject({ status: 0, stdout: `${path}: 7 warnings, 5 notes\n` });
    expect(read(cwd, path)).toMatch(want);
  });

  test.each([
    [1, "things.json:", ["--output", "access.md"], { "things.json": "{" }],
    [1, "no.json:", ["--config", "no.json"], {}],
    [1, "cannot be written", ["--output", "orders.json/access.md"], {}],
    [2, "Allowed choices are html, markdown, json", ["--format", "pdf"], {}],
  ] as const)("exits with %i and says why: %s", (code, want, args, files) => {
    const cwd = folderWith(guardedApis());
    addFiles(cwd, files);
    const { status, stdout, stderr } = run(cwd, ...args);
    expect({ status, stdout }).toEqual({ status: code, stdout: "" });
    expect(stderr).toContain(want);
    expect(readdirSync(cwd)).not.toContain("access.md");
  });
});
