import type { JsonObject } from "../document.ts";
import type { Diagnostic, Position } from "../errors.ts";
import type { ClientTarget } from "./config.ts";

/** An operation of a document with everything that its path item says added to it. */
export interface SourceOperation {
  /** `#/paths/~1items/get` */
  readonly pointer: string;
  readonly path: string;
  /** As the key of the path item in `document`: lower case, except those that OpenAPI has no field for. */
  readonly method: string;
  readonly operation: JsonObject;
  /** Those of the path item included, references resolved, one per location and name. */
  readonly parameters: readonly JsonObject[];
  /** Its own, else those of its path item, else the document's: the same list as `document.servers` then, or none. */
  readonly servers: readonly JsonObject[];
  /** Its own, else the document's; undefined where neither says anything. */
  readonly security?: readonly SecurityRequirement[];
  readonly tags: readonly string[];
  /** Request media type to where read-only values are. */
  readonly readOnly?: Readonly<Record<string, ReadOnlyPlace>>;
}

/** Where a value has others in it that are read-only; the name of one of the document's shapes, or a shape of its own. */
export type ReadOnlyPlace = string | ReadOnlyShape;

/** As the runtime's operations table has it. */
export interface ReadOnlyShape {
  readonly omit?: readonly string[];
  readonly properties?: Readonly<Record<string, ReadOnlyPlace>>;
  readonly additionalProperties?: ReadOnlyPlace;
  readonly prefixItems?: readonly ReadOnlyPlace[];
  readonly items?: ReadOnlyPlace;
}

/** Names of security schemes to the scopes that are needed of each; all of them are needed. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** A document that is parsed, in one piece, of OpenAPI 3.1, with nothing malformed in it where it matters. */
export interface LoadedSpec {
  readonly target: ClientTarget;
  /**
   * Every `$ref` in it has the form `#/components/<kind>/<name>` and leads to such a component; every schema is an
   * object, of JSON Schema 2020-12, except where `true` or `false` say whether there may be more of something. Those
   * that requests use have no read-only properties, those of responses no write-only ones.
   */
  readonly document: JsonObject;
  readonly operations: readonly SourceOperation[];
  /** What places of read-only values refer to by name. */
  readonly readOnlyShapes?: Readonly<Record<string, ReadOnlyShape>>;
  /** The SHA-256 of every file that it was read from, by path or URL; `null` for one that could not be read. */
  readonly sources: Readonly<Record<string, string | null>>;
  readonly warnings: readonly Diagnostic[];
  /** Where the value at a JSON pointer of `document` came from; the nearest that there is. */
  readonly locate: (pointer: string) => Position;
}
