import type { TokenClientMapping } from "../../model.ts";
import { abridge } from "../../names.ts";
import type { TokenDescription } from "../describe-token.ts";
import type { Problem } from "./problem.ts";

/** Compares whom a JWT is for with the `resource` and `audience` that are configured (RFC 8707 §2, RFC 9068 §3). */
export function judgeAudience(
  { format, audience = [] }: TokenDescription,
  mapping: TokenClientMapping,
): Problem[] {
  if (format !== "jwt") return [];
  const missing = expectedAudience(mapping).filter((expected) => !audience.includes(expected));
  if (missing.length === 0) return [];
  const actual = audience.length === 0 ? "for nobody: it has no aud" : `for ${abridge(audience)}`;
  const message = `the token is not for ${missing.join(", ")}, but ${actual}; its API will answer 401`;
  return [{ severity: "error", code: "AUDIENCE_MISSING", message, fix: fixFor(missing, audience) }];
}

/** Whom a token of this token client should be for; empty where the mapping does not say. */
export function expectedAudience({ resource = [], audience }: TokenClientMapping): string[] {
  return [...new Set([resource, audience ?? []].flat())];
}

function fixFor(missing: readonly string[], audience: readonly string[]): string {
  const plain = (text: string) => text.replace(/\/+$/, "").toLowerCase();
  for (const expected of missing) {
    const near = audience.find((actual) => plain(actual) === plain(expected));
    if (near !== undefined) return `write it as the server does: ${near}`;
  }
  return "register the API at the server under that name, or correct resource and audience; some servers know but one of the two";
}
