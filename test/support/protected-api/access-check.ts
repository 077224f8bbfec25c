import type { IncomingMessage } from "node:http";
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { certificateThumbprint } from "../certificates.ts";
import { certificateOf } from "../loopback.ts";
import { verifyDpopProof } from "./dpop-proof.ts";
import { Refusal } from "./refusal.ts";

/** What a request has to fit. */
export interface AccessRules {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's. */
  readonly keys: JWTVerifyGetKey;
  /** The scope that tokens need, if any. */
  readonly scope: string | undefined;
  /** The nonce that DPoP proofs need, if any. */
  readonly nonce: string | undefined;
  readonly seenProofs: Set<string>;
  /** Epoch ms. */
  readonly now: number;
}

interface Credentials {
  readonly scheme: "Bearer" | "DPoP";
  readonly token: string;
}

interface TokenClaims extends JWTPayload {
  readonly cnf?: { readonly jkt?: string; readonly "x5t#S256"?: string };
  readonly scope?: string;
}

/**
 * Checks that a request has a JWT access token (RFC 9068) which is good here, and that the sender is the one whom it is
 * bound to: by a DPoP key (RFC 9449 §7) or a client certificate (RFC 8705 §3).
 *
 * @throws {Refusal}
 */
export async function checkAccess(request: IncomingMessage, rules: AccessRules): Promise<void> {
  const credentials = readCredentials(request);
  if (!credentials) throw new Refusal(undefined, "a token is needed");
  const { scope = "", cnf = {} } = await readToken(credentials.token, rules);

  const certificate = certificateOf(request);
  const bound = cnf["x5t#S256"];
  if (bound !== undefined && (!certificate || certificateThumbprint(certificate) !== bound))
    throw new Refusal("invalid_token", "the token is bound to another certificate");

  if ((credentials.scheme === "DPoP") !== (cnf.jkt !== undefined))
    throw new Refusal("invalid_token", `${credentials.scheme} is not the scheme for this token`);
  if (cnf.jkt !== undefined) {
    const { nonce, now, seenProofs } = rules;
    const proved = { method: request.method ?? "", url: urlOf(request), nonce, now };
    const token = { accessToken: credentials.token, thumbprint: cnf.jkt };
    await verifyDpopProof(request.headersDistinct["dpop"], { ...proved, ...token }, seenProofs);
  }

  if (rules.scope !== undefined && !scope.split(" ").includes(rules.scope))
    throw new Refusal("insufficient_scope", `${rules.scope} is needed`);
}

/** The token of a request and how it was presented; undefined for any other scheme, or none. */
export function readCredentials({ headers }: IncomingMessage): Credentials | undefined {
  const [, scheme, token] = /^(Bearer|DPoP) +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  if (scheme === undefined || token === undefined) return undefined;
  return { scheme: scheme.toLowerCase() === "dpop" ? "DPoP" : "Bearer", token };
}

async function readToken(token: string, { issuer, audience, keys, now }: AccessRules): Promise<TokenClaims> {
  const typ = "at+jwt";
  try {
    const { payload } = await jwtVerify<TokenClaims>(token, keys, {
      issuer,
      audience,
      typ,
      algorithms: ["ES256"],
      requiredClaims: ["exp", "client_id"],
      currentDate: new Date(now),
    });
    return payload;
  } catch (cause) {
    if (!(cause instanceof errors.JOSEError)) throw cause;
    throw new Refusal("invalid_token", "the token is not good here", { cause });
  }
}

/** As the client reached it: under the name that the `Host` field tells. */
function urlOf({ socket, headers, url }: IncomingMessage): string {
  return `${"encrypted" in socket ? "https" : "http"}://${headers.host}${url}`;
}
