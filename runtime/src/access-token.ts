import { hash } from "node:crypto";

/** What an access token is made of. */
export interface AccessTokenFields {
  readonly value: string;
  readonly tokenType: "Bearer" | "DPoP";
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly scope?: string | undefined;
  readonly clientName: string;
}

/**
 * An access token and what is known of it. Frozen; `value` reads `[redacted]` wherever the object is inspected
 * or serialised, so that logging one by accident tells nothing.
 */
export class AccessToken {
  readonly tokenType: "Bearer" | "DPoP";
  /** Start of the request that got it, epoch ms: lifetimes are counted from here. */
  readonly issuedAt: number;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** What the server says it granted; undefined when it did not say, which means what was asked for. */
  readonly scope: string | undefined;
  readonly clientName: string;
  readonly #value: string;
  /** Built once: a string put together for each call would be copied for each, too. */
  readonly #authorization: string;
  #hash: string | undefined;

  constructor(fields: AccessTokenFields) {
    this.tokenType = fields.tokenType;
    this.issuedAt = fields.issuedAt;
    this.expiresAt = fields.expiresAt;
    this.scope = fields.scope;
    this.clientName = fields.clientName;
    this.#value = fields.value;
    this.#authorization = `${fields.tokenType} ${fields.value}`;
    Object.freeze(this);
  }

  /** The token itself. It is a credential: keep it out of logs, URLs and error messages. */
  get value(): string {
    return this.#value;
  }

  /** Value of the `Authorization` field that presents a token (RFC 6750 §2.1). */
  static authorizationOf(token: AccessToken): string {
    return token.#authorization;
  }

  /** What a DPoP proof says of a token, `ath`: its SHA-256 in base64url (RFC 9449 §4.2). */
  static hashOf(token: AccessToken): string {
    token.#hash ??= hash("sha256", token.#value, "base64url");
    return token.#hash;
  }

  /** What is logged of it: all but its value. */
  toJSON(): object {
    return { ...this, value: "[redacted]" };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): object {
    return this.toJSON();
  }
}
