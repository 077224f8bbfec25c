/** Form fields that may stand in an error; whatever else a request holds may be a credential. */
const PLAIN_FIELDS = new Set([
  "grant_type",
  "client_id",
  "scope",
  "resource",
  "audience",
  "client_assertion_type",
]);

/**
 * Lists what was sent that must not come back in an error, in every form in which a server may echo it: secret or
 * assertion, DPoP proof, and parameters of the user's own.
 */
export function listSecrets(clientId: string, body: URLSearchParams, headers: Headers): string[] {
  const secrets = [...body].filter(([name]) => !PLAIN_FIELDS.has(name)).map(([, value]) => value);
  const credentials = headers.get("authorization")?.replace(/^Basic /, "");
  if (credentials !== undefined) secrets.push(credentials, ...decodeCredentials(clientId, credentials));
  const proof = headers.get("dpop");
  if (proof !== null) secrets.push(proof);
  return [...new Set(secrets.flatMap(encodeVariously))].filter((text) => text !== "");
}

function decodeCredentials(clientId: string, credentials: string): string[] {
  const decoded = Buffer.from(credentials, "base64").toString();
  // Sent raw, the id may hold a colon too.
  const password = decoded.startsWith(`${clientId}:`)
    ? decoded.slice(clientId.length + 1)
    : decoded.slice(decoded.indexOf(":") + 1);
  return [password, new URLSearchParams(`secret=${password}`).get("secret") ?? ""];
}

function encodeVariously(text: string): string[] {
  const formEncoded = String(new URLSearchParams([["", text]])).slice(1);
  const uriEncoded = encodeURIComponent(text.toWellFormed());
  return [text, formEncoded, uriEncoded, encodeURIComponent(uriEncoded)];
}
