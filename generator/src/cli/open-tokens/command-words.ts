import type { Variables } from "../credential-variables.ts";

/** What the runtime's words stand for here. */
export interface CommandWords {
  readonly variables: Variables;
  /** Where the addresses of the authorization server are said: the mapping, or a variable. */
  readonly tokenEndpoint: string;
  readonly issuer: string;
}

export const WITH_MANAGER = "name the module of your TokenManager with --manager";

/** What variables can't say. */
const BOUND = `where tokens are bound to a key, ${WITH_MANAGER}`;

/**
 * Says in terms of the command line what the runtime says to whoever writes code: variables and options instead of
 * functions and options of a token client.
 */
export function inCommandWords(message: string, words: CommandWords): string {
  return [...replacementsFor(words)].reduce(
    (text, [known, instead]) => text.replaceAll(known, () => instead),
    message,
  );
}

type Replacement = readonly [words: RegExp, instead: string];

/** In this order: what is longer comes before what is in it. */
function replacementsFor({ variables, tokenEndpoint, issuer }: CommandWords): Replacement[] {
  const { id, secret, key, keyAlg, keyId, assertion, audience, auth } = variables;
  return [
    [/raise requestTimeoutMs/g, "wait longer with --timeout"],
    [/, audience, dpop and tls against ([^;]*)/g, " and audience; certificates and DPoP go by --manager"],
    [/clientSecretPost\(\), or \{ encoding: "raw" \}[^;]*/g, `${auth}=client_secret_post`],
    [/clientSecretPost\(\)/g, `${auth}=client_secret_post`],
    [/clientSecretBasic\(\)/g, `${auth}=client_secret_basic`],
    [/audience of (privateKeyJwt|clientSecretJwt)\(\)/g, audience],
    [/clientSecret(Basic|Post|Jwt): the secret/g, secret],
    [/privateKeyJwt: alg\b/g, keyAlg],
    [/privateKeyJwt: kid\b/g, keyId],
    [/privateKeyJwt: key\b/g, key],
    [/clientAssertionFrom: file "(?:[^"\\]|\\.)*"/g, `the file that ${assertion}_FILE names`],
    [/clientAssertionFrom: what the function returned/g, assertion],
    [/pass what createPrivateKey\([^)]*\) of node:crypto returns/g, `decrypt it, or ${WITH_MANAGER}`],
    [/ \(for other assertions give their type\)/g, ""],
    [/give clientAuthentication\b/g, `set ${secret}, ${key}_FILE or ${assertion}_FILE`],
    [/set dpop if (it is not set|the server binds this client's tokens to a key)/g, BOUND],
    [/\bclientId\b/g, id],
    [/\btokenEndpoint\b/g, tokenEndpoint],
    [/(?<=\b(check|write|give) )issuer\b/g, issuer],
  ];
}
