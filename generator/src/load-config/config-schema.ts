import * as v from "valibot";
import { IMPORTED_NAMES, isIdentifier, isTakenType } from "../names.ts";
import { type UrlPart, urlProblem } from "../secure-url.ts";

const text = v.pipe(v.string("expected a string"), v.nonEmpty("expected a string that is not empty"));

/** RFC 6749 §3.2: a token endpoint may have a query, but no fragment. */
const tokenEndpoint = v.pipe(
  text,
  v.rawCheck((context) => checkUrl(context, ["fragment"])),
);

/** RFC 8414 §2: an issuer has neither query nor fragment. Paths are appended to a base URL: nothing may follow its own. */
const plainUrl = v.pipe(
  text,
  v.rawCheck((context) => checkUrl(context, ["query", "fragment"])),
);

function checkUrl({ dataset, addIssue }: v.RawCheckContext<string>, without: readonly UrlPart[]): void {
  if (!dataset.typed || dataset.issues) return;
  const message = urlProblem(dataset.value, without);
  if (message !== undefined) addIssue({ message });
}

const tokenClient = v.pipe(
  v.strictObject(
    {
      tokenEndpoint: v.optional(tokenEndpoint),
      issuer: v.optional(plainUrl),
      scope: v.optional(v.union([text, v.array(text)], "expected a scope or a list of scopes")),
      resource: v.optional(v.union([text, v.array(text)], "expected a URI or a list of URIs")),
      audience: v.optional(text),
      parameters: v.optional(v.record(v.string(), v.string("expected a string"))),
    },
    "expected an object with tokenEndpoint or issuer",
  ),
  v.check(
    (client) => client.tokenEndpoint !== undefined || client.issuer !== undefined,
    "expected a tokenEndpoint or an issuer",
  ),
);

/** As `URL.host` writes it, so that it can be compared. */
const remoteHost = v.pipe(
  text,
  v.check(
    (host) => /^[^\s/?#@\\*]+$/.test(host) && URL.canParse(`https://${host}`),
    'expected a host such as "specs.company.com" or "localhost:8080", without scheme, path and wildcard',
  ),
  v.transform((host) => new URL(`https://${host}`).host),
);

const names = v.optional(v.array(text, "expected a list"));

const operationFilter = v.pipe(
  v.strictObject(
    {
      operations: names,
      tags: names,
      paths: names,
      deprecated: v.optional(v.boolean("expected true or false")),
    },
    "expected an object with operations, tags, paths or deprecated",
  ),
  v.check(
    (filter) => Object.values(filter).flat().length > 0,
    "expected an entry at least, in operations, tags, paths or deprecated",
  ),
);

const client = v.strictObject(
  {
    spec: text,
    specRoot: v.optional(text),
    tokenClient: v.union(
      [
        text,
        v.pipe(
          v.custom<Record<string, string>>((value) => !Array.isArray(value)),
          v.record(text, text),
          v.check((schemes) => Object.keys(schemes).length > 0, "expected a security scheme at least"),
        ),
      ],
      "expected the name of a token client, or an object: security scheme to token client",
    ),
    scopes: v.optional(v.picklist(["client", "operation"], 'expected "client" or "operation"')),
    group: v.optional(v.literal("tag", 'expected "tag"')),
    baseUrl: v.optional(v.union([v.literal("document"), plainUrl], 'expected an https URL or "document"')),
    include: v.optional(operationFilter),
    exclude: v.optional(operationFilter),
  },
  "expected an object with spec and tokenClient",
);

/** Names of classes are also names of folders and of exports, hence the strictness. */
const className = v.pipe(
  v.string(),
  v.check(
    (name) =>
      isIdentifier(name) && /^[A-Z][A-Za-z\d]*$/.test(name) && !isTakenType(name) && !RESERVED.has(name),
    "expected a class name such as CatalogClient: letters and digits, beginning with a capital, not a global's name",
  ),
);

/** Imported by client.ts, or exported by index.ts beside the classes. */
const RESERVED = new Set([...IMPORTED_NAMES, "TokenClientName"]);

/** What a config may hold; anything else is a mistake. */
export const configSchema = v.strictObject(
  {
    /** For editors, of a config that is data. */
    $schema: v.optional(v.string("expected a string")),
    output: text,
    importExtension: v.optional(v.picklist(["js", "ts"], 'expected "js" or "ts"')),
    schema: v.optional(v.picklist(["d.ts", "ts"], 'expected "d.ts" or "ts"')),
    strict: v.optional(v.boolean("expected true or false")),
    remoteHosts: v.optional(v.array(remoteHost, "expected a list of hosts")),
    tokenClients: v.record(text, tokenClient, "expected an object: token client name to its definition"),
    clients: v.pipe(
      v.record(className, client, "expected an object: class name to its spec and token client"),
      v.check((clients) => Object.keys(clients).length > 0, "expected one client at least"),
    ),
  },
  "expected an object with output, tokenClients and clients",
);

export type ValidConfig = v.InferOutput<typeof configSchema>;
