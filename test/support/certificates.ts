import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import type { JWK } from "jose";

/** A certificate, its key, and the certificate of whom its holder trusts; PEM, as `node:tls` and undici take them. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Every certificate has an EC key of its own and is valid from yesterday until tomorrow. */
export interface CertificateAuthority {
  /** PEM: what a client trusts. */
  readonly cert: string;
  /** For `127.0.0.1` and these hosts, `localhost` unless given. */
  issueServerCertificate(...hosts: string[]): TlsIdentity;
  /** Its subject is `CN=<commonName>`. */
  issueClientCertificate(commonName: string): TlsIdentity;
  /** A client certificate that nobody has issued; its holder trusts the authority's servers. */
  selfSignClientCertificate(commonName: string): TlsIdentity;
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const DAY_MS = 86_400_000;
const COMMON_NAME = "2.5.4.3";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

/** Creates a certification authority that lives in memory alone. */
export function createCertificateAuthority(): CertificateAuthority {
  const name = "Throw-away CA";
  const keys = createKeyPair();
  const cert = certify(name, keys.publicKey, { name, key: keys.privateKey }, [isAuthority()]);
  const issue = (subject: string, extensions: readonly Extension[], isSelfSigned: boolean): TlsIdentity => {
    const { publicKey, privateKey } = createKeyPair();
    const issuer = isSelfSigned ? { name: subject, key: privateKey } : { name, key: keys.privateKey };
    const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    return { cert: certify(subject, publicKey, issuer, extensions), key, ca: cert };
  };
  return {
    cert,
    issueServerCertificate: (...hosts) => {
      return issue("localhost", [isServer(hosts.length > 0 ? hosts : ["localhost"])], false);
    },
    issueClientCertificate: (commonName) => issue(commonName, [], false),
    selfSignClientCertificate: (commonName) => issue(commonName, [], true),
  };
}

/** The `x5t#S256` that a token bound to the certificate has (RFC 8705 §3.1). */
export function certificateThumbprint(cert: string | X509Certificate): string {
  const { raw } = typeof cert === "string" ? new X509Certificate(cert) : cert;
  return createHash("sha256").update(raw).digest("base64url");
}

/** What a client registers that authenticates with a self-signed certificate (RFC 8705 §2.2.2). */
export function certificateJwk(cert: string): JWK {
  const { raw } = new X509Certificate(cert);
  return { ...createPublicKey(cert).export({ format: "jwk" }), x5c: [raw.toString("base64")] } as JWK;
}

function createKeyPair(): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function certify(
  subject: string,
  publicKey: KeyObject,
  issuer: { readonly name: string; readonly key: KeyObject },
  extensions: readonly Extension[],
): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: positiveNumber(),
    signature: algorithm,
    issuer: nameOf(issuer.name),
    validity: new Validity({
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + DAY_MS),
    }),
    subject: nameOf(subject),
    subjectPublicKeyInfo: AsnConvert.parse(
      publicKey.export({ type: "spki", format: "der" }),
      SubjectPublicKeyInfo,
    ),
    ...(extensions.length > 0 && { extensions: new Extensions([...extensions]) }),
  });
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), issuer.key);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: bytes(signature),
  });
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString();
}

/** DER integers are signed, and have no zeros in front. */
function positiveNumber(): ArrayBuffer {
  const number = randomBytes(16);
  number[0] = 0x40 | ((number[0] ?? 0) & 0x3f);
  return bytes(number);
}

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })])]);
}

function isAuthority(): Extension {
  const value = AsnConvert.serialize(new BasicConstraints({ cA: true }));
  return new Extension({
    extnID: id_ce_basicConstraints,
    critical: true,
    extnValue: new OctetString(value),
  });
}

function isServer(hosts: readonly string[]): Extension {
  const names = hosts.map((dNSName) => new GeneralName({ dNSName }));
  names.push(new GeneralName({ iPAddress: "127.0.0.1" }));
  const value = AsnConvert.serialize(new SubjectAlternativeName(names));
  return new Extension({ extnID: id_ce_subjectAltName, extnValue: new OctetString(value) });
}

function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}
