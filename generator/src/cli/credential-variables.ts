/** The variables of the environment that say who a token client is. */
export interface Variables {
  readonly id: string;
  readonly secret: string;
  readonly key: string;
  readonly keyAlg: string;
  readonly keyId: string;
  readonly assertion: string;
  readonly audience: string;
  readonly auth: string;
  readonly tokenEndpoint: string;
  readonly issuer: string;
}

/**
 * Names the variables of a token client: `catalog.client`, `catalog` and `catalogClient` have `CATALOG_CLIENT_ID` and so
 * on.
 *
 * @returns undefined for a name that has nothing a variable can be named by
 */
export function variablesOf(tokenClient: string): Variables | undefined {
  const words = variableName(tokenClient);
  if (words === "") return undefined;
  const stem = `${words}${/(^|_)CLIENT$/.test(words) ? "" : "_CLIENT"}`;
  return {
    id: `${stem}_ID`,
    secret: `${stem}_SECRET`,
    key: `${stem}_KEY`,
    keyAlg: `${stem}_KEY_ALG`,
    keyId: `${stem}_KEY_ID`,
    assertion: `${stem}_ASSERTION`,
    audience: `${stem}_ASSERTION_AUDIENCE`,
    auth: `${stem}_AUTH`,
    tokenEndpoint: `${stem}_TOKEN_ENDPOINT`,
    issuer: `${stem}_ISSUER`,
  };
}

/** What a variable is called after a name: `base-url` -> `BASE_URL`. Empty where nothing of it can be used. */
export function variableName(name: string): string {
  const words = name
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .toUpperCase();
  return /^\d/.test(words) ? `_${words}` : words;
}
