import type { Schema, Schemas } from "./json-schema.ts";
import type { Requirements } from "./security.ts";
import { type Fields, fieldsOf, listOf, type SourceDocument, textOf } from "./source-document.ts";

export type Location = "path" | "query" | "header" | "cookie" | "querystring";

export interface WireParameter {
  readonly name: string;
  readonly in: Location;
  readonly required: boolean;
  readonly style: string;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  /** Of a parameter that is declared by `content`. */
  readonly mediaType?: string;
  readonly schema: Schema;
}

export interface WireContent {
  readonly mediaType: string;
  readonly schema: Schema;
  /** Of each item of a stream (3.2). */
  readonly itemSchema?: Schema;
  /** Encoding Objects by property. */
  readonly encoding: Readonly<Record<string, Fields>>;
}

export interface WireResponse {
  /** `200`, `4XX`, `default` */
  readonly status: string;
  readonly contents: readonly WireContent[];
}

/** What a document says of one operation, read from the document as it was written. */
export interface WireOperation {
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly WireParameter[];
  readonly bodies: readonly WireContent[];
  readonly isBodyRequired: boolean;
  readonly responses: readonly WireResponse[];
  readonly security: Requirements;
  /** A relative address of its own, below that of the API; undefined where it is where the others are. */
  readonly server: string | undefined;
}

export interface WireDocument {
  readonly operations: readonly WireOperation[];
  readonly schemas: Schemas;
}

/** An operation as it stands in its document. */
export interface OperationSource {
  readonly source: SourceDocument;
  readonly schemas: Schemas;
  readonly item: Fields;
  readonly operation: Fields;
  readonly path: string;
  readonly method: string;
}

/** The path item's and the operation's own: of one location and name, the last. */
export function listParameters({ source, item, operation }: OperationSource): Fields[] {
  const all = [...listOf(item["parameters"]), ...listOf(operation["parameters"])];
  const byKey = new Map<string, Fields>();
  for (const node of all) {
    const fields = fieldsOf(source.follow(node));
    const name = textOf(fields["name"]);
    if (name === undefined) continue;
    byKey.set(`${fields["in"]} ${fields["in"] === "header" ? name.toLowerCase() : name}`, fields);
  }
  return [...byKey.values()];
}

/**
 * A parameter for each variable of a template and no others: one that no parameter declares is a text, one that the
 * template does not have can't be sent.
 */
export function completeVariables(path: string, declared: readonly WireParameter[]): WireParameter[] {
  const names = new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name as string));
  const present = declared.filter((parameter) => parameter.in !== "path" || names.delete(parameter.name));
  const text = {
    in: "path",
    required: true,
    style: "simple",
    explode: false,
    allowReserved: false,
    schema: { type: "string" },
  } as const;
  return [...present, ...[...names].map((name) => ({ ...text, name }))];
}

/** A server of the operation or its path that is relative: an absolute one is none that a client is told to trust. */
export function relativeServer({ item, operation }: OperationSource): string | undefined {
  const [server] = listOf(operation["servers"] ?? item["servers"]).map(fieldsOf);
  const url = textOf(server?.["url"]);
  return url === undefined || /^[^/?#]*:?\/\//.test(url) ? undefined : url;
}
