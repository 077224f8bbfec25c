/** A parameter as its document declares it; what equals OpenAPI's default is left out. */
export interface Parameter {
  readonly name: string;
  readonly required?: true;
  /** Default: `simple` in path and header, `form` in query and cookie; `tabDelimited` is the `tsv` of Swagger 2.0. */
  readonly style?:
    | "simple"
    | "label"
    | "matrix"
    | "form"
    | "spaceDelimited"
    | "pipeDelimited"
    | "tabDelimited"
    | "deepObject"
    | "cookie";
  /** Default: true for `form`, `deepObject` and `cookie`, false otherwise. */
  readonly explode?: boolean;
  readonly allowReserved?: true;
  /** What a value may be besides one text, `any` for lists and objects; default: nothing, since either sends other names. */
  readonly type?: "array" | "object" | "any";
  /** Media type of a parameter declared by `content`; its value is serialised as that, not by `style`. */
  readonly content?: string;
  /** How the properties of a query string that is a form are written. */
  readonly encoding?: Readonly<Record<string, PartEncoding>>;
}

/** The request body of an operation, by its media types. */
export interface RequestBody {
  readonly required?: true;
  /** The first is sent unless a call says otherwise; never empty. */
  readonly content: readonly RequestContent[];
}

/** One media type of a request body. */
export interface RequestContent {
  /** As the document has it; a range such as `image/*` too. */
  readonly mediaType: string;
  /** How properties of a form or parts of a multipart body are written, by property name. */
  readonly encoding?: Readonly<Record<string, PartEncoding>>;
  /** How the first parts of a multipart body that is a list are written. */
  readonly prefixEncoding?: readonly PartEncoding[];
  /** How its other parts are. */
  readonly itemEncoding?: PartEncoding;
  /** Properties that a form or multipart body must have. */
  readonly required?: readonly string[];
  /** Where read-only values are, which are left out. */
  readonly readOnly?: ReadOnlyValues;
}

/** Where a value has others in it that are read-only. */
export interface ReadOnlyValues {
  readonly shape: ReadOnlyPlace;
  /** What is referred to by name; those of one client share it. */
  readonly shapes?: Readonly<Record<string, ReadOnlyShape>>;
}

/** A shape, or the name of one: a tree's child is a tree. */
export type ReadOnlyPlace = string | ReadOnlyShape;

/** What of a list or an object is read-only; what leads to nothing that is has no place in it. */
export interface ReadOnlyShape {
  /** Properties that are. */
  readonly omit?: readonly string[];
  /** Properties that may have such values in theirs. */
  readonly properties?: Readonly<Record<string, ReadOnlyPlace>>;
  /** The values of all other properties. */
  readonly additionalProperties?: ReadOnlyPlace;
  /** The first items of a list. */
  readonly prefixItems?: readonly ReadOnlyPlace[];
  /** Its other items. */
  readonly items?: ReadOnlyPlace;
}

/** One body of an answer: its media type, which says how it is read, or more where it takes more. */
export type ResponseContent = string | DescribedContent;

/** What a media type alone does not tell. */
export interface DescribedContent {
  readonly mediaType: string;
  /** Its data is of another type than that of those before it: such a success is only for who asks for it. */
  readonly isAlternative?: true;
  /** How the data of server-sent events is read; default `json`. */
  readonly data?: "json" | "text";
  /** Events whose data is read otherwise, by name. */
  readonly events?: Readonly<Record<string, "json" | "text">>;
}

/** OpenAPI's Encoding Object; what equals its default is left out. */
export interface PartEncoding extends Pick<RequestContent, "encoding" | "prefixEncoding" | "itemEncoding"> {
  /** One media type, several with commas between them, or a range. */
  readonly contentType?: string;
  readonly style?: NonNullable<Parameter["style"]>;
  readonly explode?: boolean;
  readonly allowReserved?: true;
  /** Of a property with a style, as that of a {@link Parameter}. */
  readonly type?: NonNullable<Parameter["type"]>;
  /** Headers that a part may have. */
  readonly headers?: readonly Parameter[];
}

/** An address of an API, as a document has it. */
export interface Server {
  /** With variables: `https://{region}.example.com/v1`; relative where the document is served by the API itself. */
  readonly url: string;
  readonly variables?: Readonly<Record<string, ServerVariable>>;
}

export interface ServerVariable {
  /** Absent where the document has none: whoever uses the server has to give a value then. */
  readonly default?: string;
  /** The only values there are. */
  readonly enum?: readonly string[];
}

/**
 * What one generated method sends and may receive: data, with nothing to run.
 *
 * The generator emits one per method; mocks and reports read it too.
 */
export interface Operation {
  /** Upper case, as it goes on the wire. */
  readonly method: string;
  /** Literal text and parameters in turn: `["/items/", { name: "id" }]`. */
  readonly path: readonly (string | Parameter)[];
  readonly query?: readonly Parameter[];
  /** The parameter that is the whole query string, declared by `content`; its value is the input's `query`. */
  readonly querystring?: Parameter;
  readonly headers?: readonly Parameter[];
  readonly cookies?: readonly Parameter[];
  readonly body?: RequestBody;
  /** Declared status (`"200"`, `"4XX"`, `"default"`) to its media types, the preferred one first; an empty list means no body. */
  readonly responses: Readonly<Record<string, readonly ResponseContent[]>>;
  /** Scopes the document asks for; absent when the operation is public and no token goes with it. */
  readonly scopes?: readonly string[];
  /** Whose token goes along, where it is not that of the client's first token client. */
  readonly tokenClient?: string;
  /**
   * Credentials to send besides the token, by the names of their security schemes: `[["apiKey"], ["user", "app"]]`.
   * One of the lists is enough, all of its names are needed; an empty list means that they may be left out.
   */
  readonly credentials?: readonly (readonly string[])[];
  /** Where the operation is, when it has servers of its own; the first is the default. */
  readonly servers?: readonly Server[];
}
