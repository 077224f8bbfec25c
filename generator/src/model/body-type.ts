/** How the type of a body is written. */
export type TypeModel =
  | { readonly kind: "alias"; readonly name: string }
  /** Looked up in the operation's own entry of the document's types. */
  | { readonly kind: "requestBody"; readonly mediaType: string }
  | { readonly kind: "response"; readonly status: string; readonly mediaType: string }
  /** Streams of items, and of server-sent events with such data. */
  | { readonly kind: "items" | "events"; readonly item: TypeModel }
  /** A stream of server-sent events of several kinds, looked up as `response` is. */
  | { readonly kind: "namedEvents"; readonly status: string; readonly mediaType: string }
  /** What a call may give for the parts of a value of that type. */
  | { readonly kind: "multipart"; readonly body: TypeModel }
  /** What a call may give for a sequence of such items. */
  | { readonly kind: "sequenceBody"; readonly item: TypeModel }
  /** The value, or bytes of any media type. */
  | { readonly kind: "anyBody"; readonly body: TypeModel }
  | { readonly kind: "string" | "bytes" | "byteStream" | "binaryBody" | "undefined" | "unknown" };
