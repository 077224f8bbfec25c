import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { completeConfig, readMapping } from "../../generator/src/load-config.ts";
import { generatorErrorOf } from "../support/documents.ts";
import { folderWith } from "../support/folder.ts";

const tokenClients = { "catalog.client": { issuer: "https://login.example.com" } };
const clients = { CatalogClient: { spec: "./specs/catalog.yaml", tokenClient: "catalog.client" } };
const config = { output: "./generated", tokenClients, clients };
const specs = { "specs/catalog.yaml": "openapi: 3.1.0", "specs/empty/readme.md": "" };

const loadJson = (value: unknown) => readMapping(folderWith({ "openapi-m2m.config.json": value, ...specs }));

const importExtensionOf = async (folder: string) =>
  completeConfig(await readMapping(folder)).config.importExtension;

const errorOf = (value: unknown) => generatorErrorOf(() => loadJson(value));

describe("readMapping", () => {
  test.each([
    ["ts", `const config: object = ${JSON.stringify(config)};\nexport default config;`],
    ["mjs", `export default ${JSON.stringify(config)};`],
    ["json", JSON.stringify(config)],
    ["yaml", JSON.stringify(config, undefined, 2)],
  ])("reads openapi-m2m.config.%s", async (ending, text) => {
    const folder = folderWith({ [`openapi-m2m.config.${ending}`]: text, ...specs });
    const loaded = await readMapping(folder);
    expect(loaded).toMatchObject({
      output: join(folder, "generated"),
      clients: [
        {
          className: "CatalogClient",
          folder: "catalog",
          spec: join(folder, "specs/catalog.yaml"),
          specName: "specs/catalog.yaml",
        },
      ],
    });
  });

  test("prefers openapi-m2m.config.ts to what tsc writes beside it", async () => {
    const folder = folderWith({
      "openapi-m2m.config.ts": `export default ${JSON.stringify(config)};`,
      "openapi-m2m.config.js": "export default {};",
      ...specs,
    });
    expect((await readMapping(folder)).file).toBe(join(folder, "openapi-m2m.config.ts"));
  });

  test("resolves paths against the config file, not the working directory", async () => {
    const folder = folderWith({ "api/mapping.json": config, "api/specs/catalog.yaml": "" });
    expect((await readMapping(folder, "api/mapping.json")).output).toBe(join(folder, "api/generated"));
  });

  test("takes a token client for each security scheme, and whose scopes a call asks for", async () => {
    const CatalogClient = {
      ...clients.CatalogClient,
      tokenClient: { machine: "catalog.client" },
      scopes: "operation",
    };
    expect((await loadJson({ ...config, clients: { CatalogClient } })).clients).toMatchObject([
      { tokenClient: { machine: "catalog.client" }, scopes: "operation" },
    ]);
  });

  test("keeps the query of a URL, which may hold a key, out of generated code", async () => {
    const spec = "https://api.example.com/openapi.json?key=hunter2";
    const loaded = await loadJson({
      ...config,
      clients: { CatalogClient: { ...clients.CatalogClient, spec } },
    });
    expect(loaded.clients[0]).toMatchObject({ spec, specName: "https://api.example.com/openapi.json" });
  });

  test("drops `Client` from folder names, but not from one that is nothing else", async () => {
    const entry = clients.CatalogClient;
    const loaded = await loadJson({ ...config, clients: { InvoiceArchive: entry, ApiV2Client: entry } });
    expect(loaded.clients.map(({ folder }) => folder)).toEqual(["invoice-archive", "api-v2"]);
  });

  test("makes specRoot absolute, and gives every client the remote hosts as URLs write them", async () => {
    const remoteHosts = ["Specs.Company.com:443", "localhost:8080", "bücher.example", "[::1]:80"];
    const specRoot = ".";
    const folder = folderWith({
      "a/openapi-m2m.config.json": {
        ...config,
        remoteHosts,
        clients: { CatalogClient: { ...clients.CatalogClient, specRoot } },
      },
      "a/specs/catalog.yaml": "",
    });
    expect((await readMapping(join(folder, "a"))).clients[0]).toMatchObject({
      specRoot: join(folder, "a"),
      remoteHosts: ["specs.company.com", "localhost:8080", "xn--bcher-kva.example", "[::1]:80"],
    });
  });

  test.each([
    [{ compilerOptions: { rewriteRelativeImportExtensions: true } }, "ts"],
    [{ compilerOptions: { allowImportingTsExtensions: true, noEmit: true } }, "ts"],
    [{ extends: "./base.json" }, "ts"],
    [{ compilerOptions: { strict: true } }, "js"],
  ])("takes the import extension from tsconfig.json: %j gives %s", async (tsconfig, want) => {
    const base = { compilerOptions: { rewriteRelativeImportExtensions: true } };
    const files = {
      "openapi-m2m.config.json": config,
      "tsconfig.json": tsconfig,
      "base.json": base,
      ...specs,
    };
    expect(await importExtensionOf(folderWith(files))).toBe(want);
  });

  test("takes the import extension that plain Node runs where there is no tsconfig.json", async () => {
    expect(await importExtensionOf(folderWith({ "openapi-m2m.config.json": config, ...specs }))).toBe("ts");
  });

  test("may name the schema that an editor checks it with", async () => {
    await expect(loadJson({ $schema: "./config.schema.json", ...config })).resolves.toBeDefined();
  });

  test("hands each client strict and the entries of its filters, with their places", async () => {
    const filters = {
      include: { tags: ["a"], deprecated: false },
      exclude: { operations: ["GET /x"], paths: ["/y/**"] },
    };
    const [name = "", client] = Object.entries(config.clients)[0] ?? [];
    const clients = { [name]: { ...client, ...filters } };
    const [target] = (await loadJson({ ...config, strict: true, clients })).clients;
    expect(target).toMatchObject({
      strict: true,
      include: [
        {
          by: "tags",
          value: "a",
          pointer: `clients.${name}.include.tags[0]`,
          at: { line: expect.any(Number) },
        },
        { by: "deprecated", value: false, pointer: `clients.${name}.include.deprecated` },
      ],
      exclude: [
        { by: "operations", value: "GET /x", pointer: `clients.${name}.exclude.operations[0]` },
        { by: "paths", value: "/y/**", pointer: `clients.${name}.exclude.paths[0]` },
      ],
    });
  });

  test("prefers the import extension that the config names", async () => {
    expect((await loadJson({ ...config, importExtension: "js" })).importExtension).toBe("js");
  });
});

