import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ApiServer } from "./api-server.ts";
import type { AuthorizationServer, RegisteredClient } from "./authorization-server.ts";
import type { ClientFigures } from "./figures.ts";
import type { Report } from "./telemetry.ts";

type TokenClient = "catalog.client" | "invoice.client";

interface Worker {
  /** File in examples/, without `.ts`. */
  readonly name: string;
  /** Token client to how many scopes it asks for. */
  readonly clients: Readonly<Partial<Record<TokenClient, number>>>;
  /** A call that is answered 401 is renewed and re-sent by the worker's own code. */
  readonly resendsByHand?: true;
  /** Its next write asks for a new token when it gets SIGHUP. */
  readonly heedsHangup?: true;
}

const workers: readonly Worker[] = [
  { name: "manual", clients: { "catalog.client": 1 }, resendsByHand: true },
  { name: "named-http-client", clients: { "invoice.client": 1 } },
  { name: "typed-client", clients: { "catalog.client": 1, "invoice.client": 1 } },
  { name: "per-request", clients: { "catalog.client": 2 }, heedsHangup: true },
  { name: "interceptor", clients: { "invoice.client": 1 } },
  { name: "openapi-fetch", clients: { "catalog.client": 1 } },
];

/** One client id per worker and token client, so that both kinds of server can tell who called. */
const clientId = (worker: string, client: string) => `${worker}/${client}`;

export const registeredClients: readonly RegisteredClient[] = workers.flatMap(({ name, clients }) =>
  Object.keys(clients).map((client) => ({
    clientId: clientId(name, client),
    clientSecret: randomUUID(),
    resource: client === "catalog.client" ? "urn:catalog" : "urn:invoices",
    authentication: client === "catalog.client" ? "client_secret_basic" : "client_secret_post",
  })),
);

export interface DemoServers {
  readonly authorizationServer: AuthorizationServer;
  readonly catalog: ApiServer;
  readonly invoices: ApiServer;
}

export interface RunningWorkers {
  /** Resolves once each token client of each worker has had an answer from its API, or will not have one. */
  settle(timeoutMs: number): Promise<void>;
  /** Tells the workers that heed it not to settle for a cached token. */
  forceRenewal(): void;
  figures(): ClientFigures[];
  /** Sends SIGTERM to all. Resolves to exit codes; null for a worker that had to be killed. */
  stop(): Promise<Record<string, number | null>>;
}

/** Runs each worker as a process of its own, as its user would: `node examples/NAME.ts`. */
export function startWorkers(servers: DemoServers): RunningWorkers {
  const reports: (Report & { worker: string })[] = [];
  let forced = 0;
  const running = workers.map((worker) => {
    const child = startWorker(worker.name, servers);
    child.on("message", (report: Report) => reports.push({ ...report, worker: worker.name }));
    return { worker, child, ended: Promise.all([once(child, "exit"), once(child, "disconnect")]) };
  });

  function figures(): ClientFigures[] {
    return workers.flatMap((worker) =>
      Object.entries(worker.clients).map(([client, scopeSets]) => {
        const count = (figure: Report["figure"]) =>
          reports.filter((r) => r.worker === worker.name && r.client === client && r.figure === figure)
            .length;
        return {
          worker: worker.name,
          client,
          ...countAnswers(
            client === "catalog.client" ? servers.catalog : servers.invoices,
            worker.name,
            client,
          ),
          cacheHits: count("cacheHits"),
          tokenRequests: count("tokenRequests"),
          resends: count(worker.resendsByHand ? "forcedRenewals" : "resends"),
          tokensIssued: servers.authorizationServer.tokenRequests.filter(
            (request) => request.client === clientId(worker.name, client),
          ).length,
          scopeSets,
          forcedRenewals: worker.heedsHangup ? forced : 0,
        };
      }),
    );
  }

  return {
    figures,

    async settle(timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      const waits = () => figures().some(({ calls }) => calls === 0) && performance.now() < deadline;
      while (waits() && running.every(({ child }) => child.exitCode === null)) await pause(50);
    },

    forceRenewal() {
      forced += 1;
      for (const { worker, child } of running) if (worker.heedsHangup) child.kill("SIGHUP");
    },

    async stop() {
      const codes = running.map(async ({ worker, child, ended }) => {
        child.kill("SIGTERM");
        const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
        await ended;
        clearTimeout(killer);
        return [worker.name, child.exitCode] as const;
      });
      return Object.fromEntries(await Promise.all(codes));
    },
  };
}

function startWorker(name: string, { authorizationServer, catalog, invoices }: DemoServers): ChildProcess {
  const secret = (client: TokenClient) =>
    registeredClients.find((registered) => registered.clientId === clientId(name, client))?.clientSecret;
  return spawn(process.execPath, ["--import", path("./telemetry.ts"), path(`../${name}.ts`)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      INTERVAL_MS: "50",
      TOKEN_ENDPOINT: authorizationServer.tokenEndpoint,
      CATALOG_URL: catalog.baseUrl,
      CATALOG_CLIENT_ID: clientId(name, "catalog.client"),
      CATALOG_CLIENT_SECRET: secret("catalog.client"),
      INVOICE_URL: invoices.baseUrl,
      INVOICE_CLIENT_ID: clientId(name, "invoice.client"),
      INVOICE_CLIENT_SECRET: secret("invoice.client"),
    },
  });
}

/** The workers make one call at a time: what follows a 401 is its re-send. */
function countAnswers(api: ApiServer, worker: string, client: string) {
  const statuses = api.calls
    .filter((call) => call.client === clientId(worker, client))
    .map(({ status }) => status);
  return {
    calls: statuses.filter((status) => status !== 401).length,
    rejections: statuses.filter((status) => status === 401).length,
    repeatedRejections: statuses.filter((status, index) => status === 401 && statuses[index - 1] === 401)
      .length,
  };
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
