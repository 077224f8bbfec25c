import { LRUCache } from "lru-cache";
import { invalidOption } from "../errors.ts";
import type { DpopKey, DpopProofFields } from "./key.ts";

export interface DpopServersOptions {
  /** How many nonces, and how many clocks, are kept; the least recently used go first. Default 1000. */
  readonly max?: number;
}

/** A request that needs a proof. */
export type DpopRequest = Pick<DpopProofFields, "method" | "url" | "accessToken">;

/** A proof, and what was known of the server when it was made. */
export interface DpopProof {
  /** Value of the `DPoP` field; a promise only of a key that is not extractable. */
  readonly jwt: string | Promise<string>;
  readonly thumbprint: string;
  readonly origin: string;
  readonly nonce: string | undefined;
  readonly clockOffsetMs: number;
}

/** Fields of the answer to a request that carried a proof. */
export interface DpopAnswer {
  /** `DPoP-Nonce` */
  readonly nonce?: string | readonly string[] | null | undefined;
  /** `Date` of one that refuses the proof. Leave out others: a cache may have set it, or a machine behind the server. */
  readonly date?: string | null | undefined;
}

/** Differences below this are none: `Date` counts whole seconds, and the answer was on its way. */
const LEAST_OFFSET_MS = 5000;

const LONGEST_NONCE = 1024;

/** NQCHAR of RFC 6749 §A. */
const NONCE = /^[!#-[\]-~]+$/;

/**
 * Builds proofs with what each server has said: its newest nonce for the key, and how far its clock is from ours.
 *
 * Authorization servers and APIs need one each, even at the same origin: their nonces are not for each other
 * (RFC 9449 §9).
 */
export class DpopServers {
  /** By thumbprint and origin. */
  readonly #nonces: LRUCache<string, string>;
  /** By origin; ms to add to our clock. */
  readonly #clockOffsets: LRUCache<string, number>;

  /** @throws {TypeError} `ERR_INVALID_OPTION` when `max` is no whole number of at least 1 */
  constructor({ max = 1000 }: DpopServersOptions = {}) {
    if (!Number.isInteger(max) || max < 1) throw invalidOption("max", "must be a whole number of at least 1");
    this.#nonces = new LRUCache({ max });
    this.#clockOffsets = new LRUCache({ max });
  }

  /**
   * Builds the proof for one request, with the nonce and by the clock of the server that it goes to.
   *
   * @param now - epoch ms, by our clock
   * @throws {TypeError} `ERR_INVALID_OPTION` when the URL is not http or https
   */
  prove(key: DpopKey, request: DpopRequest, now: number): DpopProof {
    const { thumbprint } = key;
    const origin = URL.parse(request.url)?.origin ?? ""; // The key refuses what is no URL.
    const known = this.#recall(thumbprint, origin);
    const { nonce, clockOffsetMs } = known;
    const jwt = key.buildProof({ ...request, nonce, issuedAt: now + clockOffsetMs });
    return { jwt, thumbprint, origin, ...known };
  }

  /**
   * Learns from the answer to a request. A malformed nonce or date changes nothing.
   *
   * @param now - epoch ms, by our clock
   * @returns whether a proof made now would have another nonce than the one that was sent, or a materially different
   *   time, be it because of other answers; if not, it is in vain to send the request again
   * @see RFC 9449 §8
   */
  note({ thumbprint, origin, ...sent }: DpopProof, { nonce, date }: DpopAnswer, now: number): boolean {
    if (isNonce(nonce)) this.#nonces.set(`${thumbprint} ${origin}`, nonce);
    const offsetMs = parseDate(date) - now;
    if (Number.isFinite(offsetMs)) {
      this.#clockOffsets.set(origin, Math.abs(offsetMs) < LEAST_OFFSET_MS ? 0 : offsetMs);
    }
    const known = this.#recall(thumbprint, origin);
    const drift = Math.abs(known.clockOffsetMs - sent.clockOffsetMs);
    return known.nonce !== sent.nonce || drift >= LEAST_OFFSET_MS;
  }

  #recall(thumbprint: string, origin: string): Pick<DpopProof, "nonce" | "clockOffsetMs"> {
    const nonce = this.#nonces.get(`${thumbprint} ${origin}`);
    return { nonce, clockOffsetMs: this.#clockOffsets.get(origin) ?? 0 };
  }
}

function isNonce(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_NONCE && NONCE.test(value);
}

/** Of the three forms of a date, the one that names no time zone is left out: it would be read as local time. */
function parseDate(date: string | null | undefined): number {
  return date?.endsWith(" GMT") ? Date.parse(date) : Number.NaN;
}
