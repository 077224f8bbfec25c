import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { clientSecretBasic } from "../../../runtime/src/client-authentication.ts";
import { createRedisStore } from "../../../runtime/src/redis.ts";
import { createTokenManager, type TokenManager } from "../../../runtime/src/token-manager.ts";
import type { TokenStore } from "../../../runtime/src/token-store.ts";
import { CallLog, type Outcome } from "./call-log.ts";
import { recordChannels } from "./recorded-channels.ts";
import { type ConnectedRedis, connectRedis, type RedisAddress } from "./redis-client.ts";

/** What a process of a fleet works with. */
export interface MemberOptions {
  /** Undefined: it shares tokens with nobody. */
  readonly redis: RedisAddress | undefined;
  readonly prefix: string;
  readonly tokenEndpoint: string;
  readonly clientSecret: string;
  readonly requestTimeoutMs?: number;
  /** Of tokens in the store; none by default. */
  readonly encryptionKey?: string;
  readonly storeTimeoutMs?: number;
  readonly lockWaitMs?: number;
  /** Whether it never hears of what others do. */
  readonly isDeaf?: boolean;
}

/** What a process of a fleet can be told to do, by name. */
export class Member {
  readonly #events = recordChannels();
  readonly #log = new CallLog();
  #offsetMs = 0;
  #isWorking = false;
  #work: Promise<unknown> = Promise.resolve();
  #tokens: TokenManager<"a"> | undefined;
  #redis: ConnectedRedis | undefined;
  #store: TokenStore | undefined;
  /** The key of no token, until this member has heard that it changed. */
  #probe: string | undefined;

  /** Begins anew, as a process that was just started. */
  async open(options: MemberOptions): Promise<void> {
    await this.close();
    const { tokenEndpoint, clientSecret, requestTimeoutMs = 2000 } = options;
    const { redis, encryptionKey, storeTimeoutMs = 250, lockWaitMs = requestTimeoutMs } = options;
    this.#redis = redis && (await connectRedis(redis));
    const store = this.#redis && this.#createStore(this.#redis, options);
    this.#store = store;
    const encryption = encryptionKey ? { keys: [{ id: "k", key: encryptionKey }] } : ("none" as const);
    const clientAuthentication = clientSecretBasic(clientSecret);
    this.#tokens = createTokenManager({
      clients: { a: { tokenEndpoint, clientId: "a", clientAuthentication, requestTimeoutMs } },
      now: this.#now,
      cache: store ? { store, encryption, storeTimeoutMs, lockWaitMs } : {},
    });
  }

  async close(): Promise<void> {
    this.#isWorking = false;
    await this.#work;
    await this.#tokens?.close();
    this.#redis?.disconnect();
    this.#tokens = undefined;
    this.#redis = undefined;
    this.#store = undefined;
    this.#probe = undefined;
    this.#offsetMs = 0;
    this.#events.clear();
    this.#log.takeOutcome();
  }

  /** Asks for the token so many times at once. */
  async call(count: number): Promise<Outcome> {
    await Promise.all(Array.from({ length: count }, () => this.#call()));
    return this.#log.takeOutcome();
  }

  /** Calls an API so many times at once, and says what that answered: each status once, and each failure. */
  async fetch({ count, url }: { count: number; url: string }): Promise<(number | string)[]> {
    const send = this.#manager.fetch("a", { baseUrl: url });
    const fetchOne = async () => {
      try {
        const response = await send("/");
        await response.arrayBuffer();
        return response.status;
      } catch (error) {
        return String((error as { code?: unknown }).code ?? error);
      }
    };
    return [...new Set(await Promise.all(Array.from({ length: count }, fetchOne)))];
  }

  /** Has so many callers ask for the token over and over, until it may {@link rest}. */
  async work(callers: number): Promise<void> {
    this.#isWorking = true;
    const ask = async () => {
      while (this.#isWorking) {
        await this.#call();
        await pause(10);
      }
    };
    this.#work = Promise.all(Array.from({ length: callers }, ask));
  }

  async rest(): Promise<Outcome> {
    this.#isWorking = false;
    await this.#work;
    return this.#log.takeOutcome();
  }

  /** Drops the token, or all that its client may have. */
  async invalidate(what: "token" | "client"): Promise<void> {
    this.#manager.invalidate("a", what === "token" ? {} : undefined);
  }

  /** Puts its clock forward. */
  async advance(ms: number): Promise<void> {
    this.#offsetMs += ms;
  }

  /**
   * Waits until it hears of what others do, which begins some time after its first call; and until it has heard what
   * reached the store before this, if that is one server: the masters of a cluster keep no order.
   */
  async listen(): Promise<void> {
    const probe = randomUUID();
    this.#probe = probe;
    while (this.#probe === probe) {
      await this.#store?.delete(probe);
      await pause(10);
    }
  }

  /** How often each event was published since it began, by channel and content. */
  async readEvents(): Promise<Record<string, number>> {
    return Object.fromEntries(this.#events);
  }

  /** Whether a request of its own to the token endpoint is under way. */
  async isAsking(): Promise<boolean> {
    const count = (step: string) =>
      [...this.#events]
        .filter(([text]) => text.startsWith(`tracing:openapi-m2m.token.request:${step} `))
        .reduce((sum, [, times]) => sum + times, 0);
    return count("start") > count("asyncEnd");
  }

  readonly #now = () => Date.now() + this.#offsetMs;

  get #manager(): TokenManager<"a"> {
    if (this.#tokens === undefined) throw new Error("a member is told to open first");
    return this.#tokens;
  }

  #createStore({ client }: ConnectedRedis, { prefix, isDeaf = false }: MemberOptions): TokenStore {
    const { onChange, ...deaf } = createRedisStore(client, { prefix });
    if (isDeaf) return deaf;
    const listen: typeof onChange = (listener) =>
      onChange((key) => {
        if (key === this.#probe) this.#probe = undefined;
        listener(key);
      });
    return { ...deaf, onChange: listen };
  }

  #call(): Promise<void> {
    return this.#log.record(this.#now, () => this.#manager.getAccessToken("a"));
  }
}
