import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** Starts a redis-server on a free port of loopback, which keeps nothing. */
export async function startRedisServer() {
  const port = await findFreePort();
  const options = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"].map(String);
  const server = spawn("redis-server", options, { stdio: ["ignore", "pipe", "ignore"] });
  server.on("error", () => {
    console.error("This needs redis-server: apt-get install redis-server");
    process.exit(1);
  });
  for await (const line of createInterface(server.stdout)) {
    if (line.includes("Ready to accept connections")) break;
  }
  process.on("exit", () => server.kill());
  return { port, version: readVersion(), [Symbol.dispose]: () => server.kill() };
}

function readVersion() {
  const [, version] = /v=(\S+)/.exec(execFileSync("redis-server", ["--version"], { encoding: "utf8" })) ?? [];
  return version ?? "unknown";
}

async function findFreePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
