import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { TokenCache } from "../../runtime/src/token-cache.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
} from "../../runtime/src/token-client.ts";
import { createSource } from "../../runtime/src/token-manager/source.ts";

/** How many tokens a process has, all that it may keep. */
const TOKENS = 100_000;
const NOTHING_STORED = { get: async () => undefined, set: async () => {}, delete: async () => {} };
const OPTIONS = { tokenEndpoint: "https://login.example.com/token", clientId: "bench" };

/** Bytes of memory for each token that a process has: each way has its turn in each round. */
export async function measureMemory({ rounds }) {
  const ways = {
    "without a store": {},
    "with the store": { store: NOTHING_STORED, encryption: "none" },
  };
  const figures = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, shared] of Object.entries(ways)) figures[name].push(await weigh(shared));
  }
  return figures;
}

async function weigh(shared) {
  const before = await measureUsed();
  const source = createSource(
    { max: TOKENS, ...shared },
    { cache: new TokenCache({ max: TOKENS }), requestToken, now: Date.now },
  );
  const request = buildTokenRequest(defineTokenClient("bench", OPTIONS));
  for (let i = 0; i < TOKENS; i++) {
    await source.get(overrideTokenRequest(request, { parameters: { tenant: `tenant-${i}` } }));
  }
  const used = await measureUsed();
  await source.close(); // What it has is held until here.
  return (used - before) / TOKENS;
}

async function requestToken({ client }) {
  const now = Date.now();
  const value = randomBytes(525).toString("base64url");
  return new AccessToken({
    value,
    tokenType: "Bearer",
    clientName: client.name,
    issuedAt: now,
    expiresAt: now + 3_600_000,
  });
}

/** What is left once nothing more goes: what finalizers let go of is collected by the next collection only. */
async function measureUsed() {
  let least = Number.POSITIVE_INFINITY;
  for (;;) {
    globalThis.gc();
    await sleep(50);
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed > least - 50_000) return heapUsed + external;
    least = heapUsed;
  }
}
