/** What the values of a config look like, by their keys. */
const EXAMPLES: Readonly<Record<string, string>> = {
  $schema: '"./openapi-m2m.schema.json"',
  output: '"./generated"',
  importExtension: '"js"',
  schema: '"d.ts"',
  strict: "true",
  remoteHosts: '["specs.company.com"]',
  tokenClients: '{ "catalog.client": { issuer: "https://login.company.com" } }',
  clients: '{ CatalogClient: { spec: "./specs/catalog.yaml", tokenClient: "catalog.client" } }',
  tokenEndpoint: '"https://login.company.com/connect/token"',
  issuer: '"https://login.company.com"',
  scope: '"catalog:read catalog:write"',
  resource: '"urn:catalog"',
  audience: '"https://apis.company.com/catalog"',
  parameters: '{ tenant: "acme" }',
  spec: '"./specs/catalog.yaml"',
  specRoot: '"./specs"',
  tokenClient: '"catalog.client"',
  scopes: '"operation"',
  group: '"tag"',
  baseUrl: '"https://apis.company.com/catalog/"',
  include: '{ tags: ["items"] }',
  exclude: "{ deprecated: true }",
  operations: '["getItem", "GET /version"]',
  tags: '["items"]',
  paths: '["/items/**"]',
  deprecated: "true",
};

/** How the value at a path of a config is written, for whoever wrote it otherwise. */
export function exampleAt(path: readonly string[]): string {
  const [section, name, ...rest] = path;
  if (section === undefined) return "write `export default defineConfig({ output, tokenClients, clients })`";
  if (name !== undefined && rest.length === 0 && section === "tokenClients")
    return write(name, '{ issuer: "https://login.company.com" }');
  if (name !== undefined && rest.length === 0 && section === "clients")
    return write(name, '{ spec: "./specs/catalog.yaml", tokenClient: "catalog.client" }');
  // Items of a list, and names that are the user's own, are below the key that says what they are.
  const key = path.findLast((part) => Object.hasOwn(EXAMPLES, part)) ?? section;
  return write(key, EXAMPLES[key] ?? "...");
}

function write(key: string, value: string): string {
  return `write it as in ${/^[\w$]+$/.test(key) ? key : JSON.stringify(key)}: ${value}`;
}
