import { hash, X509Certificate } from "node:crypto";
import { invalidOption } from "./errors.ts";
import { readPrivateKey } from "./private-key.ts";

/** How connections are made, to the authorization server and to APIs alike. */
export interface TlsOptions {
  /** The client's certificate, then those that lead to its issuer: PEM. */
  readonly cert?: string | Uint8Array;
  /** Its private key: PEM. */
  readonly key?: string | Uint8Array;
  /** Of an encrypted key. */
  readonly passphrase?: string;
  /** Issuers of servers' certificates that are trusted instead of the well-known ones: PEM. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
}

/** TLS options after validation. */
export interface DefinedTls {
  /** As Node's `tls.connect` takes them; not enumerable, since the key is among them. */
  readonly connect: Readonly<Record<string, unknown>>;
  /** Differs where connections must not be shared. */
  readonly id: string;
  /** SHA-256 of the certificate as tokens are bound to it (RFC 8705 §3.1); undefined where only `ca` is given. */
  readonly thumbprint: string | undefined;
}

/**
 * Reads what connections are made with, and checks that the key belongs to the certificate.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` naming the option and the rule
 */
export function readTls(given: TlsOptions, option: string): DefinedTls {
  const { cert, key, passphrase, ca } = given;
  if ((cert === undefined) !== (key === undefined)) {
    throw invalidOption(option, "must have both cert and key, or neither");
  }
  if (cert === undefined && ca === undefined) throw invalidOption(option, "must have cert and key, or ca");
  for (const issuer of ca === undefined ? [] : [ca].flat()) parseCertificate(issuer, `${option}.ca`);
  const certificate = cert === undefined ? undefined : parseCertificate(cert, `${option}.cert`);
  if (certificate !== undefined) assertFits(certificate, given, `${option}.key`);
  const thumbprint = certificate && hash("sha256", certificate.raw, "base64url");
  const id = hash("sha256", JSON.stringify([thumbprint, ca?.toString()]), "base64url");
  const connect = Object.freeze({
    ...(cert && { cert, key }),
    ...(passphrase !== undefined && { passphrase }),
    ...(ca && { ca }),
  });
  return Object.freeze(
    Object.defineProperty({ id, thumbprint } as DefinedTls, "connect", { value: connect }),
  );
}

function parseCertificate(cert: string | Uint8Array, option: string): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch {
    // The parser has nothing to say but where it stopped.
    throw invalidOption(option, "must be a certificate as PEM (is its file the right one?)");
  }
}

function assertFits(certificate: X509Certificate, { key, passphrase }: TlsOptions, option: string): void {
  const pem = key instanceof Uint8Array ? Buffer.from(key).toString() : String(key);
  const privateKey = readPrivateKey(pem, option, { passphrase });
  if (!certificate.checkPrivateKey(privateKey)) throw invalidOption(option, "does not belong to tls.cert");
}
