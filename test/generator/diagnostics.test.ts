import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Diagnostic, GeneratorError, withPaths } from "../../generator/src/errors.ts";
import { formatDiagnostics } from "../../generator/src/format-diagnostics.ts";
import { generate } from "../../generator/src/generate.ts";
import { folderWith } from "../support/folder.ts";

/** Marks in a text what the carets are to be under. */
const MARK = /⟦(.*?)⟧/s;

interface Case {
  readonly files: Readonly<Record<string, unknown>>;
}

const config = `output: generated
tokenClients: { a: { issuer: https://login.example.com } }
clients: { ThingsClient: { spec: api.yaml, tokenClient: a } }
`;

/** Everything that is told of a project, in which marks show where something is wrong. */
async function told({ files }: Case): Promise<readonly Diagnostic[]> {
  const plain = Object.entries(files).map(([path, content]) => [path, unmarked(content)]);
  const cwd = folderWith({ "openapi-m2m.config.yaml": unmarked(config), ...Object.fromEntries(plain) });
  try {
    return (await generate({ cwd, check: true, ...configIn(files) })).warnings;
  } catch (error) {
    if (error instanceof GeneratorError) return error.diagnostics;
    throw error;
  }
}

function configIn(files: Case["files"]): { config?: string } {
  const config = Object.keys(files).find((path) => path.startsWith("openapi-m2m.config."));
  return config === undefined ? {} : { config };
}

function unmarked(content: unknown): unknown {
  return typeof content === "string" ? content.replaceAll(new RegExp(MARK, "gs"), "$1") : content;
}

/** What the carets of a diagnostic are under, by what it keeps of the lines there. */
function markedBy({ line, column, endColumn, excerpt }: Diagnostic): string | undefined {
  const shown = excerpt?.lines[line - excerpt.firstLine];
  return shown?.text.slice(column - shown.column, (endColumn ?? column + 1) - shown.column);
}

