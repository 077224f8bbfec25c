import type { JsonObject } from "./document.ts";
import type { Diagnostic, Position } from "./errors.ts";

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
  readonly tokenClient: TokenClientName;
  /** Where the API is; `"document"` trusts the document's first server. Left out, the constructor asks for it. */
  readonly baseUrl?: string;
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
  readonly locate: (path: readonly string[]) => Position;
}

export interface ClientTarget {
  readonly className: string;
  /** Folder below `output`, in kebab case. */
  readonly folder: string;
  /** Absolute path or URL. */
  readonly spec: string;
  /** Absolute. Default: the folder of `spec`. */
  readonly specRoot?: string;
  /** As `URL.host` has them. */
  readonly remoteHosts?: readonly string[];
  /** The path relative to the config file with `/` between its parts, or the URL without its query. */
  readonly specName: string;
  readonly tokenClient: string;
  readonly baseUrl?: string;
}

/** An operation of a document with everything that its path item says added to it. */
export interface SourceOperation {
  /** `#/paths/~1items/get` */
  readonly pointer: string;
  readonly path: string;
  /** Lower case, as in the document. */
  readonly method: string;
  readonly operation: JsonObject;
  /** Those of the path item included, references resolved, one per location and name. */
  readonly parameters: readonly JsonObject[];
}

/** A document that is parsed, in one piece, of a supported version, its references all sound. */
export interface LoadedSpec {
  readonly target: ClientTarget;
  /** Every `$ref` in it has the form `#/components/<kind>/<name>`. */
  readonly document: JsonObject;
  readonly operations: readonly SourceOperation[];
  readonly warnings: readonly Diagnostic[];
  /** Where the value at a JSON pointer is; the nearest that there is for one that came from another file. */
  readonly locate: (pointer: string) => Position;
}

/** Whether a token goes with an operation, and the scopes that it needs then. */
export type Authorization =
  | { readonly token: false }
  | { readonly token: true; readonly scopes: readonly string[] };

export interface AuthorizedOperation extends SourceOperation {
  readonly authorization: Authorization;
}

/** A document whose operations say what they need of their token client. */
export interface AuthorizedSpec extends LoadedSpec {
  readonly operations: readonly AuthorizedOperation[];
  /** Every scope that the document declares or asks for, in its order. */
  readonly scopes: readonly string[];
}

/** The token client mapping applied to every document of the config. */
export interface ResolvedMapping {
  readonly specs: readonly AuthorizedSpec[];
  readonly warnings: readonly Diagnostic[];
}

/** One generated client: what the emitters print, with every name decided. */
export interface ApiModel {
  readonly className: string;
  readonly folder: string;
  readonly specName: string;
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  readonly tokenClient: string;
  readonly baseUrl?: string;
  readonly scopeType: string;
  readonly scopes: readonly string[];
  /** Name of the exported operations table. */
  readonly tableName: string;
  /** Name of its type. */
  readonly tableType: string;
  readonly aliases: readonly SchemaAlias[];
  readonly operations: readonly OperationModel[];
  readonly warnings: readonly Diagnostic[];
}

/** `name` is what generated code calls the component schema `schema`. */
export interface SchemaAlias {
  readonly name: string;
  readonly schema: string;
  /** The schema's own; never empty. */
  readonly description?: string;
}

export interface OperationModel {
  readonly name: string;
  readonly inputType: string;
  readonly resultType: string;
  readonly pointer: string;
  /** Upper case. */
  readonly method: string;
  /** As in the document: `/items/{id}`. */
  readonly pathTemplate: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated: boolean;
  /** Literal text and parameters in turn. */
  readonly path: readonly (string | ParameterModel)[];
  readonly query: readonly ParameterModel[];
  /** The parameter that is the whole query string; there are none in `query` then. */
  readonly querystring?: ParameterModel;
  readonly headers: readonly ParameterModel[];
  readonly cookies: readonly ParameterModel[];
  readonly body?: BodyModel;
  readonly responses: readonly ResponseModel[];
  readonly authorization: Authorization;
}

/** A parameter as the runtime's operations table has it: what equals OpenAPI's default is left out. */
export interface ParameterModel {
  readonly name: string;
  readonly required?: true;
  readonly style?: string;
  readonly explode?: boolean;
  readonly allowReserved?: true;
  readonly content?: string;
}

export interface BodyModel {
  readonly required: boolean;
  /** That which is sent unless a call says otherwise first; never empty. */
  readonly content: readonly RequestContentModel[];
}

/** One media type of a request body, as the runtime's operations table has it, and the type of its values. */
export interface RequestContentModel {
  readonly mediaType: string;
  readonly encoding?: Readonly<Record<string, PartEncodingModel>>;
  /** Paths of read-only values; `*` is each element of an array or each value of a map. */
  readonly readOnly?: readonly (readonly string[])[];
  readonly type: TypeModel;
}

/** How one property is written; what equals OpenAPI's default is left out. */
export interface PartEncodingModel {
  readonly contentType?: string;
  readonly style?: string;
  readonly explode?: boolean;
  readonly allowReserved?: true;
  readonly headers?: readonly ParameterModel[];
}

export interface ResponseModel {
  /** `"200"`, `"4XX"`, `"default"`. */
  readonly status: string;
  readonly outcome: "success" | "failure" | "either";
  /** Not declared, yet to be expected. */
  readonly isImplied?: true;
  /** As the runtime's operations table has it. */
  readonly content: readonly ResponseContentModel[];
  /** A union; never empty. */
  readonly types: readonly TypeModel[];
}

/** A media type; an object where reading it takes more than its name. */
export type ResponseContentModel =
  | string
  | {
      readonly mediaType: string;
      readonly data?: "text";
      readonly events?: Readonly<Record<string, "json" | "text">>;
    };

/** How the type of a body is written. */
export type TypeModel =
  | { readonly kind: "alias"; readonly name: string }
  /** Looked up in the operation's own entry of the document's types. */
  | { readonly kind: "requestBody"; readonly mediaType: string }
  | { readonly kind: "response"; readonly status: string; readonly mediaType: string }
  | { readonly kind: "string" | "bytes" | "binaryBody" | "undefined" | "unknown" };

/** A file to write; the path is relative to the output folder, with `/` between its parts. */
export interface OutputFile {
  readonly path: string;
  readonly content: string;
}