describe("a config that cannot be read", () => {
  test("is ERR_CONFIG_NOT_FOUND where there is none, with the closest name", async () => {
    const folder = folderWith({ "openapi-m2m.confg.ts": "" });
    const error = await generatorErrorOf(() => readMapping(folder));
    expect(error.code).toBe("ERR_CONFIG_NOT_FOUND");
    expect(error.diagnostics[0]?.fix).toContain("openapi-m2m.confg.ts");
  });

  test.each([[["json", "yaml"]], [["ts", "json"]], [["js", "json"]], [["ts", "js", "json"]]])(
    "is ERR_CONFIG_NOT_FOUND where there are several: %j",
    async (endings) => {
      const folder = folderWith(
        Object.fromEntries(endings.map((ending) => [`openapi-m2m.config.${ending}`, ""])),
      );
      expect((await generatorErrorOf(() => readMapping(folder))).code).toBe("ERR_CONFIG_NOT_FOUND");
    },
  );

  test.each([
    ["openapi-m2m.config.json", '{\n  "output": "a",,\n}', 2, 17],
    ["openapi-m2m.config.yaml", "output: a\noutput: b\n", 2, 1],
    ["openapi-m2m.config.yaml", "clients:\n  A: { spec: a }\n  A: { spec: b }\n", 3, 3],
    ["openapi-m2m.config.yaml", "output: &a [*a]\n", 1, 14],
    ["openapi-m2m.config.json", '{ "output": "a", "output": "b" }', 1, 18],
    ["openapi-m2m.config.json", '{ "output": "a", }', 1, 18],
    ["openapi-m2m.config.json", "1", 1, 1],
    ["openapi-m2m.config.json", "", 1, 1],
  ])("is ERR_CONFIG_UNREADABLE with line and column: %s %j", async (name, text, line, column) => {
    const error = await generatorErrorOf(() => readMapping(folderWith({ [name]: text })));
    expect(error.code).toBe("ERR_CONFIG_UNREADABLE");
    expect(error.diagnostics[0]).toMatchObject({ line, column });
    expect(error.diagnostics[0]?.severity).toBe("error");
    expect(error.diagnostics[0]?.message).toMatch(/^(?!.* at line).*[^:]$/); // the place is said once
  });

  test.each([
    ["throws", "throw new Error('no')"],
    ["has no default export", "export const config = {}"],
    ["imports what is not there", "import 'no-such-package'; export default {}"],
  ])("is ERR_CONFIG_UNREADABLE when it %s", async (_, text) => {
    const error = await generatorErrorOf(() => readMapping(folderWith({ "openapi-m2m.config.mjs": text })));
    expect(error.code).toBe("ERR_CONFIG_UNREADABLE");
  });
});

