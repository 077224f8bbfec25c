import { invalidOption } from "../errors.ts";
import type { RedisConnection } from "./connection.ts";
import { type IoredisClient, wrapIoredis } from "./ioredis.ts";
import { type NodeRedisClient, wrapNodeRedis } from "./node-redis.ts";
import { nameReplyError } from "./reply-error.ts";
import { shareChannels } from "./shared-channels.ts";

/** A client of ioredis or node-redis: of one server, of a cluster, or of what sentinels point to. */
export type RedisClient = IoredisClient | NodeRedisClient;

/** @throws {TypeError} `ERR_INVALID_OPTION` for what is a client of neither library, or of an old version */
export function wrapClient(client: RedisClient): RedisConnection {
  const { run, subscribe } = wrapLibrary(client);
  const runNamed: typeof run = async (...command) => {
    try {
      return await run(...command);
    } catch (error) {
      throw nameReplyError(error);
    }
  };
  return { run: runNamed, subscribe: shareChannels(client, subscribe) };
}

function wrapLibrary(client: RedisClient): RedisConnection {
  const {
    isCluster,
    isOpen,
    destroy,
    eval: run,
  } = Object(client) as Partial<IoredisClient & NodeRedisClient>;
  if (typeof run === "function" && typeof isCluster === "boolean") {
    return wrapIoredis(client as IoredisClient);
  }
  if (typeof run === "function" && typeof isOpen === "boolean" && typeof destroy === "function") {
    return wrapNodeRedis(client as NodeRedisClient);
  }
  throw invalidOption(
    "client",
    "must be a client of ioredis or node-redis, version 5 or later, as new Redis() or createClient() gives it",
  );
}
