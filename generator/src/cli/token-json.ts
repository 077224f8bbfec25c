import type { TokenDescription } from "./describe-token.ts";

/** What can be told of a token, as programs read it: instants in ISO 8601, null for what nobody says. */
export function tokenJson({ granted, audience, issuedAt, expiresAt, ...token }: TokenDescription) {
  return {
    tokenType: token.tokenType,
    format: token.format,
    scopes: granted?.scopes ?? null,
    scopesFrom: granted?.by ?? null,
    audience: audience ?? null,
    issuedAt: new Date(issuedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    lifetimeSeconds: Math.round((expiresAt - issuedAt) / 1000),
    header: token.header ?? null,
    claims: token.claims ?? null,
  };
}

/** Writes JSON for a terminal too: what moves its cursor, or turns the direction of text, is escaped. */
export function jsonText(value: object): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replaceAll(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

/** What JSON leaves as it is. */
const UNPRINTABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
