import { createHash } from "node:crypto";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

/** What a resource server has to know of the authorization server that it trusts. */
export interface TokenTrust {
  readonly issuer: string;
  readonly jwksUri: string;
  /** The resource server's own name in tokens. */
  readonly audience: string;
}

export type Verdict =
  | { readonly ok: true; readonly clientId: string }
  | {
      readonly ok: false;
      readonly clientId: string | undefined;
      readonly status: 401 | 403;
      readonly reason: string;
      /** The value of `WWW-Authenticate` (RFC 6750 §3). */
      readonly challenge: string;
    };

export interface TokenVerifier {
  verify(authorization: string | undefined, scope: string): Promise<Verdict>;
  /** Rejects this token from now on, or every token accepted so far. */
  revoke(token?: string): void;
}

/** Verifies the signature, issuer, audience, expiry (to the second) and scope of bearer tokens. */
export function createTokenVerifier({ issuer, jwksUri, audience }: TokenTrust): TokenVerifier {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  const accepted = new Set<string>();
  const revoked = new Set<string>();

  return {
    async verify(authorization, scope) {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
      if (!token) return refusal(undefined, 401, undefined, "A token is needed");

      const claims = await readClaims(token);
      if (!claims.valid) return refusal(claims.clientId, 401, "invalid_token", claims.reason);
      if (revoked.has(hash(token)))
        return refusal(claims.clientId, 401, "invalid_token", "The token was revoked");
      if (!claims.scopes.includes(scope))
        return refusal(claims.clientId, 403, "insufficient_scope", `The operation needs ${scope}`, scope);
      accepted.add(hash(token));
      return { ok: true, clientId: claims.clientId };
    },

    revoke(token) {
      for (const each of token === undefined ? accepted : [hash(token)]) revoked.add(each);
    },
  };

  async function readClaims(token: string) {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        typ: "at+jwt",
        algorithms: ["ES256"],
        clockTolerance: 0,
        requiredClaims: ["exp", "client_id"],
      });
      const scopes = String(payload["scope"] ?? "").split(" ");
      return { valid: true, clientId: String(payload["client_id"]), scopes } as const;
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        return {
          valid: false,
          clientId: String(error.payload["client_id"]),
          reason: "The token expired",
        } as const;
      if (!saysInvalid(error)) throw error;
      return { valid: false, clientId: undefined, reason: "The token is not valid here" } as const;
    }
  }
}

/** False when the keys could not be had, which says nothing about the token. */
function saysInvalid(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    error.code !== errors.JOSEError.code
  );
}

function refusal(
  clientId: string | undefined,
  status: 401 | 403,
  error: "invalid_token" | "insufficient_scope" | undefined,
  reason: string,
  scope?: string,
): Verdict {
  // RFC 6750 §3.1: a request without a token gets no error code.
  const details = { error, error_description: error && reason, scope };
  const parameters = Object.entries(details).flatMap(([name, value]) => (value ? `${name}="${value}"` : []));
  const challenge = `Bearer ${['realm="demo"', ...parameters].join(", ")}`;
  return { ok: false, clientId, status, reason, challenge };
}

function hash(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
