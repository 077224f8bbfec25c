import { createPublicKey, hash, type KeyObject } from "node:crypto";
import type { JsonWebKey } from "../../private-key.ts";
import { isSignedBy, readJws } from "./jws.ts";

/** What a proof has to be for. */
export interface ProvedRequest {
  readonly method: string;
  /** As the server was reached, without query and fragment. */
  readonly url: string;
  /** The token that it goes with; none at a token endpoint. */
  readonly accessToken?: string;
  /** Any will do if undefined. */
  readonly nonce: string | undefined;
  /** Epoch ms. */
  readonly now: number;
}

/** The key of a good proof, or what is wrong with one. */
export type ProofVerdict =
  | { readonly thumbprint: string }
  | { readonly error: "invalid_dpop_proof" | "use_dpop_nonce"; readonly reason: string };

const MAX_AGE_MS = 60_000;

/** Of a JWK that is private, or a secret (RFC 7518 §6, RFC 8037 §2): none belongs in a proof. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/**
 * Checks DPoP proofs; each is good once.
 *
 * @see RFC 9449 §4.3
 */
export class DpopProofs {
  readonly #seen = new Set<unknown>();

  check(proof: string, request: ProvedRequest): ProofVerdict {
    const jws = readJws(proof);
    const jwk = Object(jws?.header["jwk"]) as JsonWebKey;
    if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return refuse("its jwk is no public key");
    const key = readKey(jwk);
    if (jws === undefined || key === undefined || !isSignedBy(jws, key)) return refuse("it is no signed JWT");
    const { jti, iat, htm, htu, ath, nonce } = jws.claims;
    if (jws.header["typ"] !== "dpop+jwt") return refuse("its typ is not dpop+jwt");
    if (htm !== request.method) return refuse("its htm is not the method");
    if (htu !== request.url) return refuse("its htu is not the URL");
    if (!(Math.abs(request.now - Number(iat) * 1000) <= MAX_AGE_MS)) return refuse("its iat is not recent");
    const token = request.accessToken;
    if (token !== undefined && ath !== hash("sha256", token, "base64url"))
      return refuse("its ath is not that of the token");
    if (typeof jti !== "string" || this.#seen.has(jti))
      return refuse("its jti is missing, or was seen before");
    if (request.nonce !== undefined && nonce !== request.nonce)
      return { error: "use_dpop_nonce", reason: "its nonce is missing, or is not the last one given" };
    this.#seen.add(jti);
    return { thumbprint: thumbprintOf(jwk) };
  }
}

function refuse(reason: string): ProofVerdict {
  return { error: "invalid_dpop_proof", reason };
}

function readKey(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return undefined; // No key: the proof is none either.
  }
}

/** The members that RFC 7638 §3.2 requires, in the order of their names. */
function thumbprintOf(jwk: JsonWebKey): string {
  return hash("sha256", JSON.stringify(jwk, ["crv", "e", "kty", "n", "x", "y"]), "base64url");
}
