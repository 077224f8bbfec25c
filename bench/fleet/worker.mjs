// One process of the fleet: wants tokens all the time, and says at the end how that went.
import { createTokenManager } from "@openapi-m2m/runtime";
import { createRedisStore } from "@openapi-m2m/runtime/redis";
import { Redis } from "ioredis";

/** So many callers want a token, so often. */
const CALLERS = 10;
const EVERY_MS = 20;

const [tokenEndpoint, redisPort, key] = process.argv.slice(2);
const client = redisPort ? new Redis(Number(redisPort)) : undefined;
await client?.ping();
const cache = client && { store: createRedisStore(client), encryption: { keys: [{ id: "bench", key }] } };
const tokens = createTokenManager({
  clients: { fleet: { tokenEndpoint, clientId: "fleet" } },
  ...(cache && { cache }),
});
const outcome = { calls: 0, failures: 0, longestMs: 0 };

async function call() {
  const startedAt = performance.now();
  outcome.calls += 1;
  try {
    await tokens.getAccessToken("fleet");
  } catch {
    outcome.failures += 1;
  }
  outcome.longestMs = Math.max(outcome.longestMs, performance.now() - startedAt);
}

function callAll() {
  for (let i = 0; i < CALLERS; i++) call();
}

let timer;
process.on("message", async (message) => {
  if (message === "start") {
    callAll();
    timer = setInterval(callAll, EVERY_MS);
    return;
  }
  clearInterval(timer);
  await tokens.close();
  client?.disconnect();
  process.send(outcome, () => process.disconnect());
});
process.on("disconnect", () => process.exit());
process.send("ready");
