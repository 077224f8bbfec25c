import { generateKeyPairSync, randomUUID } from "node:crypto";
import { signJws } from "./jws.ts";

/** What a token was issued for. */
export interface TokenGrant {
  readonly clientId: string;
  readonly scope: string | undefined;
  /** What it is good at: resources, else the audience, else the server itself. */
  readonly audience: readonly string[];
  /** Of the DPoP key that it is bound to. */
  readonly thumbprint: string | undefined;
}

/** What the server says of a token. */
export type TokenStatus =
  | ({ readonly active: true /** Epoch ms. */; readonly expiresAt: number } & TokenGrant)
  | { readonly active: false; readonly reason: "unknown" | "expired" | "revoked" };

interface Issued extends TokenGrant {
  readonly expiresAt: number;
  isRevoked: boolean;
}

const KID = "test";

/** Issues JWT access tokens (RFC 9068), and knows what became of each. */
export class IssuedTokens {
  readonly #key = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly #issued = new Map<string, Issued>();

  get jwks(): object {
    const jwk = this.#key.publicKey.export({ format: "jwk" });
    return { keys: [{ ...jwk, kid: KID, alg: "ES256", use: "sig" }] };
  }

  issue(
    grant: TokenGrant,
    issuer: string,
    lifetime: { readonly now: number; readonly seconds: number },
  ): string {
    const { clientId, scope, audience, thumbprint } = grant;
    const issuedAt = Math.floor(lifetime.now / 1000);
    const claims = {
      iss: issuer,
      sub: clientId,
      client_id: clientId,
      aud: audience.length === 1 ? audience[0] : audience,
      iat: issuedAt,
      exp: Math.ceil(lifetime.now / 1000 + lifetime.seconds),
      jti: randomUUID(),
      ...(scope !== undefined && { scope }),
      ...(thumbprint !== undefined && { cnf: { jkt: thumbprint } }),
    };
    const token = signJws({ typ: "at+jwt", kid: KID }, claims, this.#key.privateKey);
    const expiresAt = lifetime.now + lifetime.seconds * 1000;
    this.#issued.set(token, { ...grant, expiresAt, isRevoked: false });
    return token;
  }

  /** @param token - default all of them */
  revoke(token: string | undefined): void {
    for (const [value, issued] of this.#issued) {
      if (token === undefined || token === value) issued.isRevoked = true;
    }
  }

  verify(token: string, now: number): TokenStatus {
    const issued = this.#issued.get(token);
    if (issued === undefined) return { active: false, reason: "unknown" };
    const { isRevoked, ...grant } = issued;
    if (isRevoked) return { active: false, reason: "revoked" };
    return now < grant.expiresAt ? { active: true, ...grant } : { active: false, reason: "expired" };
  }
}
