/** What an operation is chosen by. */
export interface Candidate {
  readonly path: string;
  readonly method: string;
  readonly id: string | undefined;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
}

/** Which operations are generated. */
export interface OperationSelection {
  readonly has: (candidate: Candidate) => boolean;
  /** Whether any can be left out. */
  readonly isPartial: boolean;
}

export const EVERYTHING: OperationSelection = { has: () => true, isPartial: false };
