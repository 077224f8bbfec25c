import { createPrivateKey, type JsonWebKeyInput, KeyObject, type webcrypto } from "node:crypto";
import { types } from "node:util";
import { invalidOption } from "./errors.ts";

/** RFC 7517. By its own name, `@types/node` has the type in a place that differs from version to version. */
export type JsonWebKey = JsonWebKeyInput["key"] & { readonly kid?: unknown };

/** PEM (PKCS #8, PKCS #1 or SEC 1), JWK, or a key of Web Crypto or of `node:crypto`. */
export type PrivateKey = string | JsonWebKey | webcrypto.CryptoKey | KeyObject;

/** Of callers whose users may give an encrypted key as it is. */
interface Decryption {
  readonly passphrase: string | undefined;
}

/**
 * Reads a private key, in whichever form it is given. Whether its kind fits is for the caller to say.
 *
 * A CryptoKey has to be extractable: `node:crypto` is about to refuse others (DEP0204), which keep their promise only
 * in the hands of Web Crypto.
 *
 * @param option - what an error calls it
 * @param decryption - absent where no passphrase can be given: an error says then how to do without
 * @throws {TypeError} `ERR_INVALID_OPTION` naming the option and what is wrong, never quoting the key
 */
export function readPrivateKey(key: PrivateKey, option: string, decryption?: Decryption): KeyObject {
  const isObject = types.isKeyObject(key) || types.isCryptoKey(key);
  if (isObject && key.type !== "private") throw invalidOption(option, describeOther(key.type));
  return types.isKeyObject(key) ? key : parseKey(key, option, decryption);
}

function parseKey(key: Exclude<PrivateKey, KeyObject>, option: string, decryption?: Decryption): KeyObject {
  if (types.isCryptoKey(key)) {
    if (!key.extractable) throw invalidOption(option, "must be extractable where it is a CryptoKey");
    return KeyObject.from(key);
  }
  const known = typeof key === "string" ? explainText(key, decryption) : explainJwk(key);
  if (known !== undefined) throw invalidOption(option, known);
  const { passphrase } = decryption ?? {};
  try {
    if (typeof key !== "string") return createPrivateKey({ key, format: "jwk" });
    return createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
  } catch (error) {
    // Without a cause: what the parser says may quote the key.
    const { code, name } = error as NodeJS.ErrnoException;
    const how = passphrase === undefined ? "PEM or JWK" : "with that passphrase";
    throw invalidOption(option, `cannot be read as a private key, ${how} (${code ?? name})`);
  }
}

/** What is wrong with a text that is no PEM of a private key, where it can be told. */
function explainText(text: string, decryption: Decryption | undefined): string | undefined {
  if (text.trim() === "") return "must be a private key, not an empty text (is its variable set?)";
  if (text.trimStart().startsWith("{")) return "must be an object where it is a JWK: use JSON.parse()";
  if (!text.includes("-----BEGIN ")) return "must be a private key as PEM, which begins with -----BEGIN";
  if (!text.includes("\n"))
    return 'must have line breaks where it is PEM (does it hold "\\n" as two characters?)';
  if (/ENCRYPTED/.test(text) && decryption?.passphrase === undefined) {
    if (decryption !== undefined) return "is encrypted: give its passphrase with it";
    return "is encrypted: pass what createPrivateKey({ key, passphrase }) of node:crypto returns";
  }
  if (!text.includes("PRIVATE KEY-----")) return describeOther("public");
  return undefined;
}

function explainJwk(jwk: JsonWebKey): string | undefined {
  if (typeof jwk !== "object" || jwk === null) {
    return "must be a private key as PEM, JWK, CryptoKey or KeyObject (is its variable set?)";
  }
  if (typeof jwk.kty === "string" && jwk.kty !== "oct" && jwk.d === undefined) return describeOther("public");
  return undefined;
}

function describeOther(type: string): string {
  return type === "secret"
    ? "must be a private key, not a secret one"
    : "must be the private key of the pair: what is given is public";
}
