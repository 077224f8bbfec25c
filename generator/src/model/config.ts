import type { Aspect, Diagnostic, Position } from "../errors.ts";

/** What the mapping says of a token client; credentials and secrets come at run time, never from here. */
export interface TokenClientMapping {
  /** https, or http on loopback. One of `tokenEndpoint` and `issuer` is needed. */
  readonly tokenEndpoint?: string;
  /** Found through discovery (RFC 8414, OpenID Connect). */
  readonly issuer?: string;
  /** A list, or separated by spaces. Generation fails if an operation needs a scope that is not among these. */
  readonly scope?: string | readonly string[];
  /** RFC 8707. */
  readonly resource?: string | readonly string[];
  readonly audience?: string;
  /** Further parameters of every token request, by their names on the wire. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** One generated client. */
export interface ClientConfig<TokenClientName extends string = string> {
  /** Path of an OpenAPI document, relative to the config file, or an https URL. */
  readonly spec: string;
  /** Folder below which all files of the document are, relative to the config file. Default: the document's own. */
  readonly specRoot?: string;
  /**
   * Whose tokens go along. By security scheme, `{ machine: "catalog.client" }`: then a token satisfies the schemes
   * named here and no others, which are credentials of the constructor.
   */
  readonly tokenClient: TokenClientName | Readonly<Record<string, TokenClientName>>;
  /**
   * What a call asks for: `"operation"`, just the scopes that its operation declares, with a token for each set of
   * them; `"client"`, the default, all that its token client asks for.
   */
  readonly scopes?: "client" | "operation";
  /** `"tag"`: methods are grouped by the first tag of their operations, `client.orders.list()`. Default: none are. */
  readonly group?: "tag";
  /**
   * Where the API is; `"document"` trusts the document's servers, those of single operations too. Left out, the
   * constructor asks for it.
   */
  readonly baseUrl?: string;
  /**
   * Only the operations that this is about become methods, and only the schemas that they use are generated.
   * Default: all.
   */
  readonly include?: OperationFilter;
  /** The operations that this is about are left out, also of those that are included. Default: none. */
  readonly exclude?: OperationFilter;
}

/** It is about an operation when one of its entries is. */
export interface OperationFilter {
  /** operationIds, or methods with paths: `"GET /items/{id}"`. */
  readonly operations?: readonly string[];
  readonly tags?: readonly string[];
  /** As in the document: `"/items/{id}"`; `*` is anything within a segment, `**` anything at all. */
  readonly paths?: readonly string[];
  /** Those that are deprecated, or those that are not. */
  readonly deprecated?: boolean;
}

/** The content of `openapi-m2m.config.ts`. */
export interface UserConfig<TokenClientName extends string = string> {
  /** Folder of the generated clients, relative to the config file. Its files are the generator's own. */
  readonly output: string;
  /** How generated imports end. Default: as the nearest tsconfig.json above `output` wants; without one, `"ts"`. */
  readonly importExtension?: FileEndings["importExtension"];
  /**
   * How the files of a document's types end. Default: `"d.ts"`, of which nothing can run. `"ts"` is for those who
   * publish declarations: tsc copies no `.d.ts` into its output, and those of the clients would import what is not there.
   */
  readonly schema?: FileEndings["schema"];
  /**
   * Hosts that the `$ref`s of documents may lead to, and redirects: `"specs.company.com"`, `"localhost:8080"`. Over
   * https only, http on loopback. A document at a URL may refer to its own host without being named here.
   */
  readonly remoteHosts?: readonly string[];
  /** Takes what a document gets wrong for an error, instead of working around it with a warning. Default: false. */
  readonly strict?: boolean;
  readonly tokenClients: Readonly<Record<TokenClientName, TokenClientMapping>>;
  /** Class name to what it is generated from. */
  readonly clients: Readonly<Record<string, ClientConfig<NoInfer<TokenClientName>>>>;
}

/** How generated files end, and the imports of them. */
export interface FileEndings {
  readonly importExtension: "js" | "ts";
  readonly schema: "d.ts" | "ts";
}

/** A validated mapping, its paths absolute. */
export interface Config extends FileEndings {
  /** Absolute. */
  readonly file: string;
  readonly output: string;
  readonly tokenClients: Readonly<Record<string, TokenClientMapping>>;
  readonly clients: readonly ClientTarget[];
  /** Where in the config file the value at this path is. */
  readonly locate: (path: readonly string[], aspect?: Aspect) => Position;
}

export interface ClientTarget {
  readonly className: string;
  /** Why its document is not read: what the config says of where it is, is wrong. */
  readonly problems?: readonly Diagnostic[];
  /** Folder below `output`, in kebab case. */
  readonly folder: string;
  /** Absolute path or URL. */
  readonly spec: string;
  /** Absolute. Default: the folder of `spec`. */
  readonly specRoot?: string;
  /** As `URL.host` has them. */
  readonly remoteHosts?: readonly string[];
  readonly strict?: boolean;
  /** The path relative to the config file with `/` between its parts, or the URL without its query. */
  readonly specName: string;
  /** Of all that a token can satisfy, or by security scheme. */
  readonly tokenClient: string | Readonly<Record<string, string>>;
  readonly scopes?: "client" | "operation";
  readonly group?: "tag";
  readonly baseUrl?: string;
  readonly include?: readonly FilterEntry[];
  readonly exclude?: readonly FilterEntry[];
}

/** One entry of a filter, and where the config has it. */
export interface FilterEntry {
  readonly by: keyof OperationFilter;
  readonly value: string | boolean;
  /** `clients.CatalogClient.include.tags[0]` */
  readonly pointer: string;
  readonly at: Position;
}
