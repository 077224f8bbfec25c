import { Socket } from "node:net";
import { LRUCache } from "lru-cache";
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { LOOPBACK_HOSTS } from "./origin.ts";
import type { DefinedTls } from "./tls.ts";
import type { DefinedTokenClient } from "./token-client.ts";

/** The dispatchers of a manager. */
export interface Transport {
  /** For a client's requests to its authorization server: the manager's own hold no process open. */
  forTokens(client: DefinedTokenClient): Dispatcher;
  /** For calls to APIs, those of clients with a certificate among them. */
  readonly forCalls: Dispatcher;
  /** Closes what is the manager's own once calls under way have ended; token requests are expected to have. */
  close(): Promise<void>;
}

/** The dispatchers of one certificate. */
interface Agents {
  readonly tokens: Dispatcher;
  readonly calls: Dispatcher;
}

/** Option of a dispatch: the certificate to call with, and the only origin that it is for. */
export const certificateOption: unique symbol = Symbol("openapi-m2m.certificate");

export interface CertifiedOptions extends Dispatcher.DispatchOptions {
  [certificateOption]?: { readonly certificate: DefinedTls; readonly origin: string } | undefined;
}

/** A certificate's agents cost nothing but memory while they are idle. */
const MAX_CERTIFICATES = 1000;

/**
 * Creates the dispatchers of a manager; but for that of calls, each when it is first needed.
 *
 * @param given - the user's own, for everything but clients with a certificate or a dispatcher of their own
 */
export function createTransport(given: Dispatcher | undefined): Transport {
  let tokenAgent: Dispatcher | undefined;
  const closing = new Set<Promise<void>>();
  const certified = new LRUCache<string, Agents>({
    max: MAX_CERTIFICATES,
    dispose({ tokens, calls }, _, reason) {
      track(calls.close());
      track(reason === "evict" ? tokens.close() : tokens.destroy());
    },
  });
  const callAgent = given ?? createAgent();

  function track(end: Promise<void>): void {
    const ended: Promise<void> = end.finally(() => closing.delete(ended));
    closing.add(ended);
  }

  function agentsOf({ id, connect }: DefinedTls): Agents {
    let agents = certified.get(id);
    if (agents === undefined) {
      agents = { tokens: createBackgroundAgent(connect), calls: createAgent(connect) };
      certified.set(id, agents);
    }
    return agents;
  }

  const route: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
    const { [certificateOption]: certified } = options as CertifiedOptions;
    // A redirect interceptor takes the options along, wherever it leads.
    if (certified?.origin !== String(options.origin)) return dispatch(options, handler);
    return agentsOf(certified.certificate).calls.dispatch(options, handler);
  };

  return {
    forTokens({ dispatcher, tls }) {
      if (dispatcher !== undefined) return dispatcher;
      if (tls !== undefined) return agentsOf(tls).tokens;
      tokenAgent ??= given ?? createBackgroundAgent();
      return tokenAgent;
    },
    forCalls: callAgent.compose(route),
    async close() {
      certified.clear();
      if (given === undefined) {
        track(callAgent.close());
        if (tokenAgent !== undefined) track(tokenAgent.destroy());
      }
      await Promise.all(closing);
    },
  };
}

/** As of Node's `tls.connect`. */
type ConnectOptions = Readonly<Record<string, unknown>>;

function createAgent(connect?: ConnectOptions): Dispatcher {
  return chooseAgent(connect && { connect }, connect);
}

/** Its sockets hold no process open. */
function createBackgroundAgent(connect?: ConnectOptions): Dispatcher {
  const direct = unreference(buildConnector({ ...connect }));
  return chooseAgent({ connect: direct, factory: createPool, clientFactory: createPool }, connect);
}

function chooseAgent(
  options: Omit<EnvHttpProxyAgent.Options, "requestTls"> | undefined,
  requestTls: ConnectOptions | undefined,
): Dispatcher {
  const { env } = process;
  const proxied = env["HTTPS_PROXY"] || env["https_proxy"] || env["HTTP_PROXY"] || env["http_proxy"];
  // EnvHttpProxyAgent looks the origin up on each call: only where the environment names a proxy.
  if (!proxied) return new Agent(options);
  // Plain http is let through to loopback since it stays on this host: a proxy would carry it elsewhere.
  const noProxy = `${env["no_proxy"] ?? env["NO_PROXY"] ?? ""},${LOOPBACK_HOSTS.join()}`;
  return new EnvHttpProxyAgent({ ...options, noProxy, ...(requestTls && { requestTls }) });
}

/** Whatever undici connects with by itself, to a proxy or through one, holds no process open either. */
function createPool(origin: string | URL, options: object): Dispatcher {
  const { connect } = options as { connect?: unknown };
  if (typeof connect !== "function") return new Pool(origin, options);
  return new Pool(origin, { ...options, connect: unreference(connect as buildConnector.connector) });
}

function unreference(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    const socket: unknown = connect(options, (...result) => {
      release(result[1]);
      callback(...result);
    });
    release(socket);
  };
}

/** undici refs a socket for each request: this one can't be. */
function release(socket: unknown): void {
  if (!(socket instanceof Socket)) return;
  socket.unref();
  socket.ref = () => socket;
}
