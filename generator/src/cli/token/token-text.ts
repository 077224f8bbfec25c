import { visible } from "../../visible.ts";
import type { Claims, TokenDescription } from "../describe-token.ts";
import { durationText, instantText, readNumericDate } from "../time-text.ts";

/** Claims that are instants (RFC 7519 §4.1, OpenID Connect Core 1.0 §2). */
const INSTANTS = new Set(["exp", "iat", "nbf", "auth_time", "updated_at"]);

const MAX_VALUE = 1000;
const MAX_NAME = 24;
const MAX_CLAIMS = 200;

/**
 * Writes what can be told of a token, for a reader.
 *
 * @param now - epoch ms
 */
export function tokenText(name: string, token: TokenDescription, now: number): string {
  const { granted, audience, claims, issuedAt, expiresAt } = token;
  const lifetime = durationText((expiresAt - issuedAt) / 1000);
  const lines = [
    visible(name),
    `  type      ${kindOf(token)}`,
    `  scope     ${granted === undefined ? "the server did not say" : scopesOf(granted)}`,
    ...(audience === undefined ? [] : [`  audience  ${visible(shorten(audience.join(", ")))}`]),
    `  lifetime  ${lifetime}, until ${instantText(expiresAt, now)}`,
    ...(claims === undefined ? [] : ["  claims    as they are, not verified", ...claimLines(claims, now)]),
  ];
  return `${lines.join("\n")}\n`;
}

function kindOf({ tokenType, format, header }: TokenDescription): string {
  const type = visible(tokenType);
  if (header === undefined) return `${type}, opaque: only its server can tell what is in it`;
  const facts = ["typ", "alg", "enc", "kid"].flatMap((key) =>
    typeof header[key] === "string" ? `${key} ${shorten(header[key])}` : [],
  );
  const kind = format === "jwt" ? "a JWT" : "an encrypted JWT: only its API can read the claims";
  return `${type}, ${kind} (${visible(facts.join(", "))})`;
}

function scopesOf({ scopes, by }: NonNullable<TokenDescription["granted"]>): string {
  const text = scopes.length === 0 ? "none" : visible(shorten(scopes.join(" ")));
  return by === "answer" ? text : `${text} (its claim ${by})`;
}

function claimLines(claims: Claims, now: number): string[] {
  const all = Object.entries(claims);
  const entries = all.slice(0, MAX_CLAIMS).map(([name, value]) => [visible(shorten(name)), value] as const);
  const width = Math.min(MAX_NAME, Math.max(0, ...entries.map(([name]) => name.length)));
  const lines = entries.map(([name, value]) => {
    const text = visible(shorten(JSON.stringify(value)));
    const at = INSTANTS.has(name) ? readNumericDate(value) : undefined;
    return `    ${name.padEnd(width)}  ${text}${at === undefined ? "" : `  ${instantText(at, now)}`}`;
  });
  const more = all.length - entries.length;
  return more > 0 ? [...lines, `    and ${more} more, which --json shows`] : lines;
}

function shorten(text: string): string {
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}… (${text.length} characters)`;
}
