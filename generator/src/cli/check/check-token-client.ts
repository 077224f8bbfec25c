import type { TokenClientMapping } from "../../model.ts";
import { CommandError } from "../command-error.ts";
import { describeToken, type TokenDescription } from "../describe-token.ts";
import type { Tokens } from "../open-tokens.ts";
import type { Redactor } from "../redactor.ts";
import { expectedAudience, judgeAudience } from "./judge-audience.ts";
import { judgeLifetime } from "./judge-lifetime.ts";
import { judgeScopes } from "./judge-scopes.ts";
import type { Problem } from "./problem.ts";
import type { NeededToken, TokenClientNeeds } from "./token-needs.ts";

/** A token as it was asked for and came. */
export interface CheckedToken extends NeededToken {
  readonly description: TokenDescription;
}

/** What became of a token client. */
export interface CheckedClient {
  readonly name: string;
  /** Errors first. */
  readonly problems: readonly Problem[];
  /** What could not be checked, and why. */
  readonly notes: readonly string[];
  readonly tokens: readonly CheckedToken[];
  /** Whether the TokenManager has no such token client, and nothing else is wrong: workers need not have all. */
  readonly isLeftOut: boolean;
}

export interface CheckContext {
  readonly name: string;
  readonly mapping: TokenClientMapping;
  readonly needed: TokenClientNeeds;
  readonly tokens: Tokens;
  /** Whether they are those of a TokenManager of the user's. */
  readonly byManager: boolean;
  readonly redact: Redactor;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Asks for the tokens of one token client, and finds what is wrong with them. */
export async function checkTokenClient(context: CheckContext): Promise<CheckedClient> {
  const { name, needed } = context;
  const tokens: CheckedToken[] = [];
  for (const token of needed.tokens) {
    try {
      tokens.push({ ...token, description: await obtain(token, context) });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      // What else would be asked for would fail like it, or be refused for it.
      return failed(error, tokens, context);
    }
  }
  const problems = tokens.flatMap((token) => judge(token, context));
  return {
    name,
    problems: problems.toSorted(bySeverity),
    notes: notesOn(tokens, context),
    tokens,
    isLeftOut: false,
  };
}

async function obtain(
  { asked }: NeededToken,
  { name, tokens, redact }: CheckContext,
): Promise<TokenDescription> {
  const scope = asked === undefined ? {} : { scope: asked.join(" ") };
  const token = await tokens.obtain(name, { ...scope, forceRenewal: true });
  return describeToken(token, redact);
}

function failed(
  { code, message, fix, cause }: CommandError,
  tokens: readonly CheckedToken[],
  context: CheckContext,
): CheckedClient {
  const problem: Problem = { severity: "error", code, message, ...(fix !== undefined && { fix }) };
  const problems = [problem, ...tokens.flatMap((token) => judge(token, context))].toSorted(bySeverity);
  // With a cause, whoever gives definitions has failed to.
  const isLeftOut = code === "ERR_TOKEN_CLIENT_UNKNOWN" && cause === undefined;
  return { name: context.name, problems, notes: [], tokens, isLeftOut };
}

function judge(
  { description, ...token }: CheckedToken,
  { name, mapping, needed, byManager, now }: CheckContext,
): Problem[] {
  return [
    ...judgeScopes(description, { name, mapping, token, needs: needed.needs, byManager }),
    ...judgeAudience(description, mapping),
    ...judgeLifetime(description, now()),
  ];
}

function bySeverity(one: Problem, other: Problem): number {
  return Number(one.severity === "warning") - Number(other.severity === "warning");
}

function notesOn(tokens: readonly CheckedToken[], context: CheckContext): string[] {
  const { mapping, needed } = context;
  const notes: string[] = [];
  if (!needed.isUsed) notes.push("no generated client uses it: what it needs is not known");
  else if (needed.needs.size === 0) notes.push("no operation declares a scope: what it needs is not known");
  for (const { asked, needs, description } of tokens) {
    const { granted, format } = description;
    const meaning = meaningOf(asked, context);
    // Of a JWT that means nothing, a problem says so.
    if (granted === undefined && needs.size > 0 && (meaning !== "" || format !== "jwt"))
      notes.push(`the server did not say which scopes it granted${meaning}`);
    if (format !== "jwt" && expectedAudience(mapping).length > 0) {
      notes.push(
        `the token is ${format === "opaque" ? "opaque" : "encrypted"}: whom it is for can't be told`,
      );
    }
  }
  return [...new Set(notes)];
}

/** Of no word on scopes (RFC 6749 §5.1). */
function meaningOf(asked: NeededToken["asked"], { mapping, byManager }: CheckContext): string {
  if (asked !== undefined) return ASKED;
  if (byManager) return ", which means what the TokenManager asked for, if it asked for any (RFC 6749 §5.1)";
  return mapping.scope === undefined ? "" : ASKED;
}

const ASKED = ", which means what was asked for (RFC 6749 §5.1)";
