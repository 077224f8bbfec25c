/** Why a command can't do its work, and what to do about it. Holds no secret, token or assertion. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: string;
  /** How to mend it, where the message does not say it already. */
  readonly fix: string | undefined;
  /** What the message is about, one by one. */
  readonly details: readonly string[];

  constructor(
    code: string,
    message: string,
    fix?: string,
    { details = [], ...options }: ErrorOptions & { readonly details?: readonly string[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.fix = fix;
    this.details = details;
  }
}