describe("a config that is wrong", () => {
  const withTokenClient = (value: object) => ({ ...config, tokenClients: { "catalog.client": value } });
  const withClient = (value: object) => ({
    ...config,
    clients: { CatalogClient: { ...clients.CatalogClient, ...value } },
  });

  test.each([
    ["an unknown key", { ...config, outputs: "x" }, "outputs", '"output"'],
    [
      "an unknown key of a token client",
      withTokenClient({ issuerr: "x" }),
      'tokenClients["catalog.client"].issuerr',
      '"issuer"',
    ],
    [
      "an unknown key of a client",
      withClient({ tokenClients: "x" }),
      "clients.CatalogClient.tokenClients",
      '"tokenClient"',
    ],
    [
      "a misspelt filter",
      withClient({ include: { tag: ["a"] } }),
      "clients.CatalogClient.include.tag",
      '"tags"',
    ],
    [
      "an unknown token client",
      withClient({ tokenClient: "catalog.clinet" }),
      "clients.CatalogClient.tokenClient",
      '"catalog.client"',
    ],
    [
      "an unknown token client of a scheme",
      withClient({ tokenClient: { "api key": "catalog.clinet" } }),
      'clients.CatalogClient.tokenClient["api key"]',
      '"catalog.client"',
    ],
  ])("names the path and how to mend it for %s", async (_, value, pointer, fix) => {
    const error = await errorOf(value);
    expect(error.code).toBe("ERR_CONFIG_INVALID");
    expect(error.diagnostics).toContainEqual(
      expect.objectContaining({ pointer, fix: expect.stringContaining(fix) }),
    );
  });

  test.each(["clientId", "client_id", "clientAuthentication", "requestTimeoutMs", "clientSecret"])(
    "asks for a token client's %s at run time",
    async (key) => {
      const error = await errorOf(withTokenClient({ issuer: "https://a.example", [key]: "a" }));
      expect(error.diagnostics).toMatchObject([
        {
          pointer: `tokenClients["catalog.client"].${key}`,
          fix: "give it to tokenClients() at run time",
        },
      ]);
    },
  );

  test.each([
    ["no output", { tokenClients, clients }, "output"],
    ["no clients", { ...config, clients: {} }, "clients"],
    ["a filter that is empty", withClient({ include: {} }), "clients.CatalogClient.include"],
    [
      "a filter that includes nothing",
      withClient({ include: { tags: [] } }),
      "clients.CatalogClient.include",
    ],
    [
      "a filter that is no list",
      withClient({ exclude: { tags: "a" } }),
      "clients.CatalogClient.exclude.tags",
    ],
    ["a token client without server", withTokenClient({ scope: "a" }), 'tokenClients["catalog.client"]'],
    [
      "a plain http endpoint",
      withTokenClient({ tokenEndpoint: "http://login.example.com" }),
      'tokenClients["catalog.client"].tokenEndpoint',
    ],
    [
      "http to an address that a proxy may be asked for",
      withTokenClient({ tokenEndpoint: "http://127.0.0.2/token" }),
      'tokenClients["catalog.client"].tokenEndpoint',
    ],
    [
      "an endpoint that is no URL",
      withTokenClient({ tokenEndpoint: "login" }),
      'tokenClients["catalog.client"].tokenEndpoint',
    ],
    [
      "a plain http base URL",
      withClient({ baseUrl: "http://api.example.com" }),
      "clients.CatalogClient.baseUrl",
    ],
    [
      "a class name in lower case",
      { ...config, clients: { catalog: clients.CatalogClient } },
      "clients.catalog",
    ],
    [
      "the class name of a global",
      { ...config, clients: { Promise: clients.CatalogClient } },
      "clients.Promise",
    ],
    [
      "the class name of what generated code imports",
      { ...config, clients: { Operation: clients.CatalogClient } },
      "clients.Operation",
    ],
    [
      "the class name of what the index exports",
      { ...config, clients: { TokenClientName: clients.CatalogClient } },
      "clients.TokenClientName",
    ],
    [
      "a scope that is no text",
      withTokenClient({ issuer: "https://a.example", scope: ["read", 1] }),
      'tokenClients["catalog.client"].scope',
    ],
    ["a remote host with a scheme", { ...config, remoteHosts: ["https://a.example"] }, "remoteHosts[0]"],
    ["a remote host with a path", { ...config, remoteHosts: ["a.example/b"] }, "remoteHosts[0]"],
    ["a remote host with a password", { ...config, remoteHosts: ["u:p@a.example"] }, "remoteHosts[0]"],
    ["a remote host that means many", { ...config, remoteHosts: ["*.a.example"] }, "remoteHosts[0]"],
    ["a remote host that is none", { ...config, remoteHosts: ["a.example:port"] }, "remoteHosts[0]"],
    ["an unknown form of the types", { ...config, schema: "js" }, "schema"],
    ["an unknown import extension", { ...config, importExtension: "mts" }, "importExtension"],
  ])("is refused with the path for %s", async (_, value, pointer) => {
    const error = await errorOf(value);
    expect(error.code).toBe("ERR_CONFIG_INVALID");
    expect(error.diagnostics.map((diagnostic) => diagnostic.pointer)).toContain(pointer);
  });

  const client = (key: string) => (value: string) => withTokenClient({ [key]: value });
  const fields = {
    tokenEndpoint: client("tokenEndpoint"),
    issuer: client("issuer"),
    baseUrl: (baseUrl: string) => withClient({ baseUrl }),
  };

  test.each([
    ["tokenEndpoint", "https://user:hunter2@login.example.com/token", "user name"],
    ["tokenEndpoint", "https://hunter2@login.example.com/token", "user name"],
    ["tokenEndpoint", "https://:hunter2@login.example.com/token", "user name"],
    ["tokenEndpoint", "https://login.example.com/token#hunter2", "fragment"],
    ["issuer", "https://user:hunter2@login.example.com", "user name"],
    ["issuer", "https://login.example.com/?key=hunter2", "query"],
    ["issuer", "https://login.example.com/?", "query"],
    ["issuer", "https://login.example.com/#hunter2", "fragment"],
    ["baseUrl", "https://user:hunter2@api.example.com", "user name"],
    ["baseUrl", "https://api.example.com/?key=hunter2", "query"],
    ["baseUrl", "https://api.example.com/#", "fragment"],
  ] as const)("is refused for the %s %s, without repeating it", async (key, url, reason) => {
    const error = await errorOf(fields[key](url));
    expect(error.code).toBe("ERR_CONFIG_INVALID");
    expect(error.diagnostics).toMatchObject([
      { pointer: expect.stringMatching(`${key}$`), message: expect.stringContaining(reason) },
    ]);
    expect(error.message).not.toContain("hunter2");
  });

  test("may name a token endpoint with a query", async () => {
    const tokenEndpoint = "https://login.example.com/token?tenant=a";
    const loaded = await loadJson(withTokenClient({ tokenEndpoint }));
    expect(loaded.tokenClients["catalog.client"]).toEqual({ tokenEndpoint });
  });

  test("may list the scopes of a token client", async () => {
    const scope = ["read", "write"];
    const loaded = await loadJson(withTokenClient({ issuer: "https://a.example", scope }));
    expect(loaded.tokenClients["catalog.client"]).toMatchObject({ scope });
  });

  test.each(["http://localhost:9400/token", "http://127.0.0.1/token", "http://[::1]:9400/token"])(
    "may name %s: it is this machine",
    async (tokenEndpoint) => {
      await expect(loadJson(withTokenClient({ tokenEndpoint }))).resolves.toBeDefined();
    },
  );

  test.each([
    ["clientSecret", withTokenClient({ issuer: "https://a.example", clientSecret: "hunter2" })],
    [
      "client_secret",
      withTokenClient({ issuer: "https://a.example", parameters: { client_secret: "hunter2" } }),
    ],
    ["password", withTokenClient({ issuer: "https://a.example", password: "hunter2" })],
    ["privateKey", withClient({ privateKey: "hunter2" })],
  ])("is refused for a secret in %s, without repeating the secret", async (key, value) => {
    const error = await errorOf(value);
    const found = error.diagnostics.filter(({ pointer }) => pointer.endsWith(key));
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain("no secret belongs in the mapping");
    expect(error.message).not.toContain("hunter2");
  });

  test("is refused for two clients that would share a folder", async () => {
    const entry = clients.CatalogClient;
    const error = await errorOf({ ...config, clients: { CatalogClient: entry, Catalog: entry } });
    expect(error.diagnostics[0]).toMatchObject({ pointer: "clients.Catalog" });
  });

  test("has all its problems reported at once", async () => {
    const error = await errorOf({
      outputs: "x",
      tokenClients: { a: {} },
      clients: { CatalogClient: { spec: "none.yaml", tokenClient: "b" } },
    });
    expect(error.diagnostics.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining([
        "outputs",
        "output",
        "tokenClients.a",
        "clients.CatalogClient.spec",
        "clients.CatalogClient.tokenClient",
      ]),
    );
  });

  test("has all its unknown keys reported at once, each with its line", async () => {
    const text = `export default {
  outputs: "o",
  output: "o",
  stric: true,
  tokenClients: {
    a: {
      clientSecret: "planted",
      isuer: "https://a.example",
      issuer: "https://a.example",
      scop: "a",
      clientId: "a",
    },
  },
  clients: {
    CatalogClient: { spec: "specs/catalog.yaml", tokenClient: "a", grup: "tag", include: {
      tag: ["a"],
      path: ["/a"],
      tags: ["a"],
    } },
  },
};`;
    const folder = folderWith({ "openapi-m2m.config.mjs": text, ...specs });
    const { diagnostics } = await generatorErrorOf(() => readMapping(folder));
    const found = diagnostics.map(
      ({ line, pointer, message, fix }) => `${line} ${pointer}: ${message}; ${fix}`,
    );
    const atRunTime = "give it to tokenClients() at run time";
    expect(found.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))).toEqual([
      '2 outputs: unknown key "outputs"; did you mean "output"?',
      '4 stric: unknown key "stric"; did you mean "strict"?',
      `7 tokenClients.a.clientSecret: no secret belongs in the mapping; ${atRunTime}`,
      '8 tokenClients.a.isuer: unknown key "isuer"; did you mean "issuer"?',
      '10 tokenClients.a.scop: unknown key "scop"; did you mean "scope"?',
      `11 tokenClients.a.clientId: clientId is no part of the mapping; ${atRunTime}`,
      '15 clients.CatalogClient.grup: unknown key "grup"; did you mean "group"?',
      '16 clients.CatalogClient.include.tag: unknown key "tag"; did you mean "tags"?',
      '17 clients.CatalogClient.include.path: unknown key "path"; did you mean "paths"?',
    ]);
  });

  const wrongClient = "spec: specs/catalog.yaml, tokenClient: wrong";
  test.each([
    ["yaml", `output: generated\ntokenClients: {}\nclients:\n  CatalogClient: { ${wrongClient} }\n`, 4, 59],
    ["json", '{\n  "output": "o",\n  "tokenClients": {},\n  "clients": {}\n}', 4, 3],
    ["mjs", 'export default {\n  output: "o",\n  tokenClients: {},\n  clients: {},\n};', 4, 3],
  ])("has its problems placed by line and column in %s", async (ending, text, line, column) => {
    const folder = folderWith({ [`openapi-m2m.config.${ending}`]: text, ...specs });
    const error = await generatorErrorOf(() => readMapping(folder));
    expect(error.diagnostics[0]).toMatchObject({
      line,
      column,
      file: join(folder, `openapi-m2m.config.${ending}`),
    });
  });
});