async function expectMarked(files: Case["files"], message: RegExp): Promise<void> {
  const diagnostics = await told({ files });
  const [path = "", text = ""] =
    Object.entries(files).find(([, content]) => MARK.test(String(content))) ?? [];
  const [, wanted = ""] = MARK.exec(String(text)) ?? [];
  const before = String(text).slice(0, String(text).indexOf("⟦")).split("\n");
  const place = { file: basename(path), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const found = diagnostics.filter((entry) => message.test(entry.message));
  expect(found.map(({ file, line, column }) => ({ file: basename(file), line, column }))).toContainEqual(
    place,
  );
  const [at] = found.filter(({ line, column }) => line === place.line && column === place.column);
  expect(markedBy(at as Diagnostic)).toBe(wanted);
  for (const { fix } of diagnostics) expect(fix).not.toBe("");
}

const ok = `{ "200": { description: Fine. } }`;

/** A document with one operation that says this, and what else it says. */
function operation(text: string, rest = ""): string {
  return `openapi: 3.1.0
info: { title: T, version: "1" }
paths:
  /a:
    get: { ${text.includes("responses:") ? text : `responses: ${ok}, ${text}`} }
${rest}`;
}

/** A document whose answer has this schema. */
function schema(text: string, rest = ""): string {
  return operation(
    `responses: { "200": { description: x, content: { application/json: { schema: ${text} } } } }`,
    rest,
  );
}

describe("a mistake in a document", () => {
  test.each<[what: string, message: RegExp, text: string]>([
    ["no YAML", /deficient indentation/, "openapi: 3.1.0\npaths: {\n⟦⟧"],
    ["a tab as indentation", /tab characters/, "openapi: 3.1.0\npaths:\n⟦\t⟧/a: {}\n"],
    ["an alias without anchor", /unidentified alias/, "openapi: 3.1.0\npaths: *⟦x⟧\n"],
    ["an alias to what it is in", /alias to what it is part of/, "openapi: 3.1.0\npaths: &x { a: *⟦x⟧ }\n"],
    ["a web page", /web page/, "⟦<⟧!doctype html>\n<p>\n"],
    ["a list", /no JSON or YAML object/, "⟦-⟧ a\n"],
    ["a key that is there twice", /there twice/, `${operation("summary: x")}⟦info⟧: {}\n`],
    ["another version", /version 4.0.0 is not supported/, "openapi: ⟦4.0.0⟧\n"],
    ["an old version", /version 1.2 is not supported/, 'swagger: ⟦"1.2"⟧\n'],
    ["no document of OpenAPI", /is no OpenAPI document/, "⟦a⟧: b\n"],
    ["no operations", /no operations/, "openapi: 3.1.0\n⟦paths⟧: {}\n"],
    ["a reference that leads nowhere", /leads nowhere/, schema("{ $ref: ⟦'#/components/schemas/A'⟧ }")],
    [
      "a reference to another kind",
      /one of responses, not of schemas/,
      schema(
        "{ $ref: ⟦'#/components/responses/A'⟧ }",
        "components: { responses: { A: { description: x } } }\n",
      ),
    ],
    [
      "a reference in a circle",
      /in a circle/,
      operation(
        "parameters: [{ $ref: ⟦'#/components/parameters/A'⟧ }]",
        "components: { parameters: { A: { $ref: '#/components/parameters/A' } } }\n",
      ),
    ],
    ["a file that is not there", /there is no such file/, schema("{ $ref: ⟦./none.yaml⟧ }")],
    ["a file outside", /is refused/, schema("{ $ref: ⟦../../../etc/passwd⟧ }")],
    ["a host that is not allowed", /allows no host/, schema("{ $ref: ⟦https://example.com/a⟧ }")],
    ["a schema that is none", /expected a schema, not "string"/, schema("⟦string⟧")],
    ["a type that is none", /expected one of string/, schema("{ type: ⟦any⟧ }")],
    ["a keyword of another type", /expected a number/, schema("{ maxLength: ⟦long⟧ }")],
    ["an enum that is none", /list of one value/, schema("{ enum: ⟦a⟧ }")],
    ["names that are none", /list of property names/, schema("{ required: ⟦true⟧ }")],
    [
      "a discriminator without a name",
      /needs a propertyName/,
      schema("{ oneOf: [{}], ⟦discriminator⟧: {} }"),
    ],
    [
      "a discriminator of no schema",
      /no schema called/,
      schema("{ oneOf: [{}], discriminator: { propertyName: a, mapping: { b: ⟦c⟧ } } }"),
    ],
    ["an enum beside the type object", /no value of the enum/, schema("{ type: ⟦object⟧, enum: [a] }")],
    [
      "a schema made of itself",
      /made of itself/,
      schema(
        "{ $ref: '#/components/schemas/A' }",
        "components:\n  schemas:\n    ⟦A⟧: { allOf: [{ $ref: '#/components/schemas/A' }] }\n",
      ),
    ],
    [
      "a path parameter that is not declared",
      /not declared/,
      "openapi: 3.1.0\npaths:\n  /a/{id}:\n    ⟦get⟧: {}\n",
    ],
    [
      "a path parameter that the path lacks",
      /is not in "\/a"/,
      operation("parameters: [{ name: ⟦id⟧, in: path }]"),
    ],
    ["a parameter in no place", /to be in path, query/, operation("parameters: [{ name: q, in: ⟦qurey⟧ }]")],
    ["a parameter without a name", /a parameter with a name/, operation("parameters: [⟦{⟧ in: query }]")],
    [
      "a parameter that is declared twice",
      /declared twice/,
      operation("parameters: [{ name: q, in: query }, ⟦{⟧ name: q, in: query }]"),
    ],
    [
      "a type beside the schema",
      /belongs into a schema/,
      operation("parameters: [{ name: q, in: query, type: ⟦string⟧ }]"),
    ],
    ["parameters that are no list", /list of parameters/, operation("parameters: ⟦q⟧")],
    ["a status that is none", /is no status/, operation(`responses: { ⟦20X⟧: { description: x } }`)],
    ["responses that are none", /object of responses/, operation(`responses: ⟦none⟧`)],
    ["a response that is none", /a response object/, operation(`responses: { "200": ⟦ok⟧ }`)],
    [
      "content that is none",
      /object of media types/,
      operation(`responses: { "200": { description: x, content: ⟦json⟧ } }`),
    ],
    [
      "a media type that is none",
      /media type object/,
      operation(`responses: { "200": { description: x, content: { a/b: ⟦x⟧ } } }`),
    ],
    [
      "a media type that cannot be sent",
      /printable ASCII/,
      operation(`responses: { "200": { description: x, content: { ⟦ä/b⟧: {} } } }`),
    ],
    ["a body that is none", /request body object/, operation("requestBody: ⟦x⟧")],
    ["a text that is none", /expected a string/, operation("description: ⟦1⟧")],
    ["an operation that is none", /an operation object/, `openapi: 3.1.0\npaths: { /a: { get: ⟦x⟧ } }\n`],
    ["a path item that is none", /a path item object/, `openapi: 3.1.0\npaths: { /a: ⟦x⟧ }\n`],
    ["a path without slash", /begin with a slash/, `openapi: 3.1.0\npaths: { ⟦a⟧: { get: {} } }\n`],
    ["a method in capitals", /lower case/, `openapi: 3.1.0\npaths: { /a: { ⟦GET⟧: {} } }\n`],
    [
      "an operationId that is there twice",
      /another operation's too/,
      "openapi: 3.1.0\npaths: { /a: { get: { operationId: x }, put: { operationId: ⟦x⟧ } } }\n",
    ],
    [
      "operationIds that become one name",
      /the name "getA" /,
      "openapi: 3.1.0\npaths: { /a: { get: { operationId: getA }, put: { operationId: ⟦get-a⟧ } } }\n",
    ],
    ["servers that are none", /list of servers/, operation("summary: x", "servers: ⟦x⟧\n")],
    ["a server without a URL", /a server with a url/, operation("summary: x", "servers: [⟦{⟧}]\n")],
    ["a scheme that is not declared", /is not declared/, operation("security: [{ ⟦oauth⟧: [] }]")],
    [
      "a scope that is not declared",
      /declares no scope/,
      operation(
        "security: [{ o: [⟦raed⟧] }]",
        "components: { securitySchemes: { o: { type: oauth2, flows: { clientCredentials: { tokenUrl: /t, scopes: { read: x } } } } } }\n",
      ),
    ],
    [
      "a scheme that cannot be sent",
      /is HTTP digest/,
      operation(
        "security: [{ ⟦d⟧: [] }]",
        "components: { securitySchemes: { d: { type: http, scheme: digest } } }\n",
      ),
    ],
    ["security that is no list", /list of requirements/, operation("⟦security⟧: { o: [] }")],
    ["scopes that are no list", /list of scopes/, operation("security: [{ o: ⟦read⟧ }]")],
    [
      "a scheme without a type",
      /a security scheme with a type/,
      operation("security: [{ o: [] }]", "components: { securitySchemes: { ⟦o⟧: {} } }\n"),
    ],
    [
      "flows that are none",
      /object of flows/,
      operation(
        "security: [{ o: [] }]",
        "components: { securitySchemes: { o: { type: oauth2, flows: ⟦x⟧ } } }\n",
      ),
    ],
    [
      "a field of a form beside a body",
      /can't be sent beside/,
      `swagger: "2.0"\npaths: { /a: { post: { parameters: [{ in: body, name: a, schema: {} }, ⟦{⟧ in: formData, name: b, type: string }] } } }\n`,
    ],
    [
      "a format of lists that there is none for",
      /is no list in OpenAPI 3/,
      `swagger: "2.0"\npaths: { /a: { get: { parameters: [⟦{⟧ in: header, name: b, type: array, collectionFormat: tsv }] } } }\n`,
    ],
    [
      "a response of 2.0 that is none",
      /is no response/,
      `swagger: "2.0"\npaths: { /a: { get: { responses: { "200": ⟦x⟧ } } } }\n`,
    ],
  ])("is shown where it is, and how to mend it: %s", async (_, message, text) => {
    await expectMarked({ "api.yaml": text }, message);
  });

  test("is shown in the file that has it", async () => {
    const files = { "api.yaml": schema("{ $ref: './a.yaml#/A' }"), "a.yaml": "A:\n  type: ⟦strng⟧\n" };
    await expectMarked(files, /expected one of string/);
  });
});

describe("a mistake in a config", () => {
  const yaml = (tokenClient: string, client: string, rest = "") =>
    `output: generated\ntokenClients: { a: { ${tokenClient} } }\nclients: { ThingsClient: { ${client} } }\n${rest}`;
  const issuer = "issuer: https://login.example.com";
  const spec = "spec: api.yaml, tokenClient: a";
  const scoped = operation(
    "security: [{ o: [read] }]",
    "components: { securitySchemes: { o: { type: oauth2, flows: { clientCredentials: { tokenUrl: /t, scopes: { read: x, write: y } } } } } }\n",
  );

  test.each<[what: string, message: RegExp, text: string]>([
    ["no YAML", /deficient indentation/, "output: {\n⟦⟧"],
    ["a key that is there twice", /there twice/, `output: a\n⟦output⟧: b\n`],
    ["an unknown key", /unknown key "outptu"/, yaml(issuer, spec, "⟦outptu⟧: x\n")],
    ["an unknown key of a client", /unknown key "scope"/, yaml(issuer, `${spec}, ⟦scope⟧: x`)],
    [
      "a missing key",
      /"output" is missing/,
      `⟦t⟧okenClients: { a: { ${issuer} } }\nclients: { ThingsClient: { ${spec} } }\n`,
    ],
    [
      "a missing key of a client",
      /"spec" is missing/,
      yaml(issuer, "tokenClient: a").replace("ThingsClient", "⟦ThingsClient⟧"),
    ],
    ["a value of another type", /expected true or false/, yaml(issuer, spec, "strict: ⟦maybe⟧\n")],
    [
      "a value that is none of those",
      /expected "client" or "operation"/,
      yaml(issuer, `${spec}, scopes: ⟦all⟧`),
    ],
    ["an address that is not secure", /expected https/, yaml("issuer: ⟦http://login.example.com⟧", spec)],
    [
      "an entry of a list",
      /expected a host/,
      yaml(issuer, spec, "remoteHosts: [a.example, ⟦https://b.example/⟧]\n"),
    ],
    [
      "a token client without a server",
      /expected a tokenEndpoint or an issuer/,
      yaml("scope: read", spec).replace("{ a:", "{ ⟦a⟧:"),
    ],
    ["an unknown token client", /unknown token client "b"/, yaml(issuer, "spec: api.yaml, tokenClient: ⟦b⟧")],
    ["a document that is not there", /there is no file/, yaml(issuer, "spec: ⟦apis.yaml⟧, tokenClient: a")],
    ["a folder that is not there", /there is no folder/, yaml(issuer, `${spec}, specRoot: ⟦none⟧`)],
    [
      "a name that is none of a class",
      /expected a class name/,
      yaml(issuer, spec).replace("ThingsClient", "⟦things⟧"),
    ],
    [
      "two clients in one folder",
      /would share the folder/,
      `output: generated\ntokenClients: { a: { ${issuer} } }\nclients:\n  ThingsClient: { ${spec} }\n  ⟦Things⟧: { ${spec} }\n`,
    ],
    ["an option of run time", /is no part of the mapping/, yaml(`${issuer}, ⟦clientId⟧: x`, spec)],
    [
      "a scheme that the document lacks",
      /has no security scheme/,
      yaml(issuer, "spec: api.yaml, tokenClient: { ⟦oauth⟧: a }"),
    ],
    [
      "a filter that is about nothing",
      /there is no operation/,
      yaml(issuer, `${spec}, exclude: { operations: [⟦none⟧] }`),
    ],
    [
      "a filter that leaves nothing",
      /leaves no operation/,
      yaml(issuer, `${spec}, exclude: { paths: [⟦/**⟧] }`),
    ],
    ["a scope that is lacking", /lacks read/, yaml(`${issuer}, scope: ⟦write⟧`, spec)],
    [
      "a scope that nobody needs",
      /no operation needs the scope write/,
      yaml(`${issuer}, scope: ⟦read write⟧`, spec),
    ],
  ])("is shown where it is, and how to mend it: %s", async (_, message, text) => {
    await expectMarked({ "openapi-m2m.config.yaml": text, "api.yaml": scoped }, message);
  });

  test.each<[what: string, message: RegExp, text: string]>([
    ["a value", /expected "js" or "ts"/, `importExtension: ⟦"mjs"⟧,`],
    ["a key", /unknown key "outptu"/, `⟦outptu⟧: "x",`],
    ["what is no literal", /expected true or false/, `strict: ⟦value⟧,`],
    ["an item", /expected a host/, `remoteHosts: ["a.example", ⟦"https://b.example"⟧],`],
  ])("is shown in a module too: %s", async (_, message, text) => {
    const clients = `{ ThingsClient: { spec: "api.yaml", tokenClient: "a" } }`;
    const module = `const value = "x";
const config = {
\toutput: "generated",
\t${text}
\ttokenClients: { a: { issuer: "https://login.example.com" } },
\tclients: ${clients},
};
export default config;
`;
    await expectMarked({ "openapi-m2m.config.mjs": module, "api.yaml": scoped }, message);
  });

  test.each([
    [
      "YAML",
      "openapi-m2m.config.yaml",
      `output: 1\ntokenClients: { a: { issuer: https://a.example, clientSecret: pa55word } }\nclients: {}\n`,
    ],
    ["YAML that cannot be parsed", "openapi-m2m.config.yaml", `clientSecret: "pa55word"\noutput: {\n`],
    [
      "a module",
      "openapi-m2m.config.mjs",
      `export default { output: 1, tokenClients: { a: { clientSecret: "pa55word" } } };\n`,
    ],
    [
      "a module that throws",
      "openapi-m2m.config.mjs",
      `const secret = "pa55word";\nthrow new Error("no");\n`,
    ],
  ])("shows not a line of %s that holds a secret", async (_, name, text) => {
    const diagnostics = await told({ files: { [name]: text, "api.yaml": scoped } });
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(formatDiagnostics(diagnostics)).not.toContain("pa55");
    expect(JSON.stringify(diagnostics)).not.toContain("pa55");
  });

  test("shows the line of a module that throws, and of one that it imports", async () => {
    const thrown = await told({
      files: {
        "openapi-m2m.config.mjs": `import "./a.mjs";\n`,
        "a.mjs": `const a = 1;\nthrow new Error("no");\n`,
      },
    });
    expect(thrown[0]?.excerpt?.lines.map(({ text }) => text)).toEqual([
      "const a = 1;",
      `throw new Error("no");`,
    ]);
  });
});

describe("what is shown of a document", () => {
  test("is what was read, whatever has become of the file since", async () => {
    const cwd = folderWith({ "openapi-m2m.config.yaml": config, "api.yaml": schema("{ type: any }") });
    const { warnings } = await generate({ cwd });
    rmSync(join(cwd, "api.yaml"));
    expect(formatDiagnostics(warnings)).toContain("schema: { type: any }");
  });

  test("is the same when nothing has changed since the last run", async () => {
    const cwd = folderWith({
      "package.json": {},
      "node_modules/a.json": {},
      "openapi-m2m.config.yaml": config,
      "api.yaml": schema("{ type: any }"),
    });
    const first = await generate({ cwd });
    const again = await generate({ cwd });
    expect(again.stale).toEqual([]);
    expect(formatDiagnostics(again.warnings)).toBe(formatDiagnostics(first.warnings));
    expect(formatDiagnostics(again.warnings)).toContain("^^^");
  });
});

describe("a document with forty mistakes", () => {
  const forty = readFileSync(new URL("golden/forty-mistakes.yaml", import.meta.url), "utf8");
  const scopes = config.replace("example.com }", "example.com, scope: reed }");

  test("has all of them told together, errors first, each with its place and how to mend it", async () => {
    const diagnostics = await told({ files: { "openapi-m2m.config.yaml": scopes, "api.yaml": forty } });
    const places = diagnostics.reduce((sum, { more = 0 }) => sum + 1 + more, 0);
    expect(places).toBeGreaterThanOrEqual(40);
    const text = formatDiagnostics(diagnostics.map((entry) => withPaths(entry, basename)));
    expect(text.match(/: (error|warning): /)?.[1]).toBe("error");
    expect(text.match(/^ {2}fix: /gm)?.length).toBe(text.match(/: (error|warning): /g)?.length);
    await expect(text).toMatchFileSnapshot("golden/forty-mistakes.txt");
  });
});
