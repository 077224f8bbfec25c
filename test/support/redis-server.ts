import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { findProgram } from "./find-program.ts";

/** A Redis of somebody else's, for tests that only keep keys of their own there. */
export const redisUrl = process.env["REDIS_URL"] || undefined;

/** The program that tests start; Valkey's does as well. Undefined where neither is installed. */
export const redisProgram = findProgram("redis-server", "valkey-server");

/** A redis-server of a test's own, on loopback, which keeps nothing beyond it. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Sends one command, on a connection of its own. */
  run(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Has it answer nobody, though it accepts connections: SIGSTOP. */
  pause(): void;
  resume(): void;
  /** Ends it without notice: SIGKILL. What it had is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty, once it is killed. */
  restart(): Promise<void>;
  /** Records every command that it carries out, those of scripts too, as MONITOR prints them. */
  monitor(): Promise<{ readText(): string }>;
  /** All that it would write to the disk, not compressed, so that texts in it are found. */
  dump(): Promise<Buffer>;
}

/**
 * Starts a redis-server on a free port.
 *
 * @param args - more of its options, as on a command line
 */
export async function startRedisServer(args: readonly string[] = []): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "openapi-m2m-redis-"));
  const port = await findFreePort();
  const start = () => startProcess(["--port", String(port), "--dir", folder, ...OPTIONS, ...args]);
  let running = await start();
  const file = join(folder, "dump.rdb");
  const monitors: Socket[] = [];
  const url = `redis://127.0.0.1:${port}`;

  async function run(command: string, ...given: (string | number)[]): Promise<unknown> {
    const client = new Redis(url, { retryStrategy: () => null, lazyConnect: true });
    client.on("error", () => {}); // The command rejects with it, too.
    try {
      return await client.call(command, ...given);
    } finally {
      client.disconnect();
    }
  }

  return {
    port,
    url,
    run,
    pause: () => process.kill(running.pid, "SIGSTOP"),
    resume: () => process.kill(running.pid, "SIGCONT"),
    kill: () => running.end(),
    async restart() {
      running = await start();
    },
    async monitor() {
      const socket = connect(port, "127.0.0.1");
      monitors.push(socket);
      let text = "";
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      socket.write("MONITOR\r\n");
      await once(socket, "data");
      return { readText: () => text };
    },
    async dump() {
      await run("SAVE");
      const written = readFileSync(file);
      rmSync(file); // It would be read again at a restart.
      return written;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of monitors) socket.destroy();
      await running.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Nobody but this machine is served; nothing is written but by `SAVE`. */
const OPTIONS = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--rdbcompression", "no"];

/** Ends with the process that starts it, however that ends: then nobody keeps its standard input open. */
const LEASH = '"$@" & read -r _; kill -KILL $!; wait';

async function startProcess(args: readonly string[]): Promise<{ pid: number; end(): Promise<void> }> {
  if (redisProgram === undefined) throw new Error("this needs redis-server: apt-get install redis-server");
  const shell = spawn("/bin/sh", ["-c", LEASH, "sh", redisProgram, ...args], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines: string[] = [];
  for await (const line of createInterface(shell.stdout)) {
    lines.push(line);
    const [, pid] = /^(\d+):.*Ready to accept connections/.exec(line) ?? [];
    if (pid !== undefined) return { pid: Number(pid), end };
  }
  throw new Error(`redis-server did not start:\n${lines.join("\n")}`);

  async function end(): Promise<void> {
    if (shell.exitCode !== null || shell.signalCode !== null) return;
    shell.stdin.end();
    await once(shell, "exit");
  }
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
