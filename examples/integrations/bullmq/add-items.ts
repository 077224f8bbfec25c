// Adds jobs for worker.ts: `node bullmq/add-items.ts Spade Rake`.
//
// Environment: REDIS_URL
import { randomUUID } from "node:crypto";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { readEnvironment } from "../../environment.ts";

export interface NewItemJob {
  /** A UUID: what makes a repeated call answer like the first. */
  readonly key: string;
  readonly name: string;
}

if (import.meta.main) {
  const redis = new Redis(readEnvironment("REDIS_URL").REDIS_URL);
  const queue = new Queue<NewItemJob>("new-items", { connection: redis });
  const options = { attempts: 5, backoff: { type: "exponential", delay: 1000 } };
  await queue.addBulk(
    process.argv
      .slice(2)
      .map((name) => ({ name: "create", data: { key: randomUUID(), name }, opts: options })),
  );
  await queue.close();
  redis.disconnect();
}
