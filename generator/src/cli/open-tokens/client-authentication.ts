import { createPrivateKey } from "node:crypto";
import { CommandError } from "../command-error.ts";
import type { Credentials } from "./credentials.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Makes of credentials what the runtime authenticates a client with.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` of the runtime; {CommandError} `ERR_CREDENTIALS`
 */
export function authenticationOf({ proof, audience, variables }: Credentials, runtime: Runtime): object {
  const addressed = audience === undefined ? {} : { audience };
  switch (proof.by) {
    case "nothing":
      return runtime.none();
    case "assertion":
      return runtime.clientAssertionFrom(() => proof.assertion);
    case "assertion file":
      return runtime.clientAssertionFrom({ file: proof.file });
    case "secret":
      if (proof.method === "client_secret_jwt") return runtime.clientSecretJwt(proof.secret, addressed);
      return proof.method === "client_secret_post"
        ? runtime.clientSecretPost(proof.secret)
        : runtime.clientSecretBasic(proof.secret);
    case "key": {
      const key = readKey(proof.key, variables.key);
      const { alg = algorithmOf(key), kid } = proof;
      return runtime.privateKeyJwt({ key, alg, ...(kid !== undefined && { kid }), ...addressed });
    }
  }
}

/** PEM, or a JWK as its object. */
function readKey(text: string, variable: string): string | object {
  if (!text.trimStart().startsWith("{")) return text;
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the key.
    throw new CommandError("ERR_CREDENTIALS", `${variable} is neither PEM nor a JWK: it is no JSON`);
  }
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: "ES256",
  secp384r1: "ES384",
  secp521r1: "ES512",
};

/** What a key of its kind signs with mostly; what can't be read, the runtime has words for. */
function algorithmOf(given: string | object): string {
  if (typeof given === "object" && "alg" in given && typeof given.alg === "string") return given.alg;
  try {
    const input = typeof given === "string" ? given : ({ key: given, format: "jwk" } as const);
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(input as string);
    if (asymmetricKeyType === "ec") return CURVES[asymmetricKeyDetails?.namedCurve ?? ""] ?? "ES256";
    return asymmetricKeyType === "ed25519" ? "EdDSA" : "RS256";
  } catch {
    return "ES256";
  }
}
