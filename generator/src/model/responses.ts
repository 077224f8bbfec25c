import type { TypeModel } from "./body-type.ts";

/** A media type or range that a call may accept, and the answers to such a call. */
export interface AcceptModel {
  readonly mediaType: string;
  readonly responses: readonly ResponseModel[];
}

export interface ResponseModel {
  /** `"200"`, `"4XX"`, `"default"`. */
  readonly status: string;
  readonly outcome: "success" | "failure" | "either";
  /** Not declared, yet to be expected. */
  readonly isImplied?: true;
  /** As the runtime's operations table has it. */
  readonly content: readonly ResponseContentModel[];
  /** What its data may be where it is a success, of what is accepted; like the others a union, never empty. */
  readonly dataTypes: readonly TypeModel[];
  /** What its error may be where it is a failure: that is always read whole. */
  readonly errorTypes: readonly TypeModel[];
  /** What its data may be where the caller asks for texts and bytes as they come. */
  readonly streamTypes: readonly TypeModel[];
}

/** A media type; an object where reading it takes more than its name. */
export type ResponseContentModel =
  | string
  | {
      readonly mediaType: string;
      /** Its data is of another type than that of those before it. */
      readonly isAlternative?: true;
      readonly data?: "text";
      readonly events?: Readonly<Record<string, "json" | "text">>;
    };
