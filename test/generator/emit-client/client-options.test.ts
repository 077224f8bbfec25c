import { describe, expect, test } from "vitest";
import { buildModel } from "../../../generator/src/build-model.ts";
import { emitClient } from "../../../generator/src/emit-client.ts";
import { emitSchema } from "../../../generator/src/emit-schema.ts";
import type { ClientTarget } from "../../../generator/src/model.ts";
import { verifyOutput } from "../../../generator/src/verify-output.ts";
import { compileErrors } from "../../support/compile.ts";
import { authorizedSpecOf, configOf, documentOf, okResponses } from "../../support/documents.ts";
import { addFiles, folderWith } from "../../support/folder.ts";
import { hostileTexts } from "../../support/hostile-texts.ts";

const securitySchemes = {
  machine: {
    type: "oauth2",
    flows: { clientCredentials: { tokenUrl: "https://a.example", scopes: { read: "" } } },
  },
  partner: { type: "http", scheme: "bearer" },
  "api key": { type: "apiKey", in: "header", name: "X-Key", description: "Ask the desk for one." },
  user: { type: "http", scheme: "basic" },
};

const servers = [
  { url: "https://{region}.example/v1", variables: { region: { default: "eu", enum: ["eu", "us"] } } },
  { url: "https://{tenant}.sandbox.example", variables: { tenant: {} } },
];

const get = (security: object[], rest: object = {}) => ({ get: { ...okResponses, security, ...rest } });

const paths = {
  "/machine": get([{ machine: ["read"] }]),
  "/partner": get([{ partner: [] }]),
  "/key": get([{ "api key": [], user: [] }, {}]),
  "/both": get([{ machine: ["read"], "api key": [] }], { servers: [{ url: "/beta" }] }),
};

const document = documentOf(paths, { components: { securitySchemes }, servers });
const tokenClient = { machine: "a.client", partner: "b.client" };

async function filesOf(document: unknown, target: Partial<ClientTarget>) {
  const spec = await authorizedSpecOf(document, target);
  const model = buildModel(spec);
  const files = verifyOutput(emitClient(model, emitSchema(spec, model), configOf()));
  return Object.fromEntries(files.map(({ path, content }) => [path, content]));
}

describe("a client that takes more than a token", () => {
  test("says what in its class, its options and its operations", async () => {
    const files = await filesOf(document, { tokenClient, baseUrl: "document", scopes: "operation" });
    expect(
      files["test/client.ts"],
    ).toContain(`/** Test API 1.0.0, with the tokens of \`a.client\` and \`b.client\`. */
export class TestClient<Bound extends string = "a.client" | "b.client"> extends TestMethods {
  constructor(options: TestClientOptions<Bound>) {
    super({
      name: "TestClient",
      tokenClient: ["a.client", "b.client"],
      scopes: "operation",
      servers: [
        { url: "https://{region}.example/v1", variables: { region: { default: "eu", enum: ["eu", "us"] } } },
        { url: "https://{tenant}.sandbox.example", variables: { tenant: {} } },
      ],
      credentials: [{ scheme: "api key", in: "header", name: "X-Key" }, { scheme: "user", http: "basic" }],
    }, options);
  }`);
    expect(files["test/client.ts"]).toContain(
      "`GET /key`, no token, if given credential `api key` and `user`.",
    );
    expect(files["test/client.ts"]).toContain("`GET /both`, scope `read`, credential `api key`.");
    expect(files["test/schema.d.ts"]).toContain(`/** What the constructor of \`TestClient\` takes. */
export interface TestClientOptions<Bound extends string> extends ApiClientOptions<Bound, Readonly<Record<"a.client" | "b.client", Bound>>> {
  /** What calls need besides tokens: values, or functions that give them, asked by each call that needs one. */
  readonly credentials?: {
    /**
     * API key, in the header \`X-Key\`.
     *
     * Ask the desk for one.
     */
    readonly "api key"?: CredentialSource;
    /** User name and password, for HTTP Basic. */
    readonly user?: CredentialSource<BasicCredentials>;
  };
  /** One of the document's servers; default the first. */
  readonly server?: "https://{region}.example/v1" | "https://{tenant}.sandbox.example";
  /** What the addresses of the document leave open. */
  readonly serverVariables?: {
    /** Default: \`eu\`. */
    readonly region?: "eu" | "us";
    readonly tenant?: string;
  };
}
`);
    expect(files["test/operations.ts"]).toContain('scopes: [],\n    tokenClient: "b.client",\n');
    expect(files["test/operations.ts"]).toContain('credentials: [["api key", "user"], []]');
    expect(files["test/operations.ts"]).toContain(
      'credentials: [["api key"]],\n    servers: [{ url: "/beta" }],',
    );
  });

  test("asks for a base URL where the document is not trusted", async () => {
    const files = await filesOf(document, { tokenClient });
    expect(files["test/schema.d.ts"]).toContain('  readonly baseUrl: RequiredBaseUrl["baseUrl"];\n');
    expect(files["test/schema.d.ts"]).not.toContain("serverVariables");
  });

  test("asks for no variable of one operation's server, whatever it is called", async () => {
    const own = { servers: [{ url: "https://{constructor}.example" }] };
    const files = await filesOf(documentOf({ "/a": get([], own) }, { servers: servers.slice(0, 1) }), {
      baseUrl: "document",
    });
    expect(files["test/schema.d.ts"]).toContain("    readonly constructor?: string;\n");
  });

  test("has options of any client where the document asks for nothing else", async () => {
    const files = await filesOf(
      documentOf({ "/a": get([{ machine: ["read"] }]) }, { components: { securitySchemes } }),
      {},
    );
    expect(files["test/client.ts"]).toContain(
      "constructor(options: ApiClientOptions<Bound> & RequiredBaseUrl)",
    );
  });

  test("keeps its options apart from a schema of that name", async () => {
    const schemas = { TestClientOptions: {}, CredentialSource: {} };
    const files = await filesOf({ ...document, components: { securitySchemes, schemas } }, { tokenClient });
    const types = files["test/schema.d.ts"] ?? "";
    const names = [...types.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(["TestClientOptions", "TestClientOptionsSchema", "CredentialSourceSchema"]),
    );
  });
});

