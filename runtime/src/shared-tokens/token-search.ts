import type { AccessToken } from "../access-token.ts";
import { tokenCacheChannel } from "../events.ts";
import type { BackgroundWork } from "./background-work.ts";
import { Changes } from "./changes.ts";
import type { Need } from "./need.ts";
import { assertNotPaused } from "./pause.ts";
import type { SealedStore, Seen } from "./sealed-store.ts";
import { StoreUnavailableError } from "./store-guard.ts";
import { Turn } from "./turn.ts";

export interface TokenSearchOptions {
  readonly store: SealedStore;
  readonly background: BackgroundWork;
  /** Bounds a look at the store, and the taking of the turn with it. */
  readonly storeTimeoutMs: number;
  /** Bounds the wait for another process; default the client's `requestTimeoutMs`. */
  readonly lockWaitMs: number | undefined;
  /** Epoch ms. */
  readonly now: () => number;
}

/** How a search ended: with a token, or with nothing but to ask for one. */
export interface Found {
  readonly token: AccessToken | undefined;
  /** At the last look that succeeded; undefined when none did. */
  readonly seen: Seen | undefined;
  /** To be ended, once there is a token. Undefined with one; where the store has no locks; and when time was up. */
  readonly turn: Turn | undefined;
}

/** The first pause between two looks at what another process got, and the longest. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/** Looks for tokens in the store, and waits while another process asks for them. */
export class TokenSearch {
  readonly #options: TokenSearchOptions;
  readonly #changes = new Changes();

  constructor(options: TokenSearchOptions) {
    this.#options = options;
  }

  /**
   * Looks until there is a token, it is this process's turn to ask, or time is up.
   *
   * @throws {TokenError} when there is one to keep, whose renewal failed just now; or the signal's reason
   */
  async find(need: Need): Promise<Found> {
    const found = await this.#find(need);
    if (tokenCacheChannel.hasSubscribers) {
      const { name: client } = need.request.client;
      const expiresAt = found.token?.expiresAt;
      tokenCacheChannel.publish({ client, layer: "store", hit: found.token !== undefined, expiresAt });
    }
    return found;
  }

  /** Has those who wait for something to happen to the key look again. */
  wake(key: string): void {
    this.#changes.wake(key);
  }

  async #find(need: Need): Promise<Found> {
    const { store, storeTimeoutMs, lockWaitMs = need.request.client.requestTimeoutMs } = this.#options;
    const { key } = need.request;
    const waitsUntil = performance.now() + lockWaitMs;
    let seen: Seen | undefined;
    let turn: Turn | undefined;
    const endTurn = () => this.#options.background.start(async () => turn?.end());
    const look = async (timeoutMs: number) => {
      seen = await store.read(need.request, timeoutMs);
      return this.#choose(seen, need);
    };
    try {
      for (let looks = 1; ; looks++) {
        const endsAt = performance.now() + storeTimeoutMs;
        const leftMs = () => Math.max(1, endsAt - performance.now());
        let token = await look(leftMs());
        if (token === undefined && store.canLock) turn = await Turn.take(store, key, leftMs());
        // What came while it was another's turn.
        if (turn !== undefined) token = await look(leftMs());
        if (token !== undefined) {
          endTurn();
          return { token, seen, turn: undefined };
        }
        const waitMs = waitsUntil - performance.now();
        if (turn !== undefined || !store.canLock || waitMs <= 0) return { token, seen, turn };
        await this.#changes.next(key, Math.min(choosePauseMs(looks), waitMs), need.signal);
      }
    } catch (error) {
      if (error instanceof StoreUnavailableError) return { token: undefined, seen, turn };
      endTurn();
      throw error;
    }
  }

  /**
   * @returns what was seen, if it is what is needed
   * @throws {TokenError} when it is to be kept, and its renewal failed just now
   */
  #choose({ stored }: Seen, need: Need): AccessToken | undefined {
    const verdict = stored && need.judge(stored.token);
    if (stored === undefined || verdict === "refuse") return undefined;
    if (verdict === "accept") return stored.token;
    assertNotPaused(stored, this.#options.now());
    return undefined;
  }
}

/** Longer after each look, and by chance, lest all who wait look together. */
function choosePauseMs(looks: number): number {
  return Math.min(FIRST_PAUSE_MS * 1.5 ** (looks - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random());
}
