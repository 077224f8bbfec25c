import { spawnSync } from "node:child_process";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { GeneratorError } from "../../generator/src/errors.ts";
import { documentOf } from "../support/documents.ts";
import { emitted } from "../support/emitted-clients.ts";
import { folderWith } from "../support/folder.ts";

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** A document whose only operation takes and gives the schema `S0`. */
const documentWithSchemas = (schemas: Record<string, unknown>) => {
  const content = { "application/json": { schema: ref("S0") } };
  const post = { requestBody: { content }, responses: { 200: { description: "", content } } };
  return documentOf({ "/things": { post } }, { components: { schemas } });
};

/** `S0` is made of `S1`, that of `S2`, and so on. */
const chain = (length: number, link: (next: Record<string, string>, index: number) => unknown) =>
  documentWithSchemas(
    Object.fromEntries(
      range(length).map((index) => [
        `S${index}`,
        index === length - 1 ? { type: "string" } : link(ref(`S${index + 1}`), index),
      ]),
    ),
  );

const nested = (depth: number, wrap: (inner: unknown) => unknown) =>
  range(depth).reduce<unknown>((inner) => wrap(inner), { type: "string" });

/** `GET /p0`, `GET /p1`, ... */
const operations = (count: number, operation: (index: number) => unknown) =>
  documentOf(Object.fromEntries(range(count).map((index) => [`/p${index}`, { get: operation(index) }])));

const readOnlyId = { type: "string", readOnly: true };

/** Small documents that stand for something huge, or that naive ways of reading take forever for. */
const BOMBS: readonly (readonly [string, () => unknown])[] = [
  ["a chain of references", () => chain(5000, (next) => next)],
  ["a chain of allOf", () => chain(3000, (next) => ({ allOf: [next] }))],
  ["allOf that doubles sixty times", () => chain(60, (next) => ({ allOf: [next, next] }))],
  ["oneOf that doubles sixty times", () => chain(60, (next) => ({ oneOf: [next, next] }))],
  [
    "properties that double sixty times, read-only ones among them",
    () => chain(60, (next) => ({ type: "object", properties: { a: next, b: next, id: readOnlyId } })),
  ],
  [
    "schemas that all have each other",
    () => {
      const all = Object.fromEntries(range(20).map((index) => [`p${index}`, ref(`S${index}`)]));
      const schema = { type: "object", properties: { ...all, id: readOnlyId } };
      return documentWithSchemas(Object.fromEntries(range(20).map((index) => [`S${index}`, schema])));
    },
  ],
  ["allOf in allOf", () => documentWithSchemas({ S0: nested(200, (inner) => ({ allOf: [inner] })) })],
  ["lists in lists", () => documentWithSchemas({ S0: nested(200, (inner) => ({ items: inner })) })],
  [
    "a reference into itself",
    () => documentWithSchemas({ S0: { ...ref("S0/properties/a"), properties: {} } }),
  ],
  [
    "a reference that grows",
    () => documentWithSchemas({ S0: { properties: { a: ref(`S0${"/properties/a".repeat(2000)}`) } } }),
  ],
  ["an enum of fifty thousand values", () => documentWithSchemas({ S0: { enum: range(50_000) } })],
  ["one operationId for five thousand operations", () => operations(5000, () => ({ operationId: "get" }))],
  ["paths that are all braces", () => documentOf({ [`/${"{".repeat(300_000)}`]: { get: {} } })],
  ["a path of ten thousand parameters", () => documentOf({ [`/${"{a}/".repeat(10_000)}`]: { get: {} } })],
  [
    "an operationId of a million letters",
    () => operations(1, () => ({ operationId: "a".repeat(1_000_000) })),
  ],
  ["a description of a million stars", () => operations(1, () => ({ description: "*".repeat(1_000_000) }))],
  [
    "a description of a million spaces",
    () => operations(1, () => ({ summary: `a${" ".repeat(1_000_000)}b` })),
  ],
  [
    "ten thousand statuses that are none",
    () => operations(1, () => ({ responses: Object.fromEntries(range(10_000).map((n) => [`x${n}`, {}])) })),
  ],
  [
    "ten thousand alternatives of security",
    () => operations(1, () => ({ security: range(10_000).map((n) => ({ [`s${n}`]: [] })) })),
  ],
  [
    "a circle of path items",
    () =>
      documentOf({
        "/ok": { get: {} },
        ...Object.fromEntries(range(1000).map((n) => [`/a${n}`, { $ref: `#/paths/~1a${(n + 1) % 1000}` }])),
      }),
  ],
];

