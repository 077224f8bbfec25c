import { formEncode } from "../client-authentication.ts";

/** Form fields that may stand in an error; whatever else a request holds may be a credential. */
const PLAIN_FIELDS = new Set([
  "grant_type",
  "client_id",
  "scope",
  "resource",
  "audience",
  "client_assertion_type",
]);

/** How JSON, HTML and URLs write a character that they would take for their own. */
const ESCAPED =
  /\\u([0-9a-f]{4})|&#x0*([0-9a-f]{1,5});|&#0*(\d{1,6});|&(amp|lt|gt|quot|apos);|\\(["\\/])|((?:%[0-9a-f]{2})+)/gi;

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Lists what was sent that must not come back in an error, in every encoding in which a server may echo it: secret or
 * assertion, DPoP proof, and parameters of the user's own.
 */
export function listSecrets(clientId: string, body: URLSearchParams, headers: Headers): string[] {
  const secrets = [...body].filter(([name]) => !PLAIN_FIELDS.has(name)).map(([, value]) => value);
  const credentials = headers.get("authorization")?.replace(/^[\w-]+ +/, "");
  if (credentials !== undefined) secrets.push(...listCredentials(clientId, credentials));
  const proof = headers.get("dpop");
  if (proof !== null) secrets.push(proof);
  return [...new Set(secrets.flatMap(encodeVariously))].filter((text) => text !== "");
}

/** Removes secrets from what a server said, those too that it escaped for JSON, HTML or a URL. */
export function redact(text: string, secrets: readonly string[]): string {
  const redacted = removeAll(text, secrets);
  const plain = unescapeMarkup(redacted);
  const other = removeAll(plain, secrets);
  return other === plain ? redacted : other;
}

function listCredentials(clientId: string, credentials: string): string[] {
  const decoded = Buffer.from(credentials, "base64").toString();
  // Sent raw, the id may hold a colon too.
  const password = decoded.startsWith(`${clientId}:`)
    ? decoded.slice(clientId.length + 1)
    : decoded.slice(decoded.indexOf(":") + 1);
  return [credentials, decoded, password, formDecode(password)];
}

/** What was sent raw, an ampersand and all, is no form. */
function formDecode(text: string): string {
  return new URLSearchParams(`secret=${text.replaceAll("&", "%26")}`).get("secret") ?? "";
}

function encodeVariously(text: string): string[] {
  const uriEncoded = encodeURIComponent(text.toWellFormed());
  return [text, formEncode(text), uriEncoded, encodeURIComponent(uriEncoded), ...encodeBytes(text)];
}

/** Base64, with and without padding, and hexadecimal. Of what is too short to be a secret they are in any text. */
function encodeBytes(text: string): string[] {
  const bytes = Buffer.from(text);
  if (bytes.length < 4) return [];
  const base64 = bytes.toString("base64");
  return [base64, base64.replace(/=+$/, ""), bytes.toString("base64url"), bytes.toString("hex")];
}

/** The longest first: another may be a part of it. */
function removeAll(text: string, secrets: readonly string[]): string {
  return secrets.toSorted((one, other) => other.length - one.length).reduce(remove, text);
}

/**
 * In any case, since that of percent-encoding is the server's choice. Not by a pattern: one that is too long is an error
 * that quotes it.
 */
function remove(text: string, secret: string): string {
  const [lowerText, lowerSecret] = [text, secret].map(toLowerAscii) as [string, string];
  let rest = "";
  let from = 0;
  for (let at = lowerText.indexOf(lowerSecret); at !== -1; at = lowerText.indexOf(lowerSecret, from)) {
    rest += `${text.slice(from, at)}[redacted]`;
    from = at + secret.length;
  }
  return rest + text.slice(from);
}

/** As long as the text, which that of other letters need not be. */
function toLowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function unescapeMarkup(text: string): string {
  return text.replace(ESCAPED, (_, unit, hex, decimal, name, char, percent) => {
    if (percent !== undefined) return Buffer.from(percent.replaceAll("%", ""), "hex").toString();
    if (name !== undefined) return NAMED[name.toLowerCase()];
    return (
      char ?? String.fromCodePoint(decimal === undefined ? Number.parseInt(unit ?? hex, 16) : Number(decimal))
    );
  });
}
