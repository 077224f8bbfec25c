import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { documentOf, documentWith, okResponses } from "../../support/documents.ts";
import { jwtOf, projectWith, runCli } from "../../support/run-cli.ts";

const cli = fileURLToPath(new URL("../../../generator/src/cli.ts", import.meta.url));

const TOKEN = jwtOf({ sub: "catalog" });

/** A module of the user's: a config, and a TokenManager too, so that one does for every command. */
const moduleOf = (text: string, close = "") => `
import { createServer } from "node:net";
${text}
export const tokens = {
  getAccessToken: async () => ({ value: "${TOKEN}", issuedAt: 4e12, expiresAt: 4e12 + 600_000 }),
  async close() { ${close} },
};
export default {
  output: "generated",
  tokenClients: { a: { issuer: "https://login.example.com" } },
  clients: { ThingsClient: { spec: "things.json", tokenClient: "a" } },
};
`;

const projectOf = (module: string, document = documentWith(okResponses)) =>
  projectWith({ "openapi-m2m.config.ts": module, "things.json": document });

const run = (module: string, command: string, variables: Record<string, string> = {}) =>
  runCli(projectOf(module), command.split(" "), { CATALOG_CLIENT_SECRET: "planted-secret", ...variables });

const MANAGER = "--manager openapi-m2m.config.ts";

/** All that run modules of the user's. */
const COMMANDS = ["generate", "report --format json", `check a ${MANAGER}`, `token a --json ${MANAGER}`];

const LISTEN = 'createServer().listen(0, "127.0.0.1");';
const THROW = 'throw new Error("bad " + process.env["CATALOG_CLIENT_SECRET"]);';
const NEVER = "await new Promise(() => {});";
const NOISE = `
import { stdout } from "node:process";
import { writeSync } from "node:fs";
console.log("noise");
console.info("noise");
process.stdout.write("noise\\n");
stdout.write("noise\\n");
writeSync(process.stdout.fd, "noise\\n");
setImmediate(() => console.log("noise"));
`;

