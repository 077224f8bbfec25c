import { asString, type JsonObject } from "../document.ts";
import type { CredentialScheme } from "../model.ts";

/** A scheme of which nothing can be sent. */
export interface Unsendable {
  /** `is HTTP digest, which ...` */
  readonly problem: string;
  readonly fix: string;
  /** Whether the document is wrong. */
  readonly isMistake: boolean;
}

/** RFC 9110 §5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Fields that the connection needs for itself, or that say what the message is. */
const RESERVED_HEADER =
  /^(host|connection|content-length|content-type|content-encoding|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|accept|dpop|cookie)$/i;

/** Schemes that answer a challenge of the server, so that no text given beforehand will do. */
const CHALLENGED = /^(digest|negotiate|ntlm|kerberos|mutual|hoba|scram-.*|concealed|gnap|oauth)$/i;

/** How a scheme that is none of a token's is sent: as an API key, or in the Authorization field. */
export function readCredential(scheme: JsonObject): CredentialScheme | Unsendable {
  switch (scheme["type"]) {
    case "apiKey":
      return readApiKey(scheme);
    case "http":
      return readHttp(asString(scheme["scheme"]) ?? "");
    case "oauth2":
    case "openIdConnect":
      return { http: "bearer" };
    default: {
      const type = asString(scheme["type"]);
      const problem =
        type === undefined ? "has no type" : `has the type "${type}", which OpenAPI does not know`;
      return { problem, fix: "use apiKey, http, oauth2, openIdConnect or mutualTLS", isMistake: true };
    }
  }
}

/** Whether a credential takes the field that a token is in. */
export function isAuthorization(scheme: CredentialScheme): boolean {
  return "http" in scheme || (scheme.in === "header" && scheme.name.toLowerCase() === "authorization");
}

/** Where a credential goes: two in the same place can't both go there. */
export function placeOf(scheme: CredentialScheme): string {
  if (isAuthorization(scheme)) return "header authorization";
  if ("http" in scheme) return "";
  return `${scheme.in} ${scheme.in === "header" ? scheme.name.toLowerCase() : scheme.name}`;
}

function readApiKey(scheme: JsonObject): CredentialScheme | Unsendable {
  const place = asString(scheme["in"]);
  const name = asString(scheme["name"]) ?? "";
  if (place !== "header" && place !== "query" && place !== "cookie")
    return {
      problem: "does not say where its key goes",
      fix: "say in: header, query or cookie",
      isMistake: true,
    };
  if (name === "")
    return { problem: "does not say what its key is called", fix: "give it a name", isMistake: true };
  const isSendable = place === "query" ? name.isWellFormed() : TOKEN.test(name);
  if (!isSendable || (place === "header" && RESERVED_HEADER.test(name)))
    return {
      problem: `has a name that no ${place} of its own can have`,
      fix: "correct its name",
      isMistake: true,
    };
  return { in: place, name };
}

function readHttp(scheme: string): CredentialScheme | Unsendable {
  if (!TOKEN.test(scheme))
    return {
      problem: "names no HTTP authentication scheme",
      fix: "say scheme: bearer or basic, for instance",
      isMistake: true,
    };
  if (!CHALLENGED.test(scheme)) return { http: scheme };
  return {
    problem: `is HTTP ${scheme}, which needs a challenge of the server and is not sent`,
    fix: "give the client a `dispatcher` that answers it",
    isMistake: false,
  };
}
