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

/** Whether a key signed it, by the algorithm that its header names (RFC 7518 §3.1, RFC 8037). */
export function isSignedBy({ header, input, signature }: Jws, key: KeyObject): boolean {
  const [, family, bits = ""] =
    /^(HS|RS|PS|ES|EdDSA|Ed25519)(256|384|512)?$/.exec(String(header["alg"])) ?? [];
  const hash = bits === "" ? null : `sha${bits}`;
  if (key.type === "secret") {
    if (family !== "HS" || hash === null) return false;
    const expected = createHmac(hash, key).update(input).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  if (family === undefined || !fits(family, key)) return false;
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const options = family === "PS" ? pss : { dsaEncoding: "ieee-p1363" as const };
  return verify(hash, Buffer.from(input), { key, ...options }, signature);
}

/** Signs with a key on P-256 (ES256). */
export function signJws(header: object, claims: object, key: KeyObject): string {
  const input = `${encode({ alg: "ES256", ...header })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

function fits(family: string, { asymmetricKeyType }: KeyObject): boolean {
  if (family === "ES") return asymmetricKeyType === "ec";
  if (family === "RS" || family === "PS") return asymmetricKeyType === "rsa";
  return family !== "HS" && asymmetricKeyType === "ed25519";
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): Record<string, unknown> {
  return Object(JSON.parse(Buffer.from(part, "base64url").toString()));
}
