import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { atEnd, using } from "../../support/disposal.ts";
import { documentOf, okResponses } from "../../support/documents.ts";
import { addFiles, folderWith } from "../../support/folder.ts";
import { runCli } from "../../support/run-cli.ts";
import { startServer } from "../../support/scripted-server.ts";

const cli = fileURLToPath(new URL("../../../generator/src/cli.ts", import.meta.url));

const oauth = {
  type: "oauth2",
  flows: { clientCredentials: { tokenUrl: "/token", scopes: { read: "", write: "" } } },
};
const components = { securitySchemes: { oauth } };
const list = { operationId: "listThings", security: [{ oauth: ["read"] }], ...okResponses };
const create = { operationId: "createThing", security: [{ oauth: ["write"] }], ...okResponses };

const project = (operations: object) => ({
  "openapi-m2m.config.json": {
    output: "generated",
    tokenClients: { a: { issuer: "https://login.example.com" } },
    clients: { ThingsClient: { spec: "things.json", tokenClient: "a" } },
  },
  "things.json": documentOf({ "/things": operations }, { components }),
});

function run(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const options = { cwd, encoding: "utf8", env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "generate", ...args], options);
  return { status, stdout, stderr };
}

describe("generate", () => {
  test("says what changed in an API since it was generated before", () => {
    const cwd = folderWith(project({ get: list }));
    run(cwd, []);
    addFiles(cwd, project({ get: { ...list, operationId: "getThings" }, post: create }));
    const { stdout } = run(cwd, []);
    expect(stdout).toBe(`ThingsClient: 2 operations of things.json
things has changed:
  + createThing (POST /things), scope write
  ~ getThings (GET /things): was listThings, input type, result type
  scopes needed now: write
6 files in generated (imports end in .ts): 3 written, 0 removed
`);
  });

  test("colours it where colours are asked for, and not where NO_COLOR is set", () => {
    const cwd = folderWith(project({ get: list }));
    run(cwd, []);
    addFiles(cwd, project({ get: list, post: create }));
    const coloured = run(cwd, ["--check"], { FORCE_COLOR: "1" });
    const plain = run(cwd, ["--check"], { FORCE_COLOR: undefined, NO_COLOR: "1" });
    expect(coloured.stdout).toContain("\u001b[32m+ createThing");
    expect(plain.stdout).toContain("  + createThing");
  });

  test("shows what would move the cursor of a terminal as text", () => {
    const cwd = folderWith(project({ get: list }));
    run(cwd, []);
    addFiles(cwd, { "things.json": documentOf({ "/a\u001b[2J\n": { get: list } }, { components }) });
    const { stdout } = run(cwd, []);
    expect(stdout).toContain("listThings (GET /a\\u{1b}[2J\\u{a})");
  });

  test("names a document without what may be secret in its URL, and what would not be seen in its path", async () => {
    const document = documentOf({ "/things": { get: list } }, { components });
    const server = await using(startServer((_, response) => response.end(JSON.stringify(document))));
    const { "openapi-m2m.config.json": config } = project({ get: list });
    const cwd = folderWith({
      "openapi-m2m.config.json": {
        ...config,
        clients: {
          ThingsClient: { spec: `${server.origin}/things.json?key=planted`, tokenClient: "a" },
          OthersClient: { spec: "a\u001b[2J.json", tokenClient: "a" },
        },
      },
      "a\u001b[2J.json": document,
    });
    const text = await runCli(cwd, ["generate"]);
    expect(text.stdout).toContain(`ThingsClient: 1 operation of ${server.origin}/things.json\n`);
    expect(text.stdout).toContain("OthersClient: 1 operation of a\\u{1b}[2J.json\n");
    const { stdout } = await runCli(cwd, ["generate", "--json"]);
    expect(text.stdout + stdout).not.toContain("planted");
    expect(JSON.parse(stdout).clients).toMatchObject([
      { spec: `${server.origin}/things.json` },
      { spec: "a\u001b[2J.json" },
    ]);
    expect(JSON.parse(stdout).inputs).toContain(`${server.origin}/things.json`);
  });

  test("does its work, and says by its exit code what came of it, when nobody reads on", () => {
    const cwd = folderWith(project({ get: list }));
    const pipe = (args: string) =>
      spawnSync(
        "bash",
        ["-c", `"${process.execPath}" "${cli}" generate ${args} | true; exit "\${PIPESTATUS[0]}"`],
        { cwd },
      );
    expect(pipe("").status).toBe(0);
    addFiles(cwd, project({ get: list, post: create }));
    expect(pipe("--check").status).toBe(1);
    expect(run(cwd, []).stdout).toContain("3 written");
  });

  test("lists twenty operations of a kind, and says how many more there are", () => {
    const cwd = folderWith(project({ get: list }));
    run(cwd, []);
    const paths = Array.from({ length: 25 }, (_, index) => [`/things/${index}`, { get: okResponses }]);
    addFiles(cwd, { "things.json": documentOf(Object.fromEntries(paths), { components }) });
    const { stdout } = run(cwd, []);
    expect(stdout.match(/^ {2}\+ /gm)).toHaveLength(20);
    expect(stdout).toContain("  and 5 more like that; --json lists all\n");
  });

  test("gives all of it as JSON", () => {
    const cwd = folderWith(project({ get: list }));
    run(cwd, []);
    addFiles(cwd, project({ post: create }));
    const { status, stdout, stderr } = run(cwd, ["--check", "--json"]);
    expect([status, stderr]).toEqual([1, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      output: "generated",
      clients: [{ className: "ThingsClient", folder: "things", spec: "things.json", operations: 1 }],
      changes: [{ folder: "things", added: [{ name: "createThing" }], removed: [{ name: "listThings" }] }],
      stale: expect.arrayContaining([{ path: "things/client.ts", state: "different" }]),
    });
  });

  test("says how to get a config where there is none, or where it is", () => {
    const cwd = folderWith({});
    expect(run(cwd, []).stderr).toContain(
      "there is no such config\n  fix: npx openapi-m2m init writes one; or name",
    );
    addFiles(cwd, { ...project({ get: list }), "src/below/a.ts": "" });
    expect(run(join(cwd, "src/below"), []).stderr).toContain("--config ../../openapi-m2m.config.json\n");
  });

  test("gives mistakes as JSON", () => {
    const cwd = folderWith({ ...project({ get: list }), "things.json": '{"openapi": 1}' });
    const { status, stdout, stderr } = run(cwd, ["--json"]);
    expect([status, stderr]).toEqual([1, ""]);
    const diagnostics = [{ severity: "error", file: "things.json", line: 1, column: expect.any(Number) }];
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, code: "ERR_DOCUMENT_VERSION", diagnostics });
  });

  test.each([[["--watch", "--check"]], [["--watch", "--json"]]])("refuses %j", (args) => {
    expect(run(folderWith(project({ get: list })), args).status).toBe(2);
  });
});

