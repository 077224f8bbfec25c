import { AccessToken, type AccessTokenFields } from "../access-token.ts";
import type { DefinedTokenClient } from "../token-client.ts";

/** What processes know of a token together. */
export interface StoredToken {
  readonly token: AccessToken;
  /** How many renewals of it have failed since. */
  readonly failures: number;
  /** Epoch ms: whoever has the token does not ask for another before, since a renewal failed. */
  readonly pausedUntil: number;
}

/** What is stored is no token, or not one that this process would have got. Never holds what it is. */
export class StoredTokenError extends Error {
  override readonly name = "StoredTokenError";
  readonly code: "ERR_STORE_VALUE" | "ERR_STORE_BINDING";

  constructor(code: StoredTokenError["code"]) {
    super(`what is stored can't be used: ${code}`);
    this.code = code;
  }
}

interface Fields extends Omit<AccessTokenFields, "clientName"> {
  /** Of the key that the token is bound to (RFC 9449 §6.1): its thumbprint, never the key. */
  readonly jkt?: string | undefined;
  readonly failures: number;
  readonly pausedUntil: number;
}

/** Prints as JSON what is stored; of a token that was dropped, that there is none. */
export function printStoredToken(stored: StoredToken | undefined, { dpop }: DefinedTokenClient): string {
  if (stored === undefined) return "null";
  const { token, failures, pausedUntil } = stored;
  const { value, tokenType, issuedAt, expiresAt, scope } = token;
  const fields: Fields = {
    value,
    tokenType,
    issuedAt,
    expiresAt,
    scope,
    jkt: dpop?.thumbprint,
    failures,
    pausedUntil,
  };
  return JSON.stringify(fields);
}

/**
 * Parses what was stored.
 *
 * Its instants are by the clock that wrote them. If a token was issued in the future, that clock is ahead by as much at
 * least, which is taken off them.
 *
 * @returns undefined for a token that was dropped
 * @throws {StoredTokenError} `ERR_STORE_VALUE` for what is no token; `ERR_STORE_BINDING` for one that is not bound to
 *   the client's DPoP key, or bound where the client has none
 */
export function parseStoredToken(
  text: string,
  { name: clientName, dpop }: DefinedTokenClient,
  now: number,
): StoredToken | undefined {
  const fields = parseJson(text);
  if (fields === null) return undefined;
  if (!isFields(fields)) throw new StoredTokenError("ERR_STORE_VALUE");
  const { jkt, failures, pausedUntil, ...rest } = fields;
  const tokenType = dpop === undefined ? "Bearer" : "DPoP";
  if (jkt !== dpop?.thumbprint || rest.tokenType !== tokenType)
    throw new StoredTokenError("ERR_STORE_BINDING");
  const aheadMs = Math.max(0, rest.issuedAt - now);
  const [issuedAt, expiresAt] = [rest.issuedAt - aheadMs, rest.expiresAt - aheadMs];
  const token = new AccessToken({ ...rest, issuedAt, expiresAt, clientName });
  return { token, failures, pausedUntil: pausedUntil - aheadMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StoredTokenError("ERR_STORE_VALUE"); // A syntax error quotes the text.
  }
}

/** A store without encryption is filled by whoever likes. */
function isFields(value: unknown): value is Fields {
  const fields = Object(value) as Partial<Record<keyof Fields, unknown>>;
  const { value: token, tokenType, scope, jkt, issuedAt, expiresAt, failures, pausedUntil } = fields;
  return (
    typeof token === "string" &&
    // RFC 6749 §A.12, without the space, which a field could not carry.
    /^[\x21-\x7e]+$/.test(token) &&
    (tokenType === "Bearer" || tokenType === "DPoP") &&
    [scope, jkt].every((text) => text === undefined || typeof text === "string") &&
    [issuedAt, expiresAt, failures, pausedUntil].every(Number.isFinite)
  );
}
