import { spawnSync } from "node:child_process";
import { chmodSync, linkSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { report } from "../../../generator/src/report.ts";
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

/** Of every file, what is in it; of a link, what it leads to. */
function contentsOf(cwd: string): Record<string, string> {
  const files = readdirSync(cwd, { recursive: true, withFileTypes: true });
  const paths = files.map((file) => ({ file, path: join(file.parentPath, file.name) }));
  return Object.fromEntries(
    paths.map(({ file, path }) => [
      path,
      file.isFile() ? readFileSync(path, "utf8") : file.isSymbolicLink() ? readlinkSync(path) : "",
    ]),
  );
}

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
    [["--format", "markdown"], /^<!-- .* -->\n# Who can call what\n/],
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
    [["--output", "out/access.md"], "out/access.md", /^<!-- .* -->\n# /],
    [["--output", "access.json"], "access.json", /^\{/],
    [["--output", "access.HTM"], "access.HTM", /^<!/],
    [["--output", "access.json", "--format", "markdown"], "access.json", /^<!-- .* -->\n# /],
  ])("takes the format that it is told, else the one of the file's name: %j", (args, path, want) => {
    const cwd = folderWith(guardedApis());
    expect(run(cwd, ...args)).toMatchObject({ status: 0, stdout: `${path}: 7 warnings, 5 notes\n` });
    expect(read(cwd, path)).toMatch(want);
  });

  test.each([
    [1, "things.json:", ["--output", "access.md"], { "things.json": "{" }],
    [1, "no.json:", ["--config", "no.json"], {}],
    [2, "'--output <file>' argument '' is invalid. It is empty, and must be a path.", ["--output", ""], {}],
    [2, "there is no report in .pdf", ["--output", "access.pdf"], {}],
    [2, "name a file in it: out/openapi-m2m-report.html", ["--output", "out/"], {}],
    [2, "Allowed choices are html, markdown, json.\n", ["--format", "pdf"], {}],
    [2, 'Allowed choices are html, markdown, json. Did you mean "markdown"?', ["--format", "markdwn"], {}],
    [2, "there is no --json here; write --format json", ["--json"], {}],
  ] as const)("exits with %i and says why: %s", (code, want, args, files) => {
    const cwd = folderWith(guardedApis());
    addFiles(cwd, files);
    const { status, stdout, stderr } = run(cwd, ...args);
    expect({ status, stdout }).toEqual({ status: code, stdout: "" });
    expect(stderr).toContain(want);
    expect(readdirSync(cwd)).not.toContain("access.md");
  });

  test.each(["access.html", "access.md", "access.json"])(
    "replaces a report, as whole as it was: %s",
    (path) => {
      const cwd = folderWith({ ...guardedApis(), "mine.md": "" });
      run(cwd, "--output", path);
      const before = read(cwd, path);
      addFiles(cwd, { [path]: before.replaceAll("orders", "others").replaceAll("\n", "\r\n") });
      chmodSync(join(cwd, path), 0o640);
      expect(run(cwd, "--output", path).status).toBe(0);
      expect(read(cwd, path)).toBe(before);
      expect(statSync(join(cwd, path)).mode & 0o777).toBe(0o640);
      expect(run(cwd, "--output", "mine.md").status).toBe(0);
    },
  );

  test.each([
    ["somebody's", "mine.html", "is no report of openapi-m2m"],
    ["a report that somebody added to", "added.json", "is no report of openapi-m2m"],
    ["the config", "openapi-m2m.config.json", "was read for this"],
    ["a document", "bills.json", "was read for this"],
    ["a document by another name", "hard.html", "was read for this"],
    ["a document, by a link in its folder", "folder/bills.json", "was read for this"],
    ["a symbolic link to somebody's", "soft.html", "is a symbolic link"],
    ["a symbolic link to a report", "report.html", "is a symbolic link"],
    ["a symbolic link to nothing", "nothing.html", "is a symbolic link"],
    ["a folder", "out", "is a folder\n  fix: name a file in it"],
  ])("leaves alone what is %s", async (_, path, want) => {
    const mine = "<!doctype html>\n<title>Who can call what</title>\n";
    const cwd = folderWith({ ...guardedApis(), "mine.html": mine, "out/x": "" });
    const [page, data] = [await report({ cwd }), await report({ cwd, format: "json" })];
    const added = { ...JSON.parse(data.text), notes: "checked by hand" };
    addFiles(cwd, { "out/access.html": page.text, "added.json": added });
    linkSync(join(cwd, "bills.json"), join(cwd, "hard.html"));
    symlinkSync(".", join(cwd, "folder"));
    symlinkSync("mine.html", join(cwd, "soft.html"));
    symlinkSync("out/access.html", join(cwd, "report.html"));
    symlinkSync("gone.html", join(cwd, "nothing.html"));
    const before = contentsOf(cwd);
    const { status, stdout, stderr } = run(cwd, "--output", path, "--format", "markdown");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`${path}:1:1: error: `);
    expect(stderr).toContain(want);
    expect(contentsOf(cwd)).toEqual(before);
  });

  test.each([
    ["/dev/full", "ENOSPC: no space left on device\n  fix: make room"],
    ["orders.json/access.md", "ENOTDIR: not a directory\n  fix: choose another place"],
    [`${"a".repeat(300)}.md`, "ENAMETOOLONG: name too long\n  fix: choose a shorter name"],
    ["loop/access.md", "ELOOP: too many symbolic links encountered\n  fix: choose another place"],
  ])("says in few words why it can't write to %s, and what to do", (path, want) => {
    const cwd = folderWith(guardedApis());
    symlinkSync("loop", join(cwd, "loop"));
    const { status, stdout, stderr } = run(cwd, "--output", path, "--format", "markdown");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`:1:1: error: cannot be written: ${want}`);
    expect(stderr).not.toContain("    at ");
  });

  test("waits for nobody who would read a pipe", () => {
    const cwd = folderWith(guardedApis());
    spawnSync("mkfifo", ["pipe.html"], { cwd });
    const args = [cli, "report", "--output", "pipe.html"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd,
      encoding: "utf8",
      timeout: 20_000,
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("pipe.html:1:1: error: is no regular file\n  fix: name a file; or write to");
  });

  test.each([
    [["--format", "json"], true],
    [["--format", "json", "--output", "-"], true],
    [["--format", "json", "--output", "access.json"], false],
    [["--format", "markdown"], false],
  ])("says to whom reads JSON in JSON why there is no report: %j", (args, isJson) => {
    const cwd = folderWith({ ...guardedApis(), "openapi-m2m.config.json": {} });
    const { status, stdout, stderr } = run(cwd, ...args);
    expect(status).toBe(1);
    if (!isJson) expect([stdout, stderr]).toEqual(["", expect.stringContaining('"output" is missing')]);
    else expect([JSON.parse(stdout), stderr]).toMatchObject([{ ok: false, code: "ERR_CONFIG_INVALID" }, ""]);
  });

  test("writes to what is no file", () => {
    const cwd = folderWith(guardedApis());
    expect(run(cwd, "--output", "/dev/null")).toMatchObject({ status: 0 });
  });
});
