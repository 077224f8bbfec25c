import type { ServerResponse } from "node:http";
import { type RecordedRequest, type ScriptedServer, startApi, startServer } from "../scripted-server.ts";

/** How the authorization server answers, other than with a token; resolves once it has. */
export type Fault = (request: RecordedRequest, response: ServerResponse) => void | Promise<void>;

/** An authorization server that issues `fleet-token-1`, `fleet-token-2`, ..., and an API that takes them. */
export interface FleetServers extends AsyncDisposable {
  readonly login: ScriptedServer;
  readonly api: ScriptedServer;
  /** Of tokens that it issues. */
  lifetimeSeconds: number;
  /** What becomes of requests for a token instead of an answer. */
  fault: Fault | undefined;
  /** Answers no request for a token until the function that this gives is called. */
  withhold(): () => void;
  /** Has the API refuse every token there is. */
  revoke(): void;
}

export async function startFleetServers(): Promise<FleetServers> {
  const accepted = new Set<string>();
  let serial = 0;
  let withheld: Promise<void> | undefined;
  const login = await startServer(async (request, response) => {
    await withheld;
    const { fault, lifetimeSeconds } = servers;
    if (fault !== undefined) return void (await fault(request, response));
    serial++;
    const token = `fleet-token-${serial}`;
    accepted.add(token);
    return { access_token: token, token_type: "Bearer", expires_in: lifetimeSeconds };
  });
  const api = await startApi(accepted);
  const servers: FleetServers = {
    login,
    api,
    lifetimeSeconds: 3600,
    fault: undefined,
    withhold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      withheld = promise;
      return () => {
        withheld = undefined;
        resolve();
      };
    },
    revoke: () => accepted.clear(),
    async [Symbol.asyncDispose]() {
      await login[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
  return servers;
}
