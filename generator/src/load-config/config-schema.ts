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
      tokenEndpoint: v.pipe(
        v.optional(tokenEndpoint),
        v.description("where tokens are requested: https, or http on loopback. It or `issuer` is required"),
      ),
      issuer: v.pipe(
        v.optional(plainUrl),
        v.description(
          "the authorization server; without `tokenEndpoint`, the endpoint [is discovered](token-clients.md)",
        ),
      ),
      scope: v.pipe(
        v.optional(v.union([text, v.array(text)], "expected a scope or a list of scopes")),
        v.description(
          "a text or a list; what operations need is [checked against it](security-schemes.md#scopes). Default none: the server decides",
        ),
      ),
      resource: v.pipe(
        v.optional(v.union([text, v.array(text)], "expected a URI or a list of URIs")),
        v.description("what the tokens are for, a URI or a list of them (RFC 8707)"),
      ),
      audience: v.pipe(
        v.optional(text),
        v.description("what the tokens are for, with servers that have a parameter of this name for it"),
      ),
      parameters: v.pipe(
        v.optional(v.record(v.string(), v.string("expected a string"))),
        v.description("[further parameters](token-clients.md) of token requests, by their names on the wire"),
      ),
    },
    "expected an object with tokenEndpoint or issuer",
  ),
  v.check(
    (client) => client.tokenEndpoint !== undefined || client.issuer !== undefined,
    "expected a tokenEndpoint or an issuer",
  ),
  v.metadata({ anyOf: [{ required: ["tokenEndpoint"] }, { required: ["issuer"] }] }),
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

const names = v.array(text, "expected a list");

const operationFilter = v.pipe(
  v.strictObject(
    {
      operations: v.pipe(
        v.optional(names),
        v.description("operationIds, or methods with paths: `GET /items/{id}`"),
      ),
      tags: v.pipe(v.optional(names), v.description("tags of operations")),
      paths: v.pipe(
        v.optional(names),
        v.description("as in the document; `*` is anything within a segment, `**` anything at all"),
      ),
      deprecated: v.pipe(
        v.optional(v.boolean("expected true or false")),
        v.description("`true`: those that are deprecated; `false`: those that are not"),
      ),
    },
    "expected an object with operations, tags, paths or deprecated",
  ),
  v.check(
    (filter) => Object.values(filter).flat().length > 0,
    "expected an entry at least, in operations, tags, paths or deprecated",
  ),
);

const schemesToTokenClients = v.pipe(
  v.custom<Record<string, string>>((value) => !Array.isArray(value)),
  v.record(text, text),
  v.minEntries(1, "expected a security scheme at least"),
);

const client = v.strictObject(
  {
    spec: v.pipe(text, v.description("a file, or a URL")),
    tokenClient: v.pipe(
      v.union(
        [text, schemesToTokenClients],
        "expected the name of a token client, or an object: security scheme to token client",
      ),
      v.description(
        "the name of a token client, or an object from [security scheme](security-schemes.md#several-token-clients) to name",
      ),
    ),
    scopes: v.pipe(
      v.optional(v.picklist(["client", "operation"], 'expected "client" or "operation"')),
      v.description(
        '`"client"`: calls ask for what the token client does; `"operation"`: for [what the operation declares](security-schemes.md#scopes). Default `"client"`',
      ),
    ),
    baseUrl: v.pipe(
      v.optional(v.union([v.literal("document"), plainUrl], 'expected an https URL or "document"')),
      v.description(
        'where calls go; `"document"` [trusts the document\'s servers](security-schemes.md#servers). Default none: the constructor requires it',
      ),
    ),
    include: v.pipe(
      v.optional(operationFilter),
      v.description("[which operations](documents.md#which-operations) become methods; default all"),
    ),
    exclude: v.pipe(
      v.optional(operationFilter),
      v.description("which of them are left out all the same; default none"),
    ),
    group: v.pipe(
      v.optional(v.literal("tag", 'expected "tag"')),
      v.description(
        '`"tag"`: methods [stand together by tag](generated-clients.md#groups); default one class',
      ),
    ),
    specRoot: v.pipe(
      v.optional(text),
      v.description(
        "the folder that has [all files of the document](documents.md#where-files-may-be); default that of `spec`",
      ),
    ),
  },
  "expected an object with spec and tokenClient",
);

/** Names of classes are also names of folders and of exports, hence the strictness. */
const CLASS_NAME = /^[A-Z][A-Za-z\d]*$/;

const className = v.pipe(
  v.string(),
  v.check(
    (name) => isIdentifier(name) && CLASS_NAME.test(name) && !isTakenType(name) && !RESERVED.has(name),
    "expected a class name such as CatalogClient: letters and digits, beginning with a capital, not a global's name",
  ),
  v.metadata({ pattern: CLASS_NAME.source }),
);

/** Imported by client.ts, or exported by index.ts beside the classes. */
const RESERVED = new Set([...IMPORTED_NAMES, "TokenClientName"]);

/**
 * What a config may hold; anything else is a mistake.
 *
 * Descriptions are for docs/config.md and, without their links, for editors: `npm run config-reference`.
 */
export const configSchema = v.strictObject(
  {
    output: v.pipe(text, v.description("the folder of what is generated")),
    tokenClients: v.pipe(
      v.record(text, tokenClient, "expected an object: token client name to its definition"),
      v.description("token clients by name"),
    ),
    clients: v.pipe(
      v.record(className, client, "expected an object: class name to its spec and token client"),
      v.minEntries(1, "expected one client at least"),
      v.description("clients by the name of their class. `CatalogClient` is written to the folder `catalog`"),
    ),
    strict: v.pipe(
      v.optional(v.boolean("expected true or false")),
      v.description(
        "`true`: [what a document gets wrong](documents.md#what-a-document-gets-wrong) is an error, not a warning; default `false`",
      ),
    ),
    remoteHosts: v.pipe(
      v.optional(v.array(remoteHost, "expected a list of hosts")),
      v.description("[hosts](documents.md#where-files-may-be) that references may lead to; default none"),
    ),
    importExtension: v.pipe(
      v.optional(v.picklist(["js", "ts"], 'expected "js" or "ts"')),
      v.description(
        '`"ts"` or `"js"`, how [generated imports end](generated-clients.md#how-imports-end); default what `tsconfig.json` calls for',
      ),
    ),
    schema: v.pipe(
      v.optional(v.picklist(["d.ts", "ts"], 'expected "d.ts" or "ts"')),
      v.description(
        '`"d.ts"` or `"ts"`, how the file of types ends; default `"d.ts"`. `"ts"` is for packages that publish what tsc builds',
      ),
    ),
    $schema: v.pipe(
      v.optional(v.string("expected a string")),
      v.description("ignored: [for editors](#in-an-editor)"),
    ),
  },
  "expected an object with output, tokenClients and clients",
);

export type ValidConfig = v.InferOutput<typeof configSchema>;
