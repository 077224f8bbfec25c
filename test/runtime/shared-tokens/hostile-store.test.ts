import { expect, onTestFinished, test, vi } from "vitest";
import { AccessToken } from "../../../runtime/src/access-token.ts";
import { TokenCache } from "../../../runtime/src/token-cache.ts";
import { buildTokenRequest, defineTokenClient } from "../../../runtime/src/token-client.ts";
import { createSource } from "../../../runtime/src/token-manager/source.ts";
import type { TokenSource } from "../../../runtime/src/token-source.ts";
import { createMemoryStore, keepPlain } from "../../support/memory-store.ts";
import { settle } from "../../support/processes.ts";

const client = defineTokenClient("a", { tokenEndpoint: "https://login.example.com", clientId: "id" });
const request = buildTokenRequest(client);
const LIFE_MS = 10_000;
const ANSWER_MS = 100;
const STORE_TIMEOUT_MS = 250;
const LOCK_WAIT_MS = 1000;
/** What a call waits at the most: for another process, for a last look at the store, for the token endpoint. */
const LONGEST_MS = LOCK_WAIT_MS + STORE_TIMEOUT_MS + ANSWER_MS;

/** The same numbers for the same seed (Numerical Recipes' generator). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function setUp(seed: number) {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"],
  });
  onTestFinished(() => void vi.useRealTimers());
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  onTestFinished(() => void process.off("unhandledRejection", unhandled));
  const random = createRandom(seed);
  vi.spyOn(Math, "random").mockImplementation(random); // Else no failure would come again.
  onTestFinished(() => void vi.mocked(Math.random).mockRestore());
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms * random()));
  const memory = createMemoryStore();
  const state = { isHostile: true, asked: 0 };
  memory.interfere = async (_method, _key, work) => {
    await pause(5);
    const dice = state.isHostile ? random() : 1;
    if (dice < 0.05) throw new Error("down");
    if (dice < 0.08) return new Promise(() => {});
    if (dice < 0.12) await pause(400);
    if (dice < 0.15) return ["garbage", 5, {}, true, null][Math.floor(random() * 5)];
    const result = work();
    if (dice < 0.2) await pause(400);
    return result;
  };
  const requestToken = async () => {
    state.asked++;
    const life = { issuedAt: Date.now(), expiresAt: Date.now() + LIFE_MS };
    const value = String(state.asked);
    await pause(ANSWER_MS);
    return new AccessToken({ value, tokenType: "Bearer", clientName: "a", ...life });
  };
  const store = seed % 3 === 0 ? keepPlain(memory) : memory;
  const shared = {
    store,
    encryption: "none",
    storeTimeoutMs: STORE_TIMEOUT_MS,
    lockWaitMs: LOCK_WAIT_MS,
  } as const;
  const sources = Array.from({ length: 4 }, () =>
    createSource(shared, { cache: new TokenCache(), requestToken, now: Date.now }),
  );
  return { memory, sources, state, random, pause, unhandled };
}

/** Uses tokens in every way, now and then; some callers give up. */
async function use(source: TokenSource, { random, pause }: ReturnType<typeof setUp>): Promise<void> {
  for (let calls = 0; calls < 40; calls++) {
    const dice = random();
    const controller = new AbortController();
    if (dice < 0.05) pause(50).then(() => controller.abort());
    if (dice > 0.99) source.invalidate(request);
    if (dice > 0.98 && dice < 0.99) source.invalidateClient("a");
    try {
      const forceRenewal = dice > 0.96 && dice < 0.98;
      const token = await inTime(
        source.get({ ...request, forceRenewal }, controller.signal),
        // Those who force a renewal have the one under way end first.
        forceRenewal ? 2 * LONGEST_MS : LONGEST_MS,
      );
      expect(token.expiresAt).toBeGreaterThan(Date.now());
      if (dice > 0.9 && dice < 0.93) {
        const other = await inTime(source.replace(request, token, controller.signal), LONGEST_MS);
        expect(other.value).not.toBe(token.value);
      }
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    }
    await pause(900);
  }
}

async function inTime(call: Promise<AccessToken>, longestMs: number): Promise<AccessToken> {
  const startedAt = performance.now();
  const token = await call;
  expect(performance.now() - startedAt).toBeLessThanOrEqual(longestMs);
  return token;
}

/** Runs the clock until the work is done. */
async function finish<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  work.then(end, end);
  while (!isDone) await vi.advanceTimersByTimeAsync(100);
  return work;
}

test.each(Array.from({ length: 100 }, (_, seed) => seed))(
  "fails no call, holds nothing up, and leaves nothing behind once the store is well again (%d)",
  async (seed) => {
    const setup = setUp(seed);
    const { memory, sources, state, unhandled } = setup;
    await finish(Promise.all(sources.flatMap((source) => [use(source, setup), use(source, setup)])));
    state.isHostile = false;
    await vi.advanceTimersByTimeAsync(60_000 + LIFE_MS); // The longest pause, and a token's life.
    const getAll = () => finish(Promise.all(sources.map((source) => source.get(request))));
    await getAll();
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    const asked = state.asked;
    const values = (await getAll()).map(({ value }) => value);
    if (seed % 3 !== 0) expect([new Set(values).size, state.asked - asked]).toEqual([1, 1]);
    await finish(Promise.all(sources.map((source) => source.close())));
    await settle();
    expect([vi.getTimerCount(), memory.listeners.size]).toEqual([0, 0]);
    expect(unhandled).not.toHaveBeenCalled();
  },
);
