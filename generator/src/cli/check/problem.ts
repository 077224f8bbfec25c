/** Something about a token client that is not as it should be. */
export interface Problem {
  /** `error`: calls fail because of it. */
  readonly severity: "error" | "warning";
  /** To branch on. */
  readonly code: ProblemCode | (string & {});
  readonly message: string;
  readonly fix?: string;
}

/** Besides the codes of why there is no token. */
export type ProblemCode =
  | "SCOPE_MISSING"
  | "SCOPE_UNNEEDED"
  | "SCOPE_UNSEEN"
  | "AUDIENCE_MISSING"
  | "LIFETIME_OVER"
  | "LIFETIME_DIFFERS"
  | "LIFETIME_SHORT"
  | "LIFETIME_LONG"
  | "NOT_YET_VALID";
