import type { IncomingMessage } from "node:http";
import { type Jws, readJws } from "./jws.ts";

/** A request to the token endpoint as it came; what is secret in it stays here. */
export interface TokenForm {
  readonly form: URLSearchParams;
  /** Name of the method as registered with IANA, or the type of an assertion that is no JWT. */
  readonly authentication: string;
  readonly clientId: string | undefined;
  /** Of Basic or the form; of Basic in both readings, for servers differ in whether it is form-encoded. */
  readonly secrets: readonly string[];
  /** The client assertion, where it is a JWT. */
  readonly assertion: Jws | undefined;
}

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Reads who asks for a token, and how it proves who it is; nothing is checked. */
export async function readTokenForm(request: IncomingMessage): Promise<TokenForm> {
  const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
  const clientId = form.get("client_id") ?? undefined;
  const base = { form, clientId, secrets: [], assertion: undefined };
  const basic = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (basic !== undefined) {
    const [id = "", secret = ""] = splitOnce(Buffer.from(basic, "base64").toString());
    const secrets = [secret, formDecode(secret)];
    return { ...base, authentication: "client_secret_basic", clientId: formDecode(id), secrets };
  }
  const assertion = form.get("client_assertion");
  if (assertion !== null) {
    const type = form.get("client_assertion_type") ?? "";
    if (type !== JWT_BEARER) return { ...base, authentication: type };
    const jws = readJws(assertion);
    const isSecret = String(jws?.header["alg"]).startsWith("HS");
    const authentication = isSecret ? "client_secret_jwt" : "private_key_jwt";
    const subject = jws && String(jws.claims["sub"]);
    return { ...base, authentication, clientId: clientId ?? subject, assertion: jws };
  }
  const secrets = form.getAll("client_secret");
  return { ...base, authentication: secrets.length > 0 ? "client_secret_post" : "none", secrets };
}

function splitOnce(text: string): readonly string[] {
  const index = text.indexOf(":");
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

/** As RFC 6749 §2.3.1 says. */
function formDecode(text: string): string {
  return new URLSearchParams(`=${text.replaceAll("&", "%26")}`).get("") ?? text;
}
