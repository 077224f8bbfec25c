/** An operation as people know it: `listItems`, or `items.list` in a group; `GET /items`. */
export interface OperationName {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** What a call of it needs. */
  readonly scopes: readonly string[];
}

/**
 * What of an operation changed: the method's name, what goes over the wire, the type of what it takes, the type of what it
 * gives, the scopes that it needs.
 */
export type ChangedPart = "name" | "request" | "input" | "result" | "scopes";

export interface ChangedOperation extends OperationName {
  readonly parts: readonly ChangedPart[];
  readonly before: OperationName;
}

/** What changed in an API since its client was generated before. */
export interface ApiChanges {
  /** Of the client, in the output folder. */
  readonly folder: string;
  readonly added: readonly OperationName[];
  readonly removed: readonly OperationName[];
  readonly changed: readonly ChangedOperation[];
  /** Scopes that an operation needs, and none needed before. */
  readonly scopesNeeded: readonly string[];
  /** Scopes that no operation needs any more. */
  readonly scopesNotNeeded: readonly string[];
}
