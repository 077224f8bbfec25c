import { createHash } from "node:crypto";
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from "jose";
import { Refusal } from "./refusal.ts";

/** What a proof has to fit. */
export interface ProvedRequest {
  readonly method: string;
  /** As the server was reached. */
  readonly url: string;
  readonly accessToken: string;
  /** The token's `cnf.jkt`. */
  readonly thumbprint: string;
  /** Any will do if undefined. */
  readonly nonce: string | undefined;
  /** Epoch ms. */
  readonly now: number;
}

const ALGORITHMS = "ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 EdDSA Ed25519".split(" ");
const MAX_AGE_SECONDS = 60;

/**
 * Verifies a DPoP proof, each check in the order of the list.
 *
 * @param proofs - the `DPoP` fields of the request
 * @param seen - the `jti` of proofs that were good; this one's is added
 * @throws {Refusal}
 * @see RFC 9449 §4.3
 */
export async function verifyDpopProof(
  proofs: readonly string[] | undefined,
  request: ProvedRequest,
  seen: Set<string>,
): Promise<void> {
  const { payload, thumbprint } = await readProof(proofs, request.now);
  const { jti, iat = 0, htm, htu, ath, nonce } = payload;
  demand(typeof jti === "string" && jti !== "", "jti is missing");
  demand(htm === request.method, "htm is not the method");
  demand(typeof htu === "string" && isSameResource(htu, request.url), "htu is not the URI");
  if (request.nonce !== undefined && nonce !== request.nonce)
    throw new Refusal("use_dpop_nonce", "a nonce is needed");
  demand(Math.abs(request.now / 1000 - iat) <= MAX_AGE_SECONDS, "iat is not recent");
  const hash = createHash("sha256").update(request.accessToken).digest("base64url");
  demand(ath === hash, "ath is not that of the token");
  demand(thumbprint === request.thumbprint, "the key is not the token's");
  demand(!seen.has(jti), "jti was seen before");
  seen.add(jti);
}

/** Claims are whatever the client wrote: only those that JWTs have in common are checked. */
type ProofClaims = JWTPayload & Readonly<Record<"htm" | "htu" | "ath" | "nonce", unknown>>;

async function readProof([proof, ...more]: readonly string[] = [], now: number) {
  demand(proof !== undefined && more.length === 0, "there must be one proof");
  try {
    const { payload, protectedHeader } = await jwtVerify<ProofClaims>(proof, EmbeddedJWK, {
      typ: "dpop+jwt",
      algorithms: ALGORITHMS,
      requiredClaims: ["iat", "jti", "htm", "htu", "ath"],
      currentDate: new Date(now),
    });
    return { payload, thumbprint: await calculateJwkThumbprint(protectedHeader.jwk ?? {}) };
  } catch (cause) {
    throw new Refusal("invalid_dpop_proof", "it is no DPoP proof", { cause });
  }
}

function demand(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Refusal("invalid_dpop_proof", otherwise);
}

/** Without query and fragment, normalised by syntax and scheme (RFC 3986 §6.2.2, §6.2.3). */
function isSameResource(htu: string, url: string): boolean {
  return URL.canParse(htu) && normalise(htu) === normalise(url);
}

/** URL lowers the case of scheme and host, drops default ports and resolves dots; percent-encoding it leaves alone. */
function normalise(url: string): string {
  const { origin, pathname } = new URL(url);
  return (
    origin +
    pathname.replace(/%[0-9a-f]{2}/gi, (octet) => {
      const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : octet.toUpperCase();
    })
  );
}
