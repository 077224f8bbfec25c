/** One challenge of a `WWW-Authenticate` field. */
export interface Challenge {
  /** In lower case: `bearer`. */
  readonly scheme: string;
  /** By names in lower case: `{ error: "insufficient_scope", scope: "catalog:write" }`. */
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = "[!#$%&'*+.^_`|~\\w-]+";
const SCHEME = new RegExp(`[\\s,]*(${TOKEN})(?=[\\s,]|$)`, "y");
// Some servers leave the quotation marks off values that need them, URLs above all.
const PARAMETER = new RegExp(
  `[\\s,]*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s",]+))\\s*(?=,|$)`,
  "y",
);
const TOKEN68 = /\s+[\w.~+/-]+=*\s*(?=,|$)/y;

/**
 * Parses `WWW-Authenticate`, for instance to learn the scope that an `insufficient_scope` asks for, or the
 * `acr_values` of a step-up challenge. What is malformed ends the list.
 *
 * @param field - the field's value, or its values
 * @see RFC 9110 §11.6.1, RFC 6750 §3, RFC 9470 §3
 */
export function parseChallenges(field: string | readonly string[] | null | undefined): Challenge[] {
  const text = typeof field === "string" ? field : (field ?? []).join(", ");
  const challenges: Challenge[] = [];
  let position = 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match !== null) position = pattern.lastIndex;
    return match;
  };
  for (let scheme = next(SCHEME); scheme !== null; scheme = next(SCHEME)) {
    const parameters: Record<string, string> = Object.create(null);
    next(TOKEN68); // Negotiate's and NTLM's; nothing that a token could answer.
    for (let match = next(PARAMETER); match !== null; match = next(PARAMETER)) {
      const [, name = "", quoted, bare] = match;
      parameters[name.toLowerCase()] ??=
        quoted === undefined ? (bare ?? "") : quoted.replace(/\\(.)/gs, "$1");
    }
    challenges.push({ scheme: (scheme[1] ?? "").toLowerCase(), parameters });
  }
  return challenges;
}

/** What another token of the same kind would not mend: it lacks a scope, claims, or a stronger authentication. */
const INSUFFICIENT = /^insufficient_(scope|claims|user_authentication)$/;

/** Whether an API rejects the token itself, as opposed to finding it not enough. */
export function rejectsToken(field: string | readonly string[] | null | undefined): boolean {
  return !parseChallenges(field).some(({ parameters }) => INSUFFICIENT.test(parameters["error"] ?? ""));
}

/** The scope that a call needs and its token lacks, as far as an API says so, and in the syntax of one. */
export function findMissingScope(challenges: readonly Challenge[]): string | undefined {
  const lacking = challenges.find(({ parameters }) => parameters["error"] === "insufficient_scope");
  const scope = lacking?.parameters["scope"];
  // RFC 6749 §3.3, and not so long that it would fill a log.
  return scope !== undefined && /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,500}$/.test(scope) ? scope : undefined;
}
