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
