import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { parse as load } from "yaml";
import { generate } from "../../../generator/src/generate.ts";
import { compileErrors } from "../../support/compile.ts";
import { atEnd, using } from "../../support/disposal.ts";
import { documentOf, documentWith, okResponses } from "../../support/documents.ts";
import { addFiles, folderWith } from "../../support/folder.ts";
import { startServer } from "../../support/scripted-server.ts";

const cli = fileURLToPath(new URL("../../../generator/src/cli.ts", import.meta.url));

/** Of one test, which starts several processes on a machine that has others to run. */
const MANY_PROCESSES_MS = 60_000;

function run(cwd: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "init", ...args], {
    cwd,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** What a config imports, and a package that has all that it takes. */
const installed = {
  "node_modules/openapi-m2m/package.json": { name: "openapi-m2m", type: "module", exports: "./index.js" },
  "node_modules/openapi-m2m/index.js": "export const defineConfig = (config) => config;\n",
};

const projectWith = (files: Record<string, unknown>, manifest: object = { type: "module" }) =>
  folderWith({ ...installed, "package.json": manifest, ...files });

const config = "openapi-m2m.config.ts";

const read = (cwd: string, file = config) => readFileSync(join(cwd, file), "utf8");

const oauth = (flows: object) => ({ type: "oauth2", flows });
const machine = oauth({
  clientCredentials: { tokenUrl: "https://login.example/token", scopes: { read: "", write: "" } },
});
const servers = [{ url: "https://api.example/things/" }];

/** A document of one operation, with this security. */
const withScheme = (scheme: unknown, rest: object = {}) =>
  documentWith(
    { ...okResponses, security: [{ a: ["read"] }] },
    { servers, components: { securitySchemes: { a: scheme } }, ...rest },
  );

const things = withScheme(machine);

/** A worker is what is printed last. */
async function makeOf(cwd: string, stdout: string): Promise<string[]> {
  const worker = stdout.slice(stdout.search(/^import /m));
  addFiles(cwd, { "worker.ts": worker });
  await generate({ cwd });
  const configs = existsSync(join(cwd, config)) ? [config] : [];
  return compileErrors(cwd, ["worker.ts", ...configs]);
}

const hostile = `*/ "); process.exit(7); //\n\${a}\u202e\u2028\``;

describe("openapi-m2m init", { timeout: MANY_PROCESSES_MS }, () => {
  test.each<[string, unknown, string[], string]>([
    ["a client credentials flow", things, [], 'scope: "read"'],
    [
      "OpenID Connect",
      withScheme({
        type: "openIdConnect",
        openIdConnectUrl: "https://l.example/.well-known/openid-configuration",
      }),
      [],
      'issuer: "https://l.example"',
    ],
    [
      "flows of users",
      withScheme(oauth({ authorizationCode: { tokenUrl: "/token", scopes: { read: "" } } })),
      [],
      "The document has no client credentials flow",
    ],
    [
      "a relative tokenUrl",
      withScheme(oauth({ clientCredentials: { tokenUrl: "/token", scopes: { read: "" } } })),
      [],
      '"https://api.example/token"',
    ],
    [
      "bearer tokens",
      withScheme({ type: "http", scheme: "bearer" }),
      ["--issuer", "https://l.example"],
      'issuer: "https://l.example"',
    ],
    [
      "a key that stands for a token",
      withScheme({ type: "apiKey", in: "header", name: "Authorization" }),
      ["--token-endpoint", "https://l.example/t"],
      'a: "things.client"',
    ],
    [
      "API keys besides",
      documentWith(
        { ...okResponses, security: [{ a: ["read"], key: [], basic: [] }] },
        {
          components: {
            securitySchemes: {
              a: machine,
              key: { type: "apiKey", in: "header", name: "X-Key" },
              basic: { type: "apiKey", in: "query", name: "k" },
            },
          },
        },
      ),
      [],
      "Calls go where the worker says.",
    ],
    [
      "trusted servers",
      withScheme(machine, { servers: [{ url: "https://{tenant}.example.com", variables: { tenant: {} } }] }),
      ["--base-url", "document"],
      'baseUrl: "document"',
    ],
    [
      "a path parameter",
      documentOf(
        {
          "/things/{id}": {
            get: {
              ...okResponses,
              parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
            },
          },
        },
        { components: { securitySchemes: { a: machine } } },
      ),
      [],
      "tokenEndpoint",
    ],
    [
      "nothing to read",
      documentOf({ "/things": { post: okResponses } }, { components: { securitySchemes: { a: machine } } }),
      [],
      "tokenEndpoint",
    ],
    [
      "hostile texts",
      documentOf(
        {
          [`/${hostile}`]: {
            get: { ...okResponses, operationId: hostile, security: [{ [hostile]: [hostile] }] },
          },
        },
        {
          info: { title: hostile, version: hostile },
          servers: [{ url: `https://api.example/${hostile}` }],
          components: {
            securitySchemes: {
              [hostile]: oauth({
                clientCredentials: {
                  tokenUrl: `https://login.example/${hostile}`,
                  scopes: { [hostile]: hostile },
                },
              }),
            },
          },
        },
      ),
      [],
      "none that can be asked for",
    ],
    [
      "Swagger 2.0",
      {
        swagger: "2.0",
        info: { title: "T", version: "1" },
        host: "api.example",
        basePath: "/v1",
        schemes: ["https"],
        securityDefinitions: {
          a: {
            type: "oauth2",
            flow: "application",
            tokenUrl: "https://login.example/token",
            scopes: { read: "" },
          },
        },
        security: [{ a: ["read"] }],
        paths: { "/things": { get: okResponses } },
      },
      [],
      'tokenEndpoint: "https://login.example/token"',
    ],
  ])(
    "writes a config that generates at once, and a worker that compiles: %s",
    async (_, document, flags, want) => {
      const cwd = projectWith({ "specs/things.json": document });
      const { status, stdout, stderr } = run(cwd, ["--yes", ...flags]);
      expect([status, stderr]).toEqual([0, ""]);
      expect(read(cwd)).toContain(want);
      expect(await makeOf(cwd, stdout)).toEqual([]);
    },
  );
});

describe("openapi-m2m init, of a document's server", { timeout: MANY_PROCESSES_MS }, () => {
  test.each([
    [
      "https://u:planted@api.example/v1?key=planted",
      "can't be trusted: it has a user name or a password besides.",
    ],
    ["https://api.example/v1?key=planted", "can't be trusted: it has a query or a fragment besides."],
    ["http://u:planted@api.example/v1", "can't be trusted: it is no https."],
    ["https://api.example/v1", 'https://api.example/v1: baseUrl: "document" would trust it.'],
  ])("says whether it can be trusted, and nothing secret of it: %s", (url, want) => {
    const cwd = projectWith({ "things.json": withScheme(machine, { servers: [{ url }] }) });
    const { status, stdout, stderr } = run(cwd, ["--yes", "things.json"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(read(cwd)).toContain(want);
    expect(read(cwd) + stdout).not.toContain("planted");
  });
});

describe("openapi-m2m init, where something is missing", { timeout: MANY_PROCESSES_MS }, () => {
  test.each<[string, unknown, string]>([
    [
      "where tokens are from",
      withScheme({ type: "http", scheme: "bearer" }),
      'security scheme "a" does not say where its tokens are from',
    ],
    [
      "a token endpoint",
      withScheme(oauth({ implicit: { scopes: {} } })),
      "has no flow with a token endpoint",
    ],
    ["https", withScheme(oauth({ clientCredentials: { tokenUrl: "http://l.example/t" } })), "expected https"],
    ["any word of security", documentWith(okResponses), "says nothing of security"],
    [
      "tokens",
      withScheme({ type: "apiKey", in: "header", name: "X-Key" }),
      "no operation takes a token; what they take instead a worker gives as `credentials`: a",
    ],
  ])("says which flag is needed: %s", (_, document, want) => {
    const cwd = projectWith({ "openapi.json": document });
    const { status, stderr } = run(cwd, []);
    expect(status).toBe(1);
    expect(stderr).toContain(want);
    expect(stderr).toContain("--token-endpoint, or --issuer");
    expect(existsSync(join(cwd, config))).toBe(false);
  });

  test("says so of each document by itself", () => {
    const bearer = withScheme({ type: "http", scheme: "bearer" });
    const { status, stderr } = run(projectWith({ "specs/a.json": bearer, "specs/b.json": bearer }), []);
    expect([status, stderr]).toEqual([
      1,
      `openapi-m2m: nothing says where the tokens of 2 token clients are from:
  specs/a.json: security scheme "a" does not say where its tokens are from
  specs/b.json: security scheme "a" does not say where its tokens are from
  fix: name their token endpoint with --token-endpoint, or --issuer
`,
    ]);
  });

  test("takes a server that is named for the documents that name none", () => {
    const bearer = withScheme({ type: "http", scheme: "bearer" });
    const cwd = projectWith({ "specs/a.json": bearer, "specs/b.json": things });
    const { status, stdout } = run(cwd, ["--yes", "--issuer", "https://other.example"]);
    expect(status).toBe(0);
    expect(stdout).not.toContain("as it says");
    expect(read(cwd)).toContain('"a.client": {\n      issuer: "https://other.example",');
    expect(read(cwd)).toContain('"b.client": {\n      tokenEndpoint: "https://login.example/token",');
  });

  test.each([
    ["one document", [], { "b.json": things }],
    ["documents that all name one", [], { "a.json": things, "b.json": things }],
    [
      "a token client that is named",
      ["--token-client", "worker"],
      { "a.json": withScheme({ type: "http", scheme: "bearer" }), "b.json": things },
    ],
  ])("says what a server that is named replaces: of %s", (_, flags, documents) => {
    const cwd = projectWith(documents);
    const { stdout } = run(cwd, [...Object.keys(documents), "--issuer", "https://other.example", ...flags]);
    expect(stdout).toContain(
      "\nb.json: tokens of https://other.example/, not of https://login.example/token as it says\n",
    );
    expect(read(cwd)).not.toContain("https://login.example");
  });

  test("names some of the variables of many documents, which the worker has all of", () => {
    const documents = ["a", "b", "c", "d"].map((name) => [`specs/${name}.json`, things]);
    const { stdout } = run(projectWith(Object.fromEntries(documents)), ["--yes"]);
    expect(stdout).toContain("C_CLIENT_ID, C_CLIENT_SECRET and 2 more in the environment");
    expect(stdout).toContain('  D_CLIENT_SECRET = "",\n');
  });

  test("shows what is wrong with a document as generating does", () => {
    const cwd = projectWith({ "specs/a.json": things, "specs/b.json": '{ "openapi": "3.1.0",, }' });
    const { status, stderr } = run(cwd, ["--yes"]);
    expect(status).toBe(1);
    expect(stderr).toContain("specs/b.json:1:");
    expect(existsSync(join(cwd, config))).toBe(false);
  });

  test.each([
    [["--yes"], "no OpenAPI document is found here"],
    [["gone.yaml"], "gone.yaml: there is no such file\n  fix: name one: npx openapi-m2m init a.json\n"],
    [["bb.json"], "bb.json: there is no such file\n  fix: name one: npx openapi-m2m init b.json\n"],
    [["node_modules"], "is a folder without an OpenAPI document"],
    [["a.json", "b.json", "--client", "AClient"], "--client is for one document"],
    [["a.json", "--client", "lower"], "expected a class name such as CatalogClient"],
    [["a.json", "--scope", "other"], "lacks read, needed by GET /things"],
  ])("says why %j can't be", (args, want) => {
    const elsewhere = { "node_modules/x/openapi.json": things, "other/openapi.json": things };
    const { status, stderr } = run(projectWith({ ...elsewhere, "a.json": things, "b.json": things }), args);
    if (args[0] === "--yes") expect(run(projectWith(elsewhere), args).stderr).toContain(want);
    else expect([status, stderr]).toEqual([1, expect.stringContaining(want)]);
  });

  test.each([
    [["--issuer", "https://a.example", "--token-endpoint", "https://a.example"]],
    [["--format", "toml"]],
  ])("does not understand %j", (args) => {
    expect(run(projectWith({}), args).status).toBe(2);
  });
});

describe("openapi-m2m init, in a project", { timeout: MANY_PROCESSES_MS }, () => {
  test("makes one config of all documents that it finds, each with a token client of its own", () => {
    const cwd = projectWith({
      "specs/things.json": things,
      "specs/parts/a.yaml": "type: object\n",
      "api/v1/orders.json": things,
    });
    const { stdout } = run(cwd, ["--yes"]);
    expect(stdout).toContain("openapi-m2m.config.ts: written, with OrdersClient, ThingsClient\n");
    expect(stdout).toContain("and this worker calls each API once:\n");
    expect(read(cwd)).toContain('tokenClient: "orders.client"');
    expect(read(cwd)).toContain('tokenClient: "things.client"');
  });

  test("has several documents share a token client that is named", () => {
    const other = withScheme(
      oauth({ clientCredentials: { tokenUrl: "https://login.example/token", scopes: { read: "" } } }),
    );
    const cwd = projectWith({ "specs/a.json": things, "specs/b.json": other });
    run(cwd, ["--yes", "--token-client", "worker"]);
    expect(read(cwd).match(/tokenClient: "worker"/g)).toHaveLength(2);
    expect(read(cwd).match(/tokenEndpoint/g)).toHaveLength(1);
  });

  test("never overwrites a config, and says what to add to it", () => {
    const cwd = projectWith({ "specs/things.json": things });
    run(cwd, ["--yes"]);
    const before = read(cwd);
    addFiles(cwd, { "specs/orders.json": things });
    const { status, stdout } = run(cwd, ["--yes"]);
    expect(status).toBe(1);
    expect(stdout).toContain("openapi-m2m.config.ts is there already and stays as it is. Add to it:");
    expect(stdout).toContain("    OrdersClient: {");
    expect(stdout).not.toContain("ThingsClient");
    expect(read(cwd)).toBe(before);
    expect(run(cwd, ["--yes", "specs/things.json"])).toMatchObject({
      status: 0,
      stdout:
        "openapi-m2m.config.ts has clients of all these documents already; npx openapi-m2m generate makes them\n",
    });
    expect(run(cwd, ["--yes", "--force", "specs"]).status).toBe(0);
    expect(read(cwd)).toContain("OrdersClient");
  });

  test.each([
    [
      ["yaml"],
      ["--format", "json"],
      "openapi-m2m.config.json can't be beside openapi-m2m.config.yaml",
      "remove openapi-m2m.config.yaml first, or replace it with --force --format yaml",
    ],
    [
      ["mjs"],
      ["--format", "yaml"],
      "openapi-m2m.config.yaml can't be beside openapi-m2m.config.mjs",
      "remove openapi-m2m.config.mjs first",
    ],
    [
      ["json", "yaml"],
      [],
      "openapi-m2m.config.json can't be beside openapi-m2m.config.yaml",
      "remove openapi-m2m.config.yaml first",
    ],
  ])("writes no config beside one of %j, and says which to remove: %j", (endings, flags, message, fix) => {
    const configs = endings.map((ending) => [`openapi-m2m.config.${ending}`, "output: a\n"]);
    const cwd = projectWith({ "specs/things.json": things, ...Object.fromEntries(configs) });
    const { status, stderr } = run(cwd, ["--yes", "--force", ...flags]);
    expect([status, stderr]).toEqual([1, `openapi-m2m: ${message}\n  fix: ${fix}\n`]);
  });

  test("replaces no config that is a symbolic link, and nothing that it leads to", () => {
    const cwd = projectWith({ "specs/things.json": things, "theirs.ts": "export default {};\n" });
    symlinkSync("theirs.ts", join(cwd, "openapi-m2m.config.ts"));
    const { status, stderr } = run(cwd, ["--yes", "--force"]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("openapi-m2m.config.ts:1:1: error: is a symbolic link"),
    ]);
    expect(read(cwd, "theirs.ts")).toBe("export default {};\n");
  });

  test("says the same in JSON and YAML, which a package of CommonJS gets", async () => {
    const cwd = projectWith({ "specs/things.json": things }, { type: "commonjs" });
    const { stdout } = run(cwd, ["--yes"]);
    expect(stdout).toContain("npm pkg set type=module");
    const yaml = read(cwd, "openapi-m2m.config.yaml");
    expect(yaml).toContain("# What the operations need, and no more.\n");
    const json = projectWith({ "specs/things.json": things });
    run(json, ["--yes", "--format", "json"]);
    const { $schema, ...value } = JSON.parse(read(json, "openapi-m2m.config.json"));
    expect($schema).toBe("./node_modules/openapi-m2m/config.schema.json");
    expect(load(yaml)).toEqual(value);
    await expect(generate({ cwd })).resolves.toMatchObject({ files: 6 });
    await expect(generate({ cwd: json })).resolves.toMatchObject({ files: 6 });
  });

  test("names what is to be installed, and no more", () => {
    const some = {
      type: "module",
      dependencies: { "@openapi-m2m/runtime": "1" },
      devDependencies: { typescript: "6" },
      engines: { node: ">=20" },
    };
    const cwd = projectWith({ "specs/things.json": things, "tsconfig.json": {}, "pnpm-lock.yaml": "" }, some);
    const { stdout } = run(cwd, ["--yes"]);
    expect(stdout).toContain("\n  pnpm add -D @types/node\n");
    expect(stdout).toContain("package.json says node >=20: what is generated needs 22.19 or later");
    expect(stdout).not.toContain("pnpm add @openapi-m2m/runtime");
    expect(stdout).not.toContain("tsconfig");
    expect(stdout).toContain('from "./generated/index.js"');
  });

  test("takes the documents of openapi-typescript, and says where its clients are", () => {
    const manifest = {
      type: "module",
      scripts: {
        types:
          "openapi-typescript ./contracts.d/a.json -o src/a.d.ts && openapi-typescript https://a.invalid/b.json?key=planted -o b.ts",
      },
      dependencies: { "openapi-fetch": "1" },
      devDependencies: { "openapi-typescript": "1" },
    };
    const cwd = projectWith(
      {
        "contracts.d/a.json": things,
        "contracts.d/c.json": things,
        "specs/unused.json": things,
        "redocly.yaml": "apis:\n  c:\n    root: ./contracts.d/c.json\n    x-openapi-ts: { output: ./c.ts }\n",
        "src/api.ts":
          'import createClient from "openapi-fetch";\n\nconst client = createClient<paths>({});\n',
      },
      manifest,
    );
    const { status, stdout } = run(cwd, ["--yes"]);
    expect(status).toBe(0);
    expect(stdout).toContain("written, with AClient, CClient\n");
    expect(stdout).toContain(
      "This project uses openapi-typescript and openapi-fetch.\n  clients are created at src/api.ts:3\n",
    );
    expect(stdout).toContain("a.paths is such a client");
    expect(stdout).toContain("read if you name them: https://a.invalid/b.json\n");
  });

  test("reads a document at a URL that is named", async () => {
    const server = await using(startServer((_, response) => response.end(JSON.stringify(things))));
    const cwd = projectWith({});
    const child = spawn(process.execPath, [cli, "init", "--yes", `${server.origin}/v1/openapi.json`], {
      cwd,
    });
    await once(child, "exit");
    expect(read(cwd)).toContain(`spec: "${server.origin}/v1/openapi.json"`);
  });
});

/** What it says on a terminal, and what is typed when it has said something. */
function startOnTerminal(cwd: string, ...args: readonly string[]) {
  const command = ["stty cols 120 rows 50;", process.execPath, cli, "init", ...args].join(" ");
  const onMac = ["-q", "/dev/null", "sh", "-c", command];
  const { CI: _, ...env } = process.env;
  const child = spawn("script", process.platform === "darwin" ? onMac : ["-qec", command, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm" },
  });
  atEnd(() => child.kill());
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const type = async (when: string, keys: string) => {
    await vi.waitFor(() => expect(text).toContain(when), 15_000);
    text = "";
    child.stdin.write(keys);
  };
  return { type, exit: once(child, "exit") };
}

describe("openapi-m2m init, on a terminal", { timeout: MANY_PROCESSES_MS }, () => {
  test("writes what it proposes for Enter", async () => {
    const cwd = projectWith({ "specs/things.json": things });
    const { type, exit } = startOnTerminal(cwd);
    await type("Is that right?", "\r");
    expect(await exit).toEqual([0, null]);
    expect(read(cwd)).toContain("ThingsClient: {");
  });

  test("asks for what documents do not say, and for anything that is to change", async () => {
    const cwd = projectWith({
      "specs/a.json": withScheme({ type: "http", scheme: "bearer" }),
      "specs/b.json": things,
    });
    const { type, exit } = startOnTerminal(cwd);
    await type("Which documents?", " \u001b[B \u001b[A \r"); // both off, and the first on again
    await type("Token endpoint of a.client, or its issuer", "https://l.example/t\r");
    await type("Which of them is it?", "\r");
    await type("Is that right?", "\u001b[B\r");
    await type("Class name", "\u0015ThingsClient\r");
    await type("Token client", "\r");
    await type("Token endpoint, or issuer", "\r");
    await type("Scope", "\r");
    await type("Where do calls go?", "\u001b[B\r");
    await type("Is that right?", "\r");
    expect(await exit).toEqual([0, null]);
    expect(read(cwd)).toContain(
      'ThingsClient: {\n      spec: "./specs/a.json",\n      tokenClient: "a.client",\n      baseUrl: "document",',
    );
    expect(read(cwd)).not.toContain("b.json");
  });

  test("refuses a class for two documents", async () => {
    const cwd = projectWith({ "a.json": things, "b.json": things });
    const { type, exit } = startOnTerminal(cwd, "a.json", "b.json");
    await type("Is that right?", "\u001b[B\r");
    for (let document = 0; document < 2; document += 1) {
      await type("Class name", "\u0015SameClient\r");
      await type("Token client", "\r");
      await type("Token endpoint, or issuer", "\r");
      await type("Scope", "\r");
      await type("Where do calls go?", "\r");
    }
    expect(await exit).toEqual([1, null]);
    expect(existsSync(join(cwd, config))).toBe(false);
  });

  test.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
    ["Escape", "\u001b"],
  ])("writes nothing for %s", async (_, key) => {
    const cwd = projectWith({ "specs/things.json": things });
    const { type, exit } = startOnTerminal(cwd);
    await type("Is that right?", key);
    expect(await exit).toEqual([1, null]);
    expect(existsSync(join(cwd, config))).toBe(false);
  });
});
