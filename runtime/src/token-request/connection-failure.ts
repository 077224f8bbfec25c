import { explainFailure } from "../connection-advice.ts";
import { copyCause, isInvalidOption, omitQuery, TokenError } from "../errors.ts";

const OTHERWISE = "check the address and the network";

/**
 * Turns what was thrown for want of an answer into a TokenError; passes on what is one, or is the caller's mistake.
 *
 * @param error - what fetch threw, or reading the body did
 * @param address - where the request went
 */
export function toTokenError(error: unknown, address: string, client: string): Error {
  if (error instanceof TokenError || isInvalidOption(error)) return error;
  // undici's fetch hides what happened in the cause of its "fetch failed".
  const inner = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  const { what, advice = OTHERWISE } = explainFailure(inner);
  return new TokenError(
    "ERR_TOKEN_ENDPOINT_UNREACHABLE",
    `could not reach ${omitQuery(address)} (${what}); ${advice}`,
    { client, cause: copyCause(inner) },
  );
}