describe("a module of the user's", () => {
  test.each(COMMANDS)("holds up no command by what it has open: %s", async (command) => {
    expect(await run(moduleOf(LISTEN), command)).toMatchObject({ status: 0, stderr: "" });
  });

  test.each([...COMMANDS, "init --yes"])("prints nothing into the output of %s", async (command) => {
    const quiet = await run(moduleOf("\n".repeat(NOISE.split("\n").length - 1)), command);
    const loud = await run(moduleOf(NOISE), command);
    expect(loud.stdout).toBe(quiet.stdout);
    expect(loud.stdout).not.toBe("");
    expect(loud.stderr).toBe(`${"noise\n".repeat(6)}${quiet.stderr}`);
  });

  const errors: readonly [what: string, text: string, want: string][] = [
    ["throws", `setImmediate(() => { ${THROW} });`, " at openapi-m2m.config.ts:3:28: bad [redacted]"],
    ["rejects", `void (async () => { ${THROW} })();`, " at openapi-m2m.config.ts:3:27: bad [redacted]"],
    ["rejects with no error", 'Promise.reject(process.env["CATALOG_CLIENT_SECRET"]);', ": [redacted]"],
    [
      "rejects with a secret that it came to know",
      'process.env["MY_TOKEN"] = "planted-too";\nPromise.reject("planted-too");',
      ": [redacted]",
    ],
  ];

  test.each(errors)(
    "fails a command in one line without a secret where nothing catches what it %s",
    async (_, text, want) => {
      const { status, stdout, stderr } = await run(moduleOf(`${text}\n${NEVER}`), `token a ${MANAGER}`);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      const fix = "catch it there, or in what calls it; a promise needs an await, or a catch";
      expect(stderr).toBe(`openapi-m2m: nothing caught an error${want}\n  fix: ${fix}\n`);
    },
  );

  test.each(["generate --json", `token a --json ${MANAGER}`])("does so in JSON, for %s", async (command) => {
    const module = moduleOf(`setImmediate(() => { ${THROW} });\n${NEVER}`);
    const { status, stdout, stderr } = await run(module, command);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, code: "ERR_UNCAUGHT", fix: expect.any(String) });
  });

  test("changes nothing of what is done by errors that come later", async () => {
    const module = moduleOf("", `for (const _ of [1, 2]) setImmediate(() => { ${THROW} });`);
    const { status, stdout, stderr } = await run(module, `token a --reveal ${MANAGER}`);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${TOKEN}\n` });
    expect(stderr.match(/nothing caught an error at .* bad \[redacted\]$/gm)).toHaveLength(1);
  });

  test("deals with its errors itself where it wants to", async () => {
    const wait = 'await new Promise((resolve) => process.on("uncaughtException", resolve));';
    const module = moduleOf(`setImmediate(() => { ${THROW} });\n${wait}`);
    expect(await run(module, "generate")).toMatchObject({ status: 0, stderr: "" });
  });

  test.each(["0", "3"])("ends no command unnoticed, by %s", async (code) => {
    const module = moduleOf(`process.exit(${code});`);
    const { status, stderr } = await run(module, "generate");
    expect(status).toBe(1);
    expect(stderr).toBe(
      "openapi-m2m: a module ended the process before the work was done at openapi-m2m.config.ts:3:9\n  fix: have it throw an error instead of calling process.exit()\n",
    );
    const json = await run(module, "generate --json");
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, code: "ERR_ENDED" });
  });

  test("quotes no secret when it does not load", async () => {
    const { status, stderr } = await run(moduleOf(THROW), "generate");
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^openapi-m2m\.config\.ts:3:7: error: bad \[redacted\]/),
    ]);
    expect(stderr).not.toContain("planted");
  });

  const urls: readonly [what: string, text: string, want: string][] = [
    ["quotes", 'throw new Error("connect " + process.env.DATABASE_URL);', "connect postgres://db.example/x"],
    [
      "calls",
      'await fetch("http://user:planted@127.0.0.1:1/?token=planted");',
      "Request cannot be constructed from a URL that includes credentials: http://127.0.0.1:1/",
    ],
    [
      "has beside what it throws",
      'const url = "http://a.example/?api_key=planted"; throw new Error(url);',
      "http://a.example/",
    ],
  ];

  test.each(urls)("prints no credentials of a URL that it %s", async (_, text, want) => {
    const variables = { DATABASE_URL: "postgres://user:planted@db.example/x?ssl=planted" };
    const { status, stderr } = await run(moduleOf(text), "generate", variables);
    expect([status, stderr]).toEqual([1, expect.stringContaining(`: error: ${want}\n`)]);
    const json = await run(moduleOf(text), "generate --json", variables);
    expect(JSON.parse(json.stdout).diagnostics).toMatchObject([{ message: want }]);
    expect(stderr + json.stdout + json.stderr).not.toContain("planted");
  });

  const broken = "process.stdout.write = null; process.stderr.write = null;";

  test.each(COMMANDS)("takes neither output from %s by what it does to it", async (command) => {
    const quiet = await run(moduleOf(""), command);
    expect(await run(moduleOf(broken), command)).toEqual(quiet);
    const failed = await run(moduleOf(`${broken} ${THROW}`), command);
    expect(failed).toMatchObject({ status: 1 });
    expect(failed.stdout + failed.stderr).toContain("bad [redacted]");
    expect(failed.stderr).not.toContain("    at ");
  });

  test("has what nobody thought of told with its place, and without a secret", async () => {
    const module = `const config = { get output() { ${THROW} } };\nexport default config;\n`;
    const { status, stdout, stderr } = await run(module, "generate");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("please report it with what follows\nError: bad [redacted]\n    at get output");
    const json = await run(module, "generate --json");
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, code: "ERR_DEFECT" });
    expect(stderr + json.stderr).not.toContain("planted");
  });

  const waiting = "it, or what it imports, waits for something\n  fix: have it wait for less";
  /** Half a minute is over in 30 ms. */
  const SOON =
    "--import=data:text/javascript,const%20set=setTimeout;globalThis.setTimeout=(run,ms)=>set(run,ms/1000)";

  test.each([
    ["generate", `is not loaded after 30 s: ${waiting}\n`],
    [`token a ${MANAGER}`, `is not loaded after 10 s: ${waiting}, or wait longer with --timeout\n`],
  ])("has %s wait for a while only", async (command, want) => {
    const { status, stderr } = await run(moduleOf(NEVER), command, { NODE_OPTIONS: SOON });
    expect([status, stderr]).toEqual([1, `openapi-m2m.config.ts:1:1: error: ${want}`]);
  });

  test("may give a token too late, or never", async () => {
    const module = "export const tokens = { getAccessToken: () => new Promise(() => {}), close() {} };";
    const { status, stderr } = await run(module, `token a ${MANAGER}`, { NODE_OPTIONS: SOON });
    expect([status, stderr]).toEqual([1, expect.stringContaining("openapi-m2m: no token within 10 s\n")]);
  });
});

describe("a command", () => {
  test("ends only when all that it says is read", async () => {
    const paths = Array.from({ length: 2000 }, (_, index) => [`/things/${index}`, { get: okResponses }]);
    const cwd = projectOf(moduleOf(LISTEN), documentOf(Object.fromEntries(paths)));
    const child = spawn(process.execPath, [cli, "report", "--format", "json"], { cwd });
    await once(child.stdout, "readable");
    await sleep(1000);
    expect(JSON.parse(await readText(child.stdout)).clients[0].operations).toHaveLength(2000);
  });

  /** By a shell, whose `$@` is the command. */
  const runInShell = (script: string, command: string) =>
    new Promise<[status: unknown, stderr: string]>((resolve) => {
      const cwd = projectOf(moduleOf(""));
      mkdirSync(join(cwd, "gone"));
      const args = ["-c", script, "sh", process.execPath, cli, command];
      execFile("/bin/sh", args, { cwd }, (error, _, stderr) => resolve([error?.code, stderr]));
    });

  test.each(["generate", "report", "check", "init"])("says that its folder is gone: %s", async (command) => {
    expect(await runInShell('cd gone && rmdir ../gone && "$@"', command)).toEqual([
      1,
      "openapi-m2m: the folder that this is run in is not there any more\n  fix: change to one that is, and run it again\n",
    ]);
  });

  test("fails where its output is lost, and says so", async () => {
    expect(await runInShell('"$@" > /dev/full', "generate")).toEqual([
      1,
      "openapi-m2m: the standard output can't be written to: ENOSPC: no space left on device\n  fix: send it elsewhere, or make room there\n",
    ]);
  });
});
