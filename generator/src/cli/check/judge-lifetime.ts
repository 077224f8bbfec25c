import type { TokenDescription } from "../describe-token.ts";
import { durationText, readNumericDate } from "../time-text.ts";
import type { Problem } from "./problem.ts";

/** The runtime's default of `expiryMarginSeconds`. */
const MARGIN_SECONDS = 60;

/** A day: what is longer is of use for too long to whoever steals it. */
const LONG_SECONDS = 86_400;

/** How far clocks may be apart, and what a token says of itself from what its server does. */
const TOLERANCE_SECONDS = 60;

/**
 * Finds what is wrong with how long a token lives.
 *
 * @param now - epoch ms
 */
export function judgeLifetime(token: TokenDescription, now: number): Problem[] {
  const { issuedAt, expiresAt } = token;
  const seconds = (expiresAt - issuedAt) / 1000;
  if (expiresAt <= now) return [describeOver(seconds)];
  return [...judgeOwnWord(token, seconds), ...judgeLength(seconds)];
}

function describeOver(seconds: number): Problem {
  return {
    severity: "error",
    code: "LIFETIME_OVER",
    message: `the token is over as it comes: it lives for ${durationText(seconds)}`,
    fix: "have the server issue tokens of some minutes",
  };
}

/** What a JWT says of its own life is what an API goes by. */
function judgeOwnWord({ claims = {}, issuedAt }: TokenDescription, seconds: number): Problem[] {
  const [exp, iat, nbf] = [claims["exp"], claims["iat"], claims["nbf"]].map(readNumericDate);
  const problems: Problem[] = [];
  const start = Math.max(iat ?? 0, nbf ?? 0);
  const ahead = (start - issuedAt) / 1000;
  if (ahead > TOLERANCE_SECONDS) {
    problems.push({
      severity: "error",
      code: "NOT_YET_VALID",
      message: `the token is valid only ${durationText(ahead)} from now, by this machine's clock`,
      fix: "set the clock of this machine, or of the server, right",
    });
  }
  const own = exp === undefined ? undefined : (exp - (iat ?? issuedAt)) / 1000;
  if (own !== undefined && own < seconds - TOLERANCE_SECONDS) {
    problems.push({
      severity: "error",
      code: "LIFETIME_DIFFERS",
      message: `the token itself is over after ${durationText(own)}, though expires_in says ${durationText(seconds)}: calls in between are answered 401`,
      fix: "have the server say the same in both",
    });
  }
  return problems;
}

function judgeLength(seconds: number): Problem[] {
  if (seconds < MARGIN_SECONDS) {
    const renewed = durationText(seconds * 0.8);
    const message = `the token lives for ${durationText(seconds)}, less than the margin of ${MARGIN_SECONDS} s: workers ask for the next after ${renewed} at most`;
    const fix = "have the server issue tokens of 5 minutes or more";
    return [{ severity: "warning", code: "LIFETIME_SHORT", message, fix }];
  }
  if (seconds <= LONG_SECONDS) return [];
  const message = `the token lives for ${durationText(seconds)}: as long as that it is of use to whoever steals it`;
  const fix = "have the server issue tokens of an hour or less; their renewal costs calls nothing";
  return [{ severity: "warning", code: "LIFETIME_LONG", message, fix }];
}
