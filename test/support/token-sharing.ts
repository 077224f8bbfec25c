import { onTestFinished, vi } from "vitest";
import type { AccessToken } from "../../runtime/src/access-token.ts";
import { TokenError } from "../../runtime/src/errors.ts";
import { createSealer } from "../../runtime/src/shared-tokens/sealing.ts";
import type { TokenStoreOptions } from "../../runtime/src/shared-tokens.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
} from "../../runtime/src/token-client.ts";
import { createMemoryStore, type MemoryStore } from "./memory-store.ts";
import { createProcesses, settle } from "./processes.ts";

export const client = defineTokenClient("a", { tokenEndpoint: "https://login.example.com", clientId: "id" });
export const request = buildTokenRequest(client);
export const forced = { ...request, forceRenewal: true };
export const narrow = overrideTokenRequest(request, { scope: "narrow" });
export const encryption = { keys: [{ id: "k", key: Buffer.alloc(32, 7) }] };
export const down = new TokenError("ERR_TOKEN_ENDPOINT_FAILED", "down", { client: "a", status: 503 });

/** Time passes as the test that is running says, until it ends. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Processes that share tokens through one store. */
export function setUp(options: Omit<TokenStoreOptions, "store"> = {}) {
  const memory = createMemoryStore();
  const shared = { encryption, ...options, store: memory };
  return { memory, ...createProcesses(shared, shared, shared) };
}

/** Lets time pass, and what follows from that happen. */
export const waitMs = async (ms: number) => {
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
};

/** Has all processes have the first token. */
export async function share(
  value: string,
  { sources, asked }: ReturnType<typeof setUp>,
): Promise<AccessToken> {
  const got = Promise.all(sources.map((source) => source.get(request)));
  await settle();
  asked.at(-1)?.issue(value);
  await waitMs(1000);
  const [token] = await got;
  return token as AccessToken;
}

/** What the store has, whoever reads it. */
export function readStore(memory: MemoryStore, { key } = request): unknown {
  const { value } = memory.values.get(key) ?? {};
  return value === undefined ? undefined : JSON.parse(createSealer(encryption).unseal(value, key));
}

/** What a store does that does not answer. */
export const hang = () => new Promise<never>(() => {});
