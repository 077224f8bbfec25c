import type { ObtainedToken } from "./open-tokens.ts";
import { type Redactor, redactAll } from "./redactor.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** What can be told of a token without its server, and without the token itself. */
export interface TokenDescription {
  readonly tokenType: string;
  readonly format: "jwt" | "encrypted jwt" | "opaque";
  /** Of a JWT. */
  readonly header?: Claims;
  /** Of a JWT that is not encrypted: unverified. */
  readonly claims?: Claims;
  /** Undefined where nobody says. */
  readonly granted?: Granted;
  /** Undefined where it is not in the token. */
  readonly audience?: readonly string[];
  /** Epoch ms. */
  readonly issuedAt: number;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export interface Granted {
  readonly scopes: readonly string[];
  /** Who says so: the answer of the token endpoint, or a claim of the token. */
  readonly by: "answer" | "scope" | "scp" | "roles";
}

/** Claims that say what a token is good for, as servers name them. */
const SCOPE_CLAIMS = ["scope", "scp", "roles"] as const;

/** Describes a token, without what must not be printed, whoever put it there. */
export function describeToken(token: ObtainedToken, redact: Redactor): TokenDescription {
  const { issuedAt, expiresAt, scope } = token;
  redact.add(token.value);
  const tokenType = redact(token.tokenType);
  const { format, ...parts } = readJwt(token.value);
  const read = redactAll(parts, redact) as Pick<TokenDescription, "header" | "claims">;
  const granted = readGranted(scope && redact(scope), read.claims);
  const audience = readTexts(read.claims?.["aud"]);
  return {
    tokenType,
    format,
    ...read,
    ...(granted !== undefined && { granted }),
    ...(audience !== undefined && { audience }),
    issuedAt,
    expiresAt,
  };
}

/** RFC 7519 §3: three parts are a JWS, five a JWE. */
function readJwt(value: string): Pick<TokenDescription, "format" | "header" | "claims"> {
  const [first = "", second = "", ...rest] = value.split(".");
  const header = readPart(first);
  if (header === undefined) return { format: "opaque" };
  if (rest.length === 3) return { format: "encrypted jwt", header };
  const claims = rest.length === 1 ? readPart(second) : undefined;
  return claims === undefined ? { format: "opaque" } : { format: "jwt", header, claims };
}

function readPart(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Claims)
      : undefined;
  } catch {
    return undefined; // No JSON, and so no JWT.
  }
}

function readGranted(scope: string | undefined, claims: Claims | undefined): Granted | undefined {
  if (typeof scope === "string") return { scopes: split(scope), by: "answer" };
  for (const by of SCOPE_CLAIMS) {
    const scopes = readTexts(claims?.[by])?.flatMap(split);
    if (scopes !== undefined) return { scopes, by };
  }
  return undefined;
}

function split(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter(Boolean))];
}

/** A text, or a list of them. */
function readTexts(claim: unknown): string[] | undefined {
  const texts = (Array.isArray(claim) ? claim : [claim]).filter((text) => typeof text === "string");
  return texts.length === 0 && !Array.isArray(claim) ? undefined : texts;
}
