import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configSchema } from "../generator/src/load-config/config-schema.ts";
import { readSources } from "./support/architecture.ts";
import { compileErrors } from "./support/compile.ts";
import { folderWith } from "./support/folder.ts";
import { namedSnippets } from "./support/named-snippets.ts";

const ROOT = new URL("../", import.meta.url);

const PAGES = [
  "README.md",
  "runtime/README.md",
  "generator/README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  ...readdirSync(new URL("docs", ROOT)).map((name) => `docs/${name}`),
];

/** What the pages use without saying where it is from: their prose does. */
const PRELUDE = `
import type * as crypto from "node:crypto";
import type * as runtime from "@openapi-m2m/runtime";
import type { ApiClientOptions, BasicCredentials, CredentialSource } from "@openapi-m2m/runtime/codegen/v1";
import type * as generated from "./generated/index.ts";
import type { CatalogScope as Scope } from "./generated/catalog/index.ts";

interface OrdersClientOptions extends ApiClientOptions<generated.TokenClientName> {
  readonly credentials?: {
    readonly apiKey?: CredentialSource;
    readonly legacyUser?: CredentialSource<BasicCredentials>;
  };
  readonly server?: "https://{region}.orders.example/v2" | "https://sandbox.orders.example";
  readonly serverVariables?: { readonly region?: "eu" | "us" };
}

interface Tenant { readonly issuer: string; readonly clientId: string; readonly secret: string }

declare global {
  type CatalogScope = Scope;
  type TokenRequestEvent = runtime.TokenRequestEvent;
  const CatalogClient: typeof generated.CatalogClient;
  const clientAssertionFrom: typeof runtime.clientAssertionFrom;
  const clientSecretBasic: typeof runtime.clientSecretBasic;
  const createTokenManager: typeof runtime.createTokenManager;
  const dpopKey: typeof runtime.dpopKey;
  const generateKeyPairSync: typeof crypto.generateKeyPairSync;
  const tokenClients: typeof generated.tokenClients;
  const unwrap: typeof runtime.unwrap;
  const catalog: generated.CatalogClient;
  const invoices: generated.InvoiceClient;
  const tokens: runtime.TokenManager<generated.TokenClientName>;
  const clients: Record<"catalog.client", runtime.TokenClient>;
  const clientAuthentication: runtime.ClientAuthentication;
  const production: runtime.TokenClientCredentials;
  const tenant: runtime.TokenClient;
  const OrdersClient: new (options: OrdersClientOptions) => object;
  const vault: { read(name: string): Promise<string> };
  const database: { findTenant(name: string): Promise<Tenant | undefined> };
  const [clientId, issuer, key, secret, tenantUrl]: readonly [string, string, string, string, string];
}
`;

function listBlocks(page: string): [path: string, text: string][] {
  const text = readFileSync(new URL(page, ROOT), "utf8");
  return [...text.matchAll(/(?<=^```ts\n).*?(?=^```$)/gms)].map(({ 0: code, index }) => {
    const line = text.slice(0, index).split("\n").length;
    return [`${page.replace(/\W/g, "-")}-line-${line}.ts`, `${code}export {};\n`];
  });
}

const blocks = Object.fromEntries(PAGES.flatMap(listBlocks));

/** As GitHub names the headings of a page. */
function anchorsOf(page: URL): string[] {
  const headings = readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  const links = readFileSync(new URL(page, ROOT), "utf8").matchAll(/\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)/g);
  const broken = [...links].filter(([, path = "", anchor = ""]) => {
    const target = new URL(path, new URL(page, ROOT));
    return !existsSync(target) || (anchor !== "" && !anchorsOf(target).includes(anchor));
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

/** The keys that a schema of valibot allows, at any depth. */
function keysOf(schema: object): string[] {
  const keys = "entries" in schema ? Object.keys(Object(schema.entries)) : [];
  const parts = Object.values(schema).filter((part) => typeof part === "object" && part !== null);
  return [...keys, ...parts.flatMap(keysOf)];
}

test("docs/report.md says what every kind of finding means", () => {
  const source = readFileSync(new URL("generator/src/model/report.ts", ROOT), "utf8");
  const [, union = ""] = /type FindingKind =([^;]*);/.exec(source) ?? [];
  const kinds = [...union.matchAll(/"(.*?)"/g)].map(([, kind]) => kind);
  expect(kinds).toContain("unneeded-scopes");
  const page = readFileSync(new URL("docs/report.md", ROOT), "utf8");
  expect([...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, kind]) => kind).toSorted()).toEqual(
    kinds.toSorted(),
  );
});

test("docs/config.md names every key of the config", () => {
  const page = readFileSync(new URL("docs/config.md", ROOT), "utf8");
  const keys = keysOf(configSchema);
  expect(keys).toContain("specRoot");
  expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

test.each(["runtime/src/errors.ts", "generator/src/errors.ts"])(
  "docs/errors.md names every code of %s",
  (path) => {
    const page = readFileSync(new URL("docs/errors.md", ROOT), "utf8");
    const codes = readFileSync(new URL(path, ROOT), "utf8").match(/(?<=")ERR_\w+(?=")/g) ?? [];
    expect(codes).not.toEqual([]);
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  },
);

test("every snippet of a page compiles", () => {
  expect(Object.keys(blocks).length).toBeGreaterThan(PAGES.length);
  const generated = Object.fromEntries(readSources("generated"));
  const files = Object.assign({}, ...PAGES.map(namedSnippets));
  const folder = folderWith({ ...generated, ...files, ...blocks, "prelude.ts": PRELUDE });
  const errors = compileErrors(folder, ["prelude.ts", ...Object.keys(blocks)]);
  // A snippet shows how to get something, and not always what it is for.
  expect(errors.filter((error) => !/never (read|used)/.test(error))).toEqual([]);
});
