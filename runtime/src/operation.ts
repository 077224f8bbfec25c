/** A parameter as its document declares it; what equals OpenAPI's default is left out. */
export interface Parameter {
  readonly name: string;
  readonly required?: true;
  /** Default: `simple` in path and header, `form` in query and cookie. */
  readonly style?:
    | "simple"
    | "label"
    | "matrix"
    | "form"
    | "spaceDelimited"
    | "pipeDelimited"
    | "deepObject"
    | "cookie";
  /** Default: true for `form`, `deepObject` and `cookie`, false otherwise. */
  readonly explode?: boolean;
  readonly allowReserved?: true;
  /** Media type of a parameter declared by `content`; its value is serialised as that, not by `style`. */
  readonly content?: string;
}

/** The request body of an operation, in the media type that its client sends. */
export interface RequestBody {
  readonly mediaType: string;
  readonly required?: true;
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
  readonly headers?: readonly Parameter[];
  readonly cookies?: readonly Parameter[];
  readonly body?: RequestBody;
  /** Declared status (`"200"`, `"4XX"`, `"default"`) to its media types; an empty list means no body. */
  readonly responses: Readonly<Record<string, readonly string[]>>;
  /** Scopes the document asks for; absent when the operation is public and no token goes with it. */
  readonly scopes?: readonly string[];
}
