import type { Diagnostic } from "./errors.ts";
import type { TypeModel } from "./model/body-type.ts";
import type { LoadedSpec, ReadOnlyPlace, ReadOnlyShape, SourceOperation } from "./model/loaded-spec.ts";
import type { AcceptModel, ResponseModel } from "./model/responses.ts";
import type { Authorization, CredentialModel, ServerModel } from "./model/security.ts";

export type { ApiChanges, ChangedOperation, ChangedPart, OperationName } from "./model/api-changes.ts";
export type { TypeModel } from "./model/body-type.ts";
export type {
  ClientConfig,
  ClientTarget,
  Config,
  FileEndings,
  FilterEntry,
  OperationFilter,
  TokenClientMapping,
  UserConfig,
} from "./model/config.ts";
export type {
  LoadedSpec,
  ReadOnlyPlace,
  ReadOnlyShape,
  SecurityRequirement,
  SourceOperation,
} from "./model/loaded-spec.ts";
export type {
  AccessFinding,
  AccessReport,
  CallAccess,
  ClientAccess,
  Effect,
  EffectCounts,
  FindingKind,
  Guard,
  OperationAccess,
  ScopeAccess,
  TokenClientAccess,
  TokenReach,
} from "./model/report.ts";
export type { AcceptModel, ResponseContentModel, ResponseModel } from "./model/responses.ts";
export type {
  Authorization,
  CredentialModel,
  CredentialScheme,
  ServerModel,
  ServerVariableModel,
} from "./model/security.ts";

export interface AuthorizedOperation extends SourceOperation {
  readonly authorization: Authorization;
}

/** A document whose operations say what they need of their token client. */
export interface AuthorizedSpec extends LoadedSpec {
  readonly operations: readonly AuthorizedOperation[];
  /** Those of the mapping, the default first. */
  readonly tokenClients: readonly string[];
  /** What operations need besides tokens, in the order of the document's schemes. */
  readonly credentials: readonly CredentialModel[];
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
  /** Those whose tokens its operations take; the first is the default. */
  readonly tokenClients: readonly string[];
  /** Whether each call asks for the scopes of its operation, and not for those of its token client. */
  readonly asksByOperation: boolean;
  /** Other credentials that its operations take. */
  readonly credentials: readonly CredentialModel[];
  readonly baseUrl?: string;
  /** To choose from, instead of a base URL; the first is the default. */
  readonly servers?: readonly ServerModel[];
  /** Name for the options of the constructor, where they are more than any client's. */
  readonly optionsType: string;
  readonly scopeType: string;
  readonly scopes: readonly string[];
  /** Name of the class that the client's inherits its methods from. */
  readonly methodsClass: string;
  /** Name of the exported operations table. */
  readonly tableName: string;
  /** Name of its type. */
  readonly tableType: string;
  readonly aliases: readonly SchemaAlias[];
  readonly enums: readonly EnumModel[];
  /** Empty when all operations are methods of the client itself. */
  readonly groups: readonly GroupModel[];
  readonly operations: readonly OperationModel[];
  /** What places of read-only values refer to by name. */
  readonly readOnlyShapes: Readonly<Record<string, ReadOnlyShape>>;
  readonly warnings: readonly Diagnostic[];
}

/** The values of a component schema that lists them; `name` is the constant's, `type` the schema's own. */
export interface EnumModel {
  readonly name: string;
  readonly type: string;
  readonly values: readonly (string | number)[];
}

/** `name` is what generated code calls the component schema `schema`. */
export interface SchemaAlias {
  readonly name: string;
  readonly schema: string;
}

/** A property of the client whose methods are operations of one tag. */
export interface GroupModel {
  readonly name: string;
  readonly className: string;
  /** The tag's own; never empty. */
  readonly description?: string;
}

export interface OperationModel {
  /** Of the method. */
  readonly name: string;
  /** Name of the group whose method it is; undefined for one of the client itself. */
  readonly group?: string;
  /** Its entry in the document's types. */
  readonly key: string;
  readonly inputType: string;
  readonly resultType: string;
  /** Of the result by what a call accepts; undefined where that makes no difference. */
  readonly resultsType?: string;
  /** Of a call that asks for texts and bytes as they come, by what it accepts too; undefined where no success is one. */
  readonly streamedType?: string;
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
  /** What a call may accept, the default first; empty where there is nothing to choose. */
  readonly accepts: readonly AcceptModel[];
  readonly authorization: Authorization;
  /** Of its own; the first is the default. */
  readonly servers?: readonly ServerModel[];
}

/** A parameter as the runtime's operations table has it: what equals OpenAPI's default is left out. */
export interface ParameterModel {
  readonly name: string;
  readonly required?: true;
  readonly style?: string;
  readonly explode?: boolean;
  readonly allowReserved?: true;
  /** What a value may be besides one text. */
  readonly type?: "array" | "object" | "any";
  readonly content?: string;
  /** Of a query string that is a form. */
  readonly encoding?: Readonly<Record<string, PartEncodingModel>>;
}

export interface BodyModel {
  readonly required: boolean;
  /** The first is sent unless a call says otherwise; never empty. */
  readonly content: readonly RequestContentModel[];
}

/** One media type of a request body, as the runtime's operations table has it, and the type of its values. */
export interface RequestContentModel extends EncodingsModel {
  readonly mediaType: string;
  /** What the media types of a range begin and end with: a call says which it means. */
  readonly range?: { readonly prefix: string; readonly suffix: string };
  /** Properties that a form must have. */
  readonly required?: readonly string[];
  /** Where read-only values are. */
  readonly readOnly?: ReadOnlyPlace;
  readonly type: TypeModel;
}

/** How the properties, or the items, of a form or multipart body are written. */
export interface EncodingsModel {
  readonly encoding?: Readonly<Record<string, PartEncodingModel>>;
  readonly prefixEncoding?: readonly PartEncodingModel[];
  readonly itemEncoding?: PartEncodingModel;
}

/** How one of them is written; what equals OpenAPI's default is left out. */
export interface PartEncodingModel extends EncodingsModel {
  readonly contentType?: string;
  readonly style?: string;
  readonly explode?: boolean;
  readonly allowReserved?: true;
  /** Of a property with a style, as that of a parameter. */
  readonly type?: NonNullable<ParameterModel["type"]>;
  readonly headers?: readonly ParameterModel[];
}

/** A file to write; the path is relative to the output folder, with `/` between its parts. */
export interface OutputFile {
  readonly path: string;
  readonly content: string;
}