const uses = `
import type { TokenManager } from "@openapi-m2m/runtime";
import { TestClient } from "./test/index.ts";

declare const tokens: TokenManager<"a.client" | "b.client">;
declare const tenants: TokenManager<"a.tenant" | "b.tenant">;
declare const lacking: TokenManager<"a.client">;

new TestClient({ tokens });
const bound: TestClient<"a.tenant" | "b.tenant"> = new TestClient({
  tokens: tenants,
  tokenClient: { "a.client": "a.tenant", "b.client": "b.tenant" },
});
new TestClient({
  tokens,
  credentials: { "api key": () => "x", user: async () => ({ username: "u", password: "p" }) },
  server: "https://{tenant}.sandbox.example",
  serverVariables: { tenant: "acme", region: "us" },
});
void bound;

// @ts-expect-error: b.client is missing
new TestClient({ tokens: lacking });
// @ts-expect-error: neither name is known
new TestClient({ tokens: tenants });
// @ts-expect-error: a name for each
new TestClient({ tokens, tokenClient: { "a.client": "a.client" } });
// @ts-expect-error: one name for two
new TestClient({ tokens, tokenClient: "a.client" });
// @ts-expect-error: misspelt
new TestClient({ tokens, credentials: { "api kye": "x" } });
// @ts-expect-error: no text
new TestClient({ tokens, credentials: { user: "x" } });
// @ts-expect-error: not one of the document's
new TestClient({ tokens, server: "https://other.example" });
// @ts-expect-error: not in the enum
new TestClient({ tokens, serverVariables: { region: "cn" } });
// @ts-expect-error: misspelt
new TestClient({ tokens, serverVariables: { regoin: "us" } });
`;

const usesOfOne = `
import type { TokenManager } from "@openapi-m2m/runtime";
import { TestClient } from "./test/index.ts";

declare const tokens: TokenManager<"test.client">;

new TestClient({ tokens, serverVariables: { tenant: "acme" } });
// @ts-expect-error: what has no default has to be given
new TestClient({ tokens });
// @ts-expect-error: the same
new TestClient({ tokens, serverVariables: {} });
// @ts-expect-error: there is but one
new TestClient({ tokens, server: "https://{tenant}.example", serverVariables: { tenant: "acme" } });
`;

describe("its types", () => {
  test("take what the document says and nothing else, under the strictest flags", {
    timeout: 60_000,
  }, async () => {
    const folder = folderWith(await filesOf(document, { tokenClient, baseUrl: "document" }));
    addFiles(folder, { "uses.ts": uses });
    expect(compileErrors(folder, ["uses.ts"])).toEqual([]);
  });

  test("ask for the variables of an only server that have no default", { timeout: 60_000 }, async () => {
    const only = documentOf(
      { "/a": { get: okResponses } },
      { servers: [{ url: "https://{tenant}.example" }] },
    );
    const folder = folderWith(await filesOf(only, { baseUrl: "document" }));
    addFiles(folder, { "uses.ts": usesOfOne });
    expect(compileErrors(folder, ["uses.ts"])).toEqual([]);
  });
});

describe("text of the document", () => {
  test.each(hostileTexts)("is only text in what a client takes: %j", { timeout: 60_000 }, async (text) => {
    const hostile = documentOf(
      {
        "/a": get([{ [text]: [] }, { b: [], c: [], d: [] }], {
          servers: [{ url: "https://{a}.example", variables: { a: { default: text } } }],
        }),
      },
      {
        components: {
          securitySchemes: {
            [text]: { type: "apiKey", in: "query", name: text, description: text },
            b: { type: "apiKey", in: "header", name: text },
            c: { type: "apiKey", in: "cookie", name: text },
            d: { type: "http", scheme: text },
          },
        },
        servers: [
          { url: "https://a.example" },
          { url: `https://{${text}}.b.example`, variables: { [text]: { default: "b", enum: [text, "b"] } } },
        ],
      },
    );
    const files = await filesOf(hostile, { baseUrl: "document" });
    const folder = folderWith(files);
    expect(compileErrors(folder, ["test/index.ts"])).toEqual([]);
  });
});
