import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { invalidOption } from "../errors.ts";

/**
 * A key that seals what is stored.
 *
 * To rotate: add the new one last, everywhere; then move it first, everywhere; and take the old one away once all
 * tokens that it sealed have expired.
 */
export interface EncryptionKey {
  /** Stored beside the value, to tell which key opens it; letters, digits, `-` and `_`, at most 32. */
  readonly id: string;
  /** 32 random bytes, as they are or in base64: what `openssl rand -base64 32` prints. */
  readonly key: string | Uint8Array;
}

/** The first key seals, all of them open; or `"none"`, for a store that nobody else can read or write. */
export type StoreEncryption = "none" | { readonly keys: readonly EncryptionKey[] };

/** Makes texts unreadable, and tells when they were tampered with or belong elsewhere. */
export interface Sealer {
  /** @param place - what the text is for: sealed for one place, it does not open in another */
  seal(text: string, place: string): string;
  /** @throws {UnsealError} unless it was sealed for that place, with one of the keys */
  unseal(sealed: string, place: string): string;
}

/** What was stored can't be used; `code` says why. Never holds what it was. */
export class UnsealError extends Error {
  override readonly name = "UnsealError";
  readonly code: "ERR_STORE_FORMAT" | "ERR_STORE_KEY_UNKNOWN" | "ERR_STORE_SEAL";

  constructor(code: UnsealError["code"]) {
    super(`what is stored can't be used: ${code}`);
    this.code = code;
  }
}

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const KEYS_OPTION = "cache.encryption.keys";
const HOW_TO_MAKE = "openssl rand -base64 32";

/** Of the format of sealed texts, and of plain ones: each opens its own only, so that nobody can plant a plain text. */
const SEALED = "s1";
const PLAIN = "p1";

/** @throws {TypeError} `ERR_INVALID_OPTION` when it says neither which keys there are nor that there shall be none */
export function createSealer(encryption: StoreEncryption | undefined): Sealer {
  if (encryption === "none") return { seal: wrap, unseal: unwrap };
  const given = encryption?.keys;
  if (!Array.isArray(given) || given.length === 0) {
    const rule =
      "must be { keys: [{ id, key }] }, with a secret that all processes have for what is stored " +
      `(${HOW_TO_MAKE}), or "none", where nobody else can read or write the store`;
    throw invalidOption("cache.encryption", rule);
  }
  const keys = new Map<string, KeyObject>();
  for (const entry of given as readonly unknown[]) {
    const { id, key } = Object(entry) as Partial<EncryptionKey>;
    const parsedId = parseId(id);
    if (keys.has(parsedId))
      throw invalidOption(KEYS_OPTION, `must not have two keys of the id "${parsedId}"`);
    keys.set(parsedId, parseKey(key, parsedId));
  }
  const [[first, firstKey]] = keys as unknown as [[string, KeyObject]];
  return {
    seal: (text, place) => seal(text, place, first, firstKey),
    unseal: (sealed, place) => unseal(sealed, place, keys),
  };
}

/** AES-256-GCM: a random nonce each, so that equal texts are sealed differently (NIST SP 800-38D §8.2.2). */
function seal(text: string, place: string, id: string, key: KeyObject): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(describePlace(id, place));
  const bytes = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${SEALED}.${id}.${bytes.toString("base64url")}`;
}

function unseal(sealed: string, place: string, keys: ReadonlyMap<string, KeyObject>): string {
  const [format, id = "", content = "", ...rest] = sealed.split(".");
  const bytes = Buffer.from(content, "base64url");
  if (format !== SEALED || rest.length > 0 || bytes.length < NONCE_BYTES + TAG_BYTES) {
    throw new UnsealError("ERR_STORE_FORMAT");
  }
  const key = keys.get(id);
  if (key === undefined) throw new UnsealError("ERR_STORE_KEY_UNKNOWN");
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(describePlace(id, place)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return (
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8")
    );
  } catch {
    // What OpenSSL says of it adds nothing.
    throw new UnsealError("ERR_STORE_SEAL");
  }
}

/** A sealed text is bound to it: moved elsewhere, or said to be of another key, it does not open. */
function describePlace(id: string, place: string): Buffer {
  return Buffer.from(`${SEALED}.${id}.${place}`);
}

/** A nonce here too: two values are told apart by their texts. And the place, in case a store mixes them up. */
function wrap(text: string, place: string): string {
  return [PLAIN, randomBytes(NONCE_BYTES).toString("base64url"), place, text].join(".");
}

function unwrap(wrapped: string, place: string): string {
  const [, inner, text] = /^p1\.[\w-]{16}\.([\w-]+)\.(.*)$/s.exec(wrapped) ?? [];
  if (text === undefined) throw new UnsealError("ERR_STORE_FORMAT");
  if (inner !== place) throw new UnsealError("ERR_STORE_SEAL");
  return text;
}

function parseId(id: unknown): string {
  if (typeof id === "string" && /^[\w-]{1,32}$/.test(id)) return id;
  const rule = "must be [{ id, key }], each with an id of its own: letters, digits, - and _, at most 32";
  throw invalidOption(KEYS_OPTION, rule);
}

function parseKey(key: unknown, id: string): KeyObject {
  const isBytes = key instanceof Uint8Array;
  const isText = typeof key === "string" && /^[A-Za-z0-9+/_-]{43}=?$/.test(key);
  const bytes = isBytes ? key : Buffer.from(isText ? (key as string) : "", "base64");
  if (bytes.length === KEY_BYTES) return createSecretKey(bytes);
  const rule = `must have 32 random bytes as key of "${id}", as they are or in base64 (${HOW_TO_MAKE})`;
  throw invalidOption(KEYS_OPTION, rule);
}
