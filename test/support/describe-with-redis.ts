import { describe } from "vitest";
import { redisProgram, redisUrl } from "./redis-server.ts";

/** A `describe` of what uses a Redis, the one of `REDIS_URL` as well. */
export const describeWithRedis = describe.skipIf(redisProgram === undefined && redisUrl === undefined);

/** A `describe` of what starts a redis-server. Without one, the whole run ends with a line that says so. */
export const describeWithServer = describe.skipIf(redisProgram === undefined);
