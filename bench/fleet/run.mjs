import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs a fleet of processes that all start at once, without a token, and want the same one for so long.
 *
 * @param redisPort - where they share it; undefined: each for itself
 * @returns the seconds after the start at which the token endpoint was asked, and how the calls went
 */
export async function runFleet({ processes, lifetimeSeconds, seconds, redisPort, key }) {
  await using endpoint = await startShortLivedTokens(lifetimeSeconds);
  const worker = new URL("./worker.mjs", import.meta.url);
  const args = [endpoint.url, redisPort ?? "", key].map(String);
  const workers = Array.from({ length: processes }, () => fork(worker, args, { execArgv: [] }));
  await Promise.all(workers.map((one) => once(one, "message")));
  const startedAt = performance.now();
  for (const one of workers) one.send("start");
  await sleep(seconds * 1000);
  const outcomes = await Promise.all(
    workers.map(async (one) => {
      one.send("stop");
      const [outcome] = await once(one, "message");
      return outcome;
    }),
  );
  return {
    requests: endpoint.askedAt.map((at) => (at - startedAt) / 1000).filter((at) => at <= seconds),
    calls: outcomes.reduce((sum, { calls }) => sum + calls, 0),
    failures: outcomes.reduce((sum, { failures }) => sum + failures, 0),
    longestMs: Math.max(...outcomes.map(({ longestMs }) => longestMs)),
  };
}

async function startShortLivedTokens(lifetimeSeconds) {
  const askedAt = [];
  const server = createServer((request, response) => {
    askedAt.push(performance.now());
    request.resume().on("end", () => {
      const body = {
        access_token: `token-${askedAt.length}`,
        token_type: "Bearer",
        expires_in: lifetimeSeconds,
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/token`,
    askedAt,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
