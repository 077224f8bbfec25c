import { LRUCache } from "lru-cache";
import type { ServerClocks } from "../server-clocks.ts";
import type { DpopKey, DpopProofFields } from "./key.ts";

/** A request that needs a proof. */
export interface DpopRequest extends Pick<DpopProofFields, "method" | "url" | "accessToken"> {
  /** By what it is told apart what servers have said; default the URL's origin. */
  readonly server?: string;
}

/** A proof, and what was known of the server when it was made. */
export interface DpopProof {
  /** Value of the `DPoP` field; a promise only of a key that is not extractable. */
  readonly jwt: string | Promise<string>;
  readonly thumbprint: string;
  readonly server: string;
  readonly nonce: string | undefined;
  readonly clockOffsetMs: number;
}

const LONGEST_NONCE = 1024;

/** NQCHAR of RFC 6749 §A. */
const NONCE = /^[!#-[\]-~]+$/;

/**
 * Builds proofs with what servers have said: the newest nonce for the key, and the time by their clocks.
 *
 * Authorization servers and APIs need one each, even at the same origin: their nonces are not for each other
 * (RFC 9449 §9).
 */
export class DpopProver {
  readonly #clocks: ServerClocks;
  /** By thumbprint and server. */
  readonly #nonces: LRUCache<string, string>;

  /** @param max - how many nonces are kept; the least recently used go first */
  constructor(clocks: ServerClocks, max = 1000) {
    this.#clocks = clocks;
    this.#nonces = new LRUCache({ max });
  }

  /**
   * Builds the proof for one request, with the nonce and by the clock of the server that it goes to.
   *
   * @param now - epoch ms, by our clock
   * @throws {TypeError} `ERR_INVALID_OPTION` when the URL is not http or https
   */
  prove(key: DpopKey, request: DpopRequest, now: number): DpopProof {
    const { thumbprint } = key;
    const { server = new URL(request.url).origin } = request;
    const nonce = this.#nonces.get(nonceKey(thumbprint, server));
    const clockOffsetMs = this.#clocks.offsetMs(server);
    const jwt = key.buildProof({ ...request, nonce, issuedAt: now + clockOffsetMs });
    return { jwt, thumbprint, server, nonce, clockOffsetMs };
  }

  /**
   * Learns from the answer to a request that carried a proof, be it refused or not.
   *
   * @param nonce - `DPoP-Nonce`; nothing else than one that is well-formed changes anything
   * @see RFC 9449 §8
   */
  noteNonce({ thumbprint, server }: DpopProof, nonce: string | readonly string[] | null | undefined): void {
    if (isNonce(nonce)) this.#nonces.set(nonceKey(thumbprint, server), nonce);
  }

  /**
   * Whether a proof made now would have another nonce, or a materially different time, be it because of the answers to
   * other requests; if not, it is in vain to send the request again.
   */
  isOutdated({ thumbprint, server, nonce, clockOffsetMs }: DpopProof): boolean {
    const newest = this.#nonces.get(nonceKey(thumbprint, server));
    return newest !== nonce || this.#clocks.isOutdated(server, clockOffsetMs);
  }
}

function nonceKey(thumbprint: string, server: string): string {
  return `${thumbprint} ${server}`;
}

function isNonce(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_NONCE && NONCE.test(value);
}