/** `POST /p0`, `POST /p1`, ..., each with a body of the schema. */
const bodies = (count: number, mediaType: string, schema: (index: number) => unknown) =>
  range(count).map((index) => {
    const requestBody = { content: { [mediaType]: { schema: schema(index) } } };
    return [`/p${index}`, { post: { requestBody, responses: { 204: { description: "" } } } }];
  });

const documentOfBodies = (paths: (string | object)[][], schemas: Record<string, unknown>) =>
  documentOf(Object.fromEntries(paths), { components: { schemas } });

/** Read-only properties are looked for in ways that must not multiply: ways to a schema, names, schemas, operations. */
const READ_ONLY_BOMBS: readonly (readonly [string, () => unknown])[] = [
  [
    "a property whose allOf multiplies by ten twelve times",
    () => {
      const levels = range(12).map((index) => [
        `L${index}`,
        { allOf: range(10).map(() => ref(`L${index + 1}`)) },
      ]);
      const S0 = { type: "object", properties: { p: ref("L0"), id: readOnlyId } };
      return documentWithSchemas({ S0, L12: { type: "string" }, ...Object.fromEntries(levels) });
    },
  ],
  [
    "forms of many required properties, all of one schema of many parts",
    () => {
      const names = range(100).map((index) => `p${index}`);
      const properties = Object.fromEntries(names.map((name) => [name, ref("X")]));
      const parts = range(50).map((index) => [`B${index}`, { required: names, properties }]);
      const X = { allOf: range(900).map((index) => ({ description: `${index}` })) };
      const A = { allOf: parts.map(([name]) => ref(name as string)) };
      return documentOfBodies(
        bodies(40, "multipart/form-data", () => ref("A")),
        { X, A, ...Object.fromEntries(parts) },
      );
    },
  ],
  [
    "bodies that are all made of a thousand schemas with read-only properties",
    () => {
      const properties = (index: number) =>
        Object.fromEntries(range(10).map((name) => [`p${index}_${name}`, readOnlyId]));
      const A = { allOf: range(990).map((index) => ({ properties: properties(index) })) };
      const schema = (index: number) => ({ allOf: [ref("A")], properties: { [`z${index}`]: readOnlyId } });
      return documentOfBodies(bodies(10, "application/json", schema), { A });
    },
  ],
];

describe("read-only properties are found soon in", () => {
  test.each(READ_ONLY_BOMBS)("%s", { timeout: 30_000 }, async (_, document) => {
    const folder = folderWith({ "api.json": document() });
    const start = performance.now();
    await emitted(join(folder, "api.json"));
    expect(performance.now() - start).toBeLessThan(4000);
  });
});

describe("a document of", () => {
  test.each(BOMBS)("%s is generated, or refused, soon", { timeout: 30_000 }, async (_, document) => {
    const folder = folderWith({ "api.json": document() });
    const start = performance.now();
    await emitted(join(folder, "api.json")).catch((error: unknown) => {
      if (!(error instanceof GeneratorError)) throw error;
    });
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

/** The command line in a process that may not have more memory than this. */
function generateWithin(megabytes: number, cwd: string) {
  const cli = fileURLToPath(new URL("../../generator/src/cli.ts", import.meta.url));
  const node = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));
  const { status, stderr } = spawnSync(
    node,
    ["--no-warnings", `--max-old-space-size=${megabytes}`, cli, "generate"],
    { cwd, encoding: "utf8" },
  );
  return { status, stderr };
}

const config = {
  output: "./generated",
  importExtension: "ts",
  tokenClients: { "a.client": { issuer: "https://login.example.com" } },
  clients: { TestClient: { spec: "./api.yaml", tokenClient: "a.client" } },
};

const aliases = range(30).map((index) => `x${index + 1}: &x${index + 1} { a: *x${index}, b: *x${index} }`);

describe("little memory is enough to refuse", () => {
  test.each([
    ["100 MB", "", 100_000_000, "is larger than 64 MiB"],
    ["a billion aliases", `x0: &x0 { a: b }\n${aliases.join("\n")}`, undefined, "too many values"],
    ["sixty million brackets", "[".repeat(60_000_000), undefined, "is nested more than 250 levels deep"],
    ["five million values", `a: [${"{},".repeat(5_000_000)}]`, undefined, "too many values"],
  ])("%s", { timeout: 60_000 }, (_, text, size, message) => {
    const cwd = folderWith({ "openapi-m2m.config.json": config, "api.yaml": text });
    if (size !== undefined) truncateSync(join(cwd, "api.yaml"), size);
    const { status, stderr } = generateWithin(300, cwd);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });
});