/** What it says until the test ends. */
function startWatching(cwd: string) {
  const env = { ...process.env, MY_SECRET: "planted-secret" };
  const child = spawn(process.execPath, [cli, "generate", "--watch"], { cwd, env });
  atEnd(() => child.kill());
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output.text += text;
    });
  }
  const says = (...texts: string[]) =>
    vi.waitFor(() => {
      for (const text of texts) expect(output.text).toContain(text);
      output.text = "";
    }, 15_000);
  return { child, says };
}

describe("generate --watch", () => {
  const configWith = (text: string) => {
    const files = project({ get: list });
    return {
      "things.json": files["things.json"],
      "openapi-m2m.config.mjs": `${text}\nexport default ${JSON.stringify(files["openapi-m2m.config.json"])};\n`,
    };
  };

  test("closes what a config left open once it is done", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    atEnd(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const connected = once(server, "connection") as Promise<[Socket]>;
    const config = configWith(`import { connect } from "node:net";\nconnect(${port}, "127.0.0.1");`);
    const { says } = startWatching(folderWith(config));
    const [socket] = await connected;
    const closed = once(socket.resume(), "close");
    await says("6 written");
    await closed;
  });

  test.each([
    ["ends its process", "process.exit(0);", "the config ended its thread before the work was done"],
    [
      "quotes a secret",
      'throw new Error("bad " + process.env.MY_SECRET);',
      "openapi-m2m.config.mjs:1:7: error: bad [redacted]",
    ],
    [
      "quotes the password of a URL",
      'throw new Error("connect postgres://u:planted@db.example");',
      "openapi-m2m.config.mjs:1:7: error: connect postgres://db.example\n",
    ],
    [
      "throws where nothing catches it",
      'setImmediate(() => { throw new Error("no"); }); await new Promise(() => {});',
      "openapi-m2m: no",
    ],
  ])("goes on after a config that %s", async (_, text, want) => {
    const cwd = folderWith(configWith(text));
    const { says } = startWatching(cwd);
    await says(want);
    addFiles(cwd, configWith(""));
    await says("6 written");
  });

  test("generates again when a file is saved, after a broken save too", async () => {
    const cwd = folderWith(project({ get: list }));
    const { child, says } = startWatching(cwd);
    await says("6 written");
    addFiles(cwd, { "things.json": "{" });
    await says("things.json was saved", "things.json:1:2: error: ");
    addFiles(cwd, project({ get: list, post: create }));
    await says("+ createThing (POST /things)", "3 written");
    expect(child.exitCode).toBeNull();
  });

  test("reads a config again that is a module, with what that imports", async () => {
    const config = project({ get: list })["openapi-m2m.config.json"];
    const print = (output: string) => `export const output = ${JSON.stringify(output)};\n`;
    const cwd = folderWith({
      "things.json": documentOf({ "/things": { get: list } }, { components }),
      "package.json": { type: "module" },
      "output.js": print("generated"),
      "openapi-m2m.config.js": `import { output } from "./output.js";\nexport default { ...${JSON.stringify(config)}, output };\n`,
    });
    const { says } = startWatching(cwd);
    await says("6 files in generated");
    addFiles(cwd, { "output.js": print("elsewhere") });
    addFiles(cwd, { "things.json": documentOf({ "/things": { get: list, post: create } }, { components }) });
    await says("6 files in elsewhere");
  });

  test("goes on when the config is not there yet", async () => {
    const { "openapi-m2m.config.json": config, ...rest } = project({ get: list });
    const cwd = folderWith(rest);
    const { says } = startWatching(cwd);
    await says("there is no such config");
    addFiles(cwd, { "openapi-m2m.config.ts": `export default ${JSON.stringify(config)};\n` });
    await says("6 written");
  });
});
