import { constants, createHmac, type KeyObject, sign, timingSafeEqual, verify } from "node:crypto";

/** A signed JWT, read but not verified. */
export interface Jws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly input: string;
  readonly signature: Buffer;
}

/** @returns undefined for what is no signed JWT */
export function readJws(text: string): Jws | undefined {
  const [header, claims, signature, ...more] = text.split(".");
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0)
    return undefined;
  try {
    return {
      header: decode(header),
      claims: decode(claims),
      input: `${header}.${claims}`,
      signature: Buffer.from(signature, "base64url"),
    };
  } catch {
    return undefined; // No JSON: whoever asks takes it for what it is.
  }
}

/** Whether a key signed it, by the algorithm that its header names (RFC 7518 §3.1, RFC 8037, RFC 9864). */
export function isSignedBy({ header, input, signature }: Jws, key: KeyObject): boolean {
  const algorithm = String(header["alg"]);
  if (!Object.hasOwn(ALGORITHMS, algorithm)) return false;
  const { hash, type, curve, padding } = ALGORITHMS[algorithm] as Algorithm;
  if (key.type === "secret") {
    if (type !== "secret" || hash === null) return false;
    const expected = createHmac(hash, key).update(input).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType !== type || asymmetricKeyDetails?.namedCurve !== curve) return false;
  const options = type === "ec" ? { dsaEncoding: "ieee-p1363" as const } : padding;
  return verify(hash, Buffer.from(input), { key, ...options }, signature);
}

interface Algorithm {
  readonly hash: string | null;
  readonly type: "secret" | "rsa" | "ec" | "ed25519";
  /** Each has its own: ES256 with a key on P-384 is no ES256. */
  readonly curve?: string;
  readonly padding?: { readonly padding: number; readonly saltLength: number };
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  HS256: { hash: "sha256", type: "secret" },
  HS384: { hash: "sha384", type: "secret" },
  HS512: { hash: "sha512", type: "secret" },
  RS256: { hash: "sha256", type: "rsa" },
  RS384: { hash: "sha384", type: "rsa" },
  RS512: { hash: "sha512", type: "rsa" },
  PS256: { hash: "sha256", type: "rsa", padding: PSS },
  PS384: { hash: "sha384", type: "rsa", padding: PSS },
  PS512: { hash: "sha512", type: "rsa", padding: PSS },
  ES256: { hash: "sha256", type: "ec", curve: "prime256v1" },
  ES384: { hash: "sha384", type: "ec", curve: "secp384r1" },
  ES512: { hash: "sha512", type: "ec", curve: "secp521r1" },
  EdDSA: { hash: null, type: "ed25519" },
  Ed25519: { hash: null, type: "ed25519" },
};

/** What {@link isSignedBy} knows. */
export const JWS_ALGORITHMS: readonly string[] = Object.keys(ALGORITHMS);

/** Signs with a key on P-256 (ES256). */
export function signJws(header: object, claims: object, key: KeyObject): string {
  const input = `${encode({ alg: "ES256", ...header })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): Record<string, unknown> {
  return Object(JSON.parse(Buffer.from(part, "base64url").toString()));
}
