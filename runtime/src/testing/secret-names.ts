/** Names that say that a credential is in them: `Authorization`, `DPoP`, `Cookie`, `X-API-Key`, `access_token`, `sig`. */
const TELLING =
  /authori[sz]ation|auth(?!or)|cookie|dpop|jwt|bearer|assertion|secret|passw|credential|signature|session|token(?!s)|(^|[-_.])(sig|sas|pwd|otp)$|key$/i;

/** Names that say so, and mean something else. */
const HARMLESS =
  /(idempotency|sort|order|partition|row|primary|public)[-_]?key$|(next|page|previous|continuation|skip|sync)[-_]?token$|^authorization_details$/i;

/** Whether a field, header or parameter of that name holds what nobody is to read in a log. */
export function isSecretName(name: string): boolean {
  return TELLING.test(name) && !HARMLESS.test(name);
}

/** What is recorded in place of a credential. */
export const REDACTED = "[redacted]";
