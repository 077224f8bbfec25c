import { spawnSync } from "node:child_process";
import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { documentWith, okResponses } from "../support/documents.ts";
import { addFiles, folderWith } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../generator/src/cli.ts", import.meta.url));

function run(cwd: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

const config = {
  output: "generated",
  tokenClients: { a: { issuer: "https://login.example.com" } },
  clients: { ThingsClient: { spec: "things.json", tokenClient: "a" } },
};

const project = { "openapi-m2m.config.json": config, "things.json": documentWith(okResponses) };

describe("openapi-m2m", () => {
  test("generates, then finds everything up to date, then says what is stale", () => {
    const cwd = folderWith(project);
    expect(run(cwd, "generate")).toMatchObject({ status: 0, stderr: "" });
    expect(run(cwd, "generate", "--check")).toMatchObject({ status: 0 });
    addFiles(cwd, { "things.json": documentWith({ ...okResponses, summary: "Changed" }) });
    const { status, stdout } = run(cwd, "generate", "--check");
    expect(status).toBe(1);
    expect(stdout).toContain("generated/things/client.ts: different\n");
    expect(run(cwd, "generate")).toMatchObject({ status: 0 });
    addFiles(cwd, { "generated/things/index.ts": "" });
    expect(run(cwd, "generate", "--check").stdout).toContain("\n1 file is stale; run openapi-m2m generate\n");
  });

  test("says how imports end when it wrote files", () => {
    const cwd = folderWith(project);
    expect(run(cwd, "generate").stdout).toBe(
      "ThingsClient: 1 operation of things.json\n6 files in generated (imports end in .ts): 6 written, 0 removed\n",
    );
    expect(run(cwd, "generate").stdout).toBe(
      "ThingsClient: 1 operation of things.json\n6 files in generated: 0 written, 0 removed\n",
    );
  });

  test("keeps what was compiled where nobody commits it, and nowhere else", () => {
    const cwd = folderWith({ ...project, "node_modules/a/package.json": {}, "tmp/x.json": {} });
    const env = { ...process.env, TMPDIR: join(cwd, "tmp"), NODE_COMPILE_CACHE: "" };
    spawnSync(process.execPath, [cli, "generate"], { cwd, env });
    expect(readdirSync(join(cwd, "node_modules/.cache/openapi-m2m"))).toContain("compiled");
    expect(readdirSync(join(cwd, "tmp"))).toEqual(["x.json"]);
    const bare = folderWith({ ...project, "tmp/x.json": {} });
    spawnSync(process.execPath, [cli, "generate"], { cwd: bare, env: { ...env, TMPDIR: join(bare, "tmp") } });
    expect(readdirSync(join(bare, "tmp"))).toEqual(["x.json"]);
  });

  test.each([
    [["--help"], /^Usage: /],
    [["generate", "-h"], /^Usage: /],
    [["--version"], /^\d+\.\d+\.\d+/],
  ])("answers %j", (args, want) => {
    const { status, stdout } = run(folderWith({}), ...args);
    expect(status).toBe(0);
    expect(stdout).toMatch(want);
  });

  test.each([
    [[], "Usage: openapi-m2m"],
    [["genrate"], "(Did you mean generate?)"],
    [["generate", "--chekc"], "(Did you mean --check?)"],
    [["generate", "--config"], "openapi-m2m: option '--config <file>' argument missing"],
    [["generate", "more"], "too many arguments"],
  ])("exits with 2 for %j and says why", (args, want) => {
    const { status, stderr } = run(folderWith({}), ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(want);
  });

  test("exits with 1 on a Node.js that is too old, and says which it needs", () => {
    const older =
      'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"22.9.0"}})';
    const { status, stderr } = spawnSync(process.execPath, ["--import", older, cli, "generate"], {
      cwd: folderWith(project),
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "openapi-m2m: needs Node.js 22.19 or later; this is 22.9.0\n",
    });
  });

  test("exits with 1 for a wrong config, with file, line and column relative to here", () => {
    const cwd = folderWith({
      "api/m.json": { ...config, outptu: "x" },
      "api/things.json": project["things.json"],
    });
    const { status, stderr } = run(cwd, "generate", "--config", "api/m.json");
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^api\/m\.json:1:\d+: error: outptu: unknown key "outptu"\n.*> 1 \| .*\n.*\^+\n {2}fix: did you mean "output"\?\n$/,
    );
  });

  test("names files relative to here in messages too, those elsewhere as well", () => {
    const document = documentWith({ ...okResponses, parameters: [{ $ref: "parts/gone.yaml" }] });
    const scoped = documentWith(
      { ...okResponses, security: [{ machine: ["write"] }] },
      {
        components: {
          securitySchemes: {
            machine: {
              type: "oauth2",
              flows: { clientCredentials: { tokenUrl: "/t", scopes: { write: "" } } },
            },
          },
        },
      },
    );
    const folder = folderWith({
      "api/refs.json": { ...config },
      "api/things.json": document,
      "api/scopes.json": {
        ...config,
        tokenClients: { a: { ...config.tokenClients.a, scope: "read" } },
        clients: { ThingsClient: { spec: "../scoped.json", tokenClient: "a" } },
      },
      "scoped.json": scoped,
      "here/readme.md": "",
    });
    const here = join(folder, "here");
    const { status, stderr } = run(here, "generate", "--config", "../api/refs.json");
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^\.\.\/api\/things\.json:1:\d+: error: \S+: \$ref to \.\.\/api\/parts\/gone\.yaml: there is no such file$/m,
    );
    expect(run(here, "generate", "--config", "../api/scopes.json").stderr).toContain(
      "lacks write, needed by GET /things (../scoped.json:1)",
    );
    expect(run(join(folder, "api"), "generate", "--config", "refs.json").stderr).toContain(
      "$ref to parts/gone.yaml: ",
    );
  });

  test.each([
    ["a syntax error", "const a = 1;\nexport default { a: , };\n", "openapi-m2m.config.ts:2:21"],
    ["a bad import", '\nimport { nope } from "node:fs";\nexport default {};\n', "openapi-m2m.config.ts:2:10"],
    ["an error", "const f = () => JSON.parse('{');\nexport default f();\n", "openapi-m2m.config.ts:1:22"],
    ["an error of what it imports", '\nimport "./broken.ts";\nexport default {};\n', "broken.ts:1:7"],
    ["a missing import", '\nimport "./nope.js";\nexport default {};\n', "openapi-m2m.config.ts:1:1"],
  ])("says where a config that does not load has %s, as far as Node does", (_, text, place) => {
    const cwd = folderWith({ "openapi-m2m.config.ts": text, "broken.ts": "throw new Error('no');" });
    const { status, stderr } = run(cwd, "generate");
    expect(status).toBe(1);
    expect(stderr.slice(0, stderr.indexOf(": error: "))).toBe(place);
    expect(stderr).not.toContain(cwd);
  });

  test.each(['import x from "node:fs";\nexport default { x };\n', "export default {};\n"])(
    "says what to do about a config in a package of CommonJS",
    (text) => {
      const cwd = folderWith({ "package.json": { type: "commonjs" }, "openapi-m2m.config.ts": text });
      const { status, stderr } = run(cwd, "generate");
      expect(status).toBe(1);
      expect(stderr).toContain('add "type": "module" to package.json');
    },
  );

  test("says which TypeScript a config can't be written in", () => {
    const cwd = folderWith({ "openapi-m2m.config.ts": "enum A { b }\nexport default { a: A.b };\n" });
    const { status, stderr } = run(cwd, "generate");
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^openapi-m2m\.config\.ts:1:\d+: error: .*\n(.*\n)* {2}fix: .*write it without enum/,
    );
  });

  test.each([
    ["loop/things.json", "cannot be read: ELOOP: too many symbolic links encountered"],
    [`${"a".repeat(300)}.json`, "cannot be read: ENAMETOOLONG: name too long"],
  ])("says of the config's line why nobody can tell what a document is: %s", (spec, want) => {
    const clients = { ThingsClient: { spec, tokenClient: "a" } };
    const cwd = folderWith({ "openapi-m2m.config.json": { ...config, clients } });
    symlinkSync("loop", join(cwd, "loop"));
    const { status, stderr } = run(cwd, "generate");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^openapi-m2m\.config\.json:1:\d+: error: clients\.ThingsClient\.spec: "/);
    expect(stderr).toContain(want);
    expect(run(cwd, "init", "--yes", "--force", spec).stderr).toContain(`${spec}:1:1: error: `);
  });

  test("says of a document that is a pipe that it is none that can be read", () => {
    const clients = { ThingsClient: { spec: "pipe.json", tokenClient: "a" } };
    const cwd = folderWith({ "openapi-m2m.config.json": { ...config, clients } });
    spawnSync("mkfifo", ["pipe.json"], { cwd });
    const { status, stderr } = run(cwd, "generate");
    expect(status).toBe(1);
    expect(stderr).toContain('error: clients.ThingsClient.spec: "pipe.json" is no regular file\n');
  });

  test("prints warnings and exits with 0", () => {
    const document = documentWith(okResponses, { security: [{ undeclared: [] }] });
    const { status, stderr } = run(folderWith({ ...project, "things.json": document }), "generate");
    expect(status).toBe(0);
    expect(stderr).toMatch(/^things\.json:1:\d+: warning: #\/security\/0\/undeclared: /);
  });
});
