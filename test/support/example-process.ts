import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { demoClients } from "../../examples/demo/authorization-server.ts";
import type { DemoServers } from "./demo-servers.ts";

/** An example of examples/integrations, in a process of its own. */
export interface ExampleProcess extends AsyncDisposable {
  /** Lines of its standard output so far. */
  readonly lines: readonly string[];
  /** All of its standard error so far. */
  readonly errors: string;
  /** Resolves to the first line that fits, once there is one; rejects when the process ends before. */
  line(pattern: RegExp): Promise<string>;
  /** How it ends by itself: an exit code, or the signal that it was ended with. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Sends SIGTERM, as whatever runs workers does, and waits for the end. */
  stop(): Promise<number | NodeJS.Signals>;
}

const FOLDER = fileURLToPath(new URL("../../examples/integrations/", import.meta.url));

/**
 * Starts `node FILE ARGS...` in examples/integrations.
 *
 * @param env - besides what this process has
 */
export function startExample(file: string, env: NodeJS.ProcessEnv, ...args: string[]): ExampleProcess {
  const child = spawn(process.execPath, [file, ...args], { cwd: FOLDER, env: { ...process.env, ...env } });
  const lines: string[] = [];
  let rest = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const all = (rest + text).split("\n");
    rest = all.pop() ?? "";
    lines.push(...all);
    child.emit("lines");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  return {
    lines,
    ended,
    get errors() {
      return errors;
    },
    async line(pattern) {
      for (;;) {
        const found = lines.find((each) => pattern.test(each));
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`${file} has ended:\n${lines.join("\n")}\n${errors}`);
        await Promise.race([once(child, "lines"), ended]);
      }
    },
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** What the examples take from the environment, for the demo's servers. */
export function environmentOf({ tokenEndpoint, catalog }: Pick<DemoServers, "tokenEndpoint" | "catalog">) {
  const [client] = demoClients;
  return {
    TOKEN_ENDPOINT: tokenEndpoint,
    CATALOG_URL: catalog.baseUrl,
    CATALOG_CLIENT_ID: client?.clientId,
    CATALOG_CLIENT_SECRET: client?.clientSecret,
    INTERVAL_MS: "20",
  };
}
