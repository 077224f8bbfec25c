export type RefusalCode = "invalid_token" | "insufficient_scope" | "invalid_dpop_proof" | "use_dpop_nonce";

/** A request that a resource server does not accept: the error code of its challenge, and why. */
export class Refusal extends Error {
  /** Undefined for a request without a token (RFC 6750 §3.1). */
  readonly code: RefusalCode | undefined;

  constructor(code: RefusalCode | undefined, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): 401 | 403 {
    return this.code === "insufficient_scope" ? 403 : 401;
  }
}

/** Builds the value of `WWW-Authenticate` (RFC 6750 §3, RFC 9449 §7.1). */
export function buildChallenge(
  { code, message }: Refusal,
  scheme: "Bearer" | "DPoP",
  scope: string | undefined,
): string {
  const details = {
    error: code,
    error_description: code && message,
    scope: code === "insufficient_scope" ? scope : undefined,
    algs: scheme === "DPoP" ? "ES256 EdDSA" : undefined,
  };
  const parameters = Object.entries(details).flatMap(([name, value]) => (value ? `${name}="${value}"` : []));
  return [scheme, parameters.join(", ")].join(" ").trimEnd();
}