describe("what a client says of its tokens", () => {
  test.each([
    ["tokenClient", {}, "expected a security scheme at least"],
    [
      "tokenClient",
      ["catalog.client"],
      "expected the name of a token client, or an object: security scheme to token client",
    ],
    [
      "tokenClient",
      { machine: 1 },
      "expected the name of a token client, or an object: security scheme to token client",
    ],
    ["scopes", "call", 'expected "client" or "operation"'],
  ])("is ERR_CONFIG_INVALID where %s is %j", async (key, value, message) => {
    const CatalogClient = { ...clients.CatalogClient, [key]: value };
    const error = await errorOf({ ...config, clients: { CatalogClient } });
    expect(error).toMatchObject({
      code: "ERR_CONFIG_INVALID",
      diagnostics: [{ pointer: expect.stringMatching(`^clients.CatalogClient.${key}`), message }],
    });
  });
});

describe("a document that is not where the config says", () => {
  const [inSpec, inSpecRoot] = ["clients.CatalogClient.spec", "clients.CatalogClient.specRoot"];
  const withClient = (value: object) => ({
    ...config,
    clients: { CatalogClient: { ...clients.CatalogClient, ...value }, Other: clients.CatalogClient },
  });

  test.each<[what: string, client: object, pointer: string | undefined, text: string]>([
    ["a spec that is a folder", { spec: "./specs" }, inSpec, "catalog.yaml"],
    ["a missing spec", { spec: "./specs/catalgo.yaml" }, inSpec, '"catalog.yaml"'],
    ["a plain http spec", { spec: "http://api.example.com/a.json" }, inSpec, "https"],
    ["a spec that is no URL", { spec: "https://" }, inSpec, "URL"],
    ["a password", { spec: "https://user:hunter2@api.example.com/openapi.json" }, inSpec, "user name"],
    ["a specRoot that is not there", { specRoot: "./spec" }, inSpecRoot, "./spec"],
    ["a specRoot without the spec", { specRoot: "./specs/empty" }, inSpecRoot, "not below it"],
    ["a specRoot of a URL", { spec: "https://a.example/b.json", specRoot: "." }, inSpecRoot, "for files"],
  ])("is a problem of its client alone: %s", async (_, client, pointer, text) => {
    const mapping = await loadJson(withClient(client));
    const [{ problems = [] } = {}, other] = mapping.clients;
    expect(problems).toMatchObject([{ severity: "error", pointer, line: 1, file: mapping.file }]);
    expect(`${problems[0]?.message} ${problems[0]?.fix}`).toContain(text);
    expect(problems[0]?.message).not.toContain("hunter2");
    expect(other).not.toHaveProperty("problems");
  });

  test("is told with what else is wrong in the config", async () => {
    const error = await errorOf({ ...withClient({ spec: "none.yaml" }), outptu: "x" });
    expect(error.diagnostics.map(({ pointer }) => pointer)).toEqual(["outptu", inSpec]);
  });
});
