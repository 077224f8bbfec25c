// A BullMQ worker whose jobs call an API. All of its processes share their tokens, in the Redis that has the queue.
//
// - One connection does for both: BullMQ duplicates it to wait for jobs, and the store to hear of changes. It has to
//   retry for ever (`maxRetriesPerRequest: null`), as BullMQ demands; the store has time limits of its own.
// - Where there is no token for now, it is nobody's fault: the job is put off, and that counts as no attempt.
// - What the API will never accept is not tried again. All else throws, and BullMQ's `attempts` decide.
//
// Environment: TOKEN_ENDPOINT, CATALOG_URL, CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET, REDIS_URL, TOKEN_STORE_KEY
import { clientSecretBasic, createTokenManager, TokenError, unwrap } from "@openapi-m2m/runtime";
import { createRedisStore } from "@openapi-m2m/runtime/redis";
import { DelayedError, type Job, UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { CatalogClient, tokenClients } from "../../../generated/index.ts";
import { readEnvironment } from "../../environment.ts";
import type { NewItemJob } from "./add-items.ts";

const env = readEnvironment(
  ...(["TOKEN_ENDPOINT", "CATALOG_URL", "CATALOG_CLIENT_ID", "CATALOG_CLIENT_SECRET"] as const),
  ...(["REDIS_URL", "TOKEN_STORE_KEY"] as const),
);

const redis = new Redis(env.REDIS_URL, { maxRetriesPerRequest: null });
redis.on("error", (error) => console.error("redis:", error.message));

const tokens = createTokenManager({
  clients: tokenClients({
    "catalog.client": {
      tokenEndpoint: env.TOKEN_ENDPOINT,
      clientId: env.CATALOG_CLIENT_ID,
      clientAuthentication: clientSecretBasic(env.CATALOG_CLIENT_SECRET),
    },
  }),
  cache: {
    store: createRedisStore(redis),
    encryption: { keys: [{ id: "2026-11", key: env.TOKEN_STORE_KEY }] }, // openssl rand -base64 32
  },
});
const catalog = new CatalogClient({ tokens, baseUrl: env.CATALOG_URL });

async function createItem(
  job: Job<NewItemJob, string>,
  lock?: string,
  signal?: AbortSignal,
): Promise<string> {
  const { key, ...body } = job.data;
  try {
    const result = await catalog.createItem({
      headers: { "Idempotency-Key": key }, // A job may run twice: the second time, the API answers as the first.
      body,
      ...(signal && { signal }),
    });
    if (result.status === 422) throw new UnrecoverableError(`${key}: ${result.error.title}`);
    return unwrap(result).id;
  } catch (error) {
    if (!(error instanceof TokenError && error.retryAfterMs !== undefined)) throw error;
    await job.moveToDelayed(Date.now() + error.retryAfterMs, lock);
    throw new DelayedError();
  }
}

const worker = new Worker("new-items", createItem, { connection: redis, concurrency: 10 });
worker.on("error", (error) => console.error("worker:", error.message));
worker.on("completed", (job, id) => console.log(`created ${id}: ${job.data.name}`));
worker.on("failed", (job, error) => console.error(`failed ${job?.data.name}: ${error.message}`));

// In this order: jobs under way finish, what they have learnt of tokens is stored, then Redis may go.
async function stop(): Promise<void> {
  await worker.close();
  await tokens.close();
  redis.disconnect();
}
process.once("SIGTERM", stop).once("SIGINT", stop);
