import { type DpopKey, generateDpopKey } from "./dpop.ts";
import { copyCause, describeCause, invalidOption, isInvalidOption, TokenError } from "./errors.ts";
import { type Loaded, RefreshingCache } from "./refreshing-cache.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  identifyRequest,
  type TokenClient,
  type TokenRequest,
} from "./token-client.ts";
import { abortable, holdProcess, limitTime } from "./waiting.ts";

/**
 * Gives the definition of a token client by its name: from a database of tenants, or a vault whose secrets rotate.
 *
 * Asked when a definition is needed and there is none, or none younger than `definitionTtlMs`; calls of the same time
 * share one answer. It has 10 s to give it, of which calls wait for one where there is a definition already; that
 * serves on meanwhile, and when it fails.
 *
 * @param options.signal - aborted when the time is over, or when nobody waits any more
 * @returns undefined for a name that does not exist
 */
export type TokenClientResolver = (
  name: string,
  options: { readonly signal: AbortSignal },
) => TokenClient | undefined | Promise<TokenClient | undefined>;

/** The token clients that a manager knows, each as what it asks for unless that is overridden. */
export interface TokenDefinitions {
  /** What is at hand, and need not be resolved anew. */
  peek(name: string): TokenRequest | undefined;
  /**
   * What is at hand, else once it is resolved.
   *
   * @throws {TokenError} `ERR_TOKEN_CLIENT_UNKNOWN` when there is none of that name, or its resolver failed; rejects
   *   with it where a promise is returned
   */
  find(name: string, signal?: AbortSignal): TokenRequest | Promise<TokenRequest>;
  /** @throws {TokenError} `ERR_TOKEN_CLIENT_UNKNOWN` for a name that is known not to exist */
  assertKnown(name: string): void;
  /** Has the definition resolved anew. */
  forget(name: string): void;
  /** Of those that are given by name. */
  readonly names: readonly string[];
}

export interface ResolvedDefinitionsOptions {
  readonly max: number;
  readonly ttlMs: number;
  readonly now: () => number;
  /** Called when a definition is not what it was: its tokens are another client's. */
  readonly onChange: (name: string) => void;
  /** Bounds a resolver's time; default 10,000. */
  readonly timeoutMs?: number;
  /** How long calls wait for it where there is a definition already; default 1000. */
  readonly patienceMs?: number;
}

/** How long the last definition serves before a resolver that failed is asked again. */
const RETRY_MS = 1000;

/**
 * Defines token clients given by name.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` for a definition that breaks a rule, naming client, option and rule
 */
export function defineTokenClients(given: Readonly<Record<string, TokenClient>>): TokenDefinitions {
  const generateKey = createKeyGenerator();
  const requests = new Map(
    Object.entries(given).map(([name, client]) => [
      name,
      buildTokenRequest(defineTokenClient(name, client, generateKey)),
    ]),
  );
  if (requests.size === 0) throw invalidOption("clients", "must define at least one token client");
  const names = [...requests.keys()];
  const peek = (name: string) => requests.get(name);
  const find = (name: string) => {
    const request = peek(name);
    if (request === undefined) throw buildUnknown(name, `is not defined; defined: ${names.join(", ")}`);
    return request;
  };
  return { peek, find, assertKnown: find, forget() {}, names };
}

/**
 * Defines token clients that a function gives when they are first asked for.
 *
 * A definition is kept for `ttlMs`; concurrent calls resolve it once. If it can't be resolved anew, the last one
 * serves on: whether its credentials are still good is the authorization server's to say.
 */
export function resolveTokenClients(
  resolve: TokenClientResolver,
  { max, ttlMs, now, onChange, timeoutMs = 10_000, patienceMs = 1000 }: ResolvedDefinitionsOptions,
): TokenDefinitions {
  const generateKey = createKeyGenerator();
  const cache = new RefreshingCache<TokenRequest>({ max, now, load, patienceMs });

  /** Callers must not hang with a resolver: not all of them have a timeout of their own. */
  async function ask(name: string, signal: AbortSignal): Promise<TokenClient | undefined> {
    const buildReason = () => new DOMException(`nothing within ${timeoutMs} ms`, "TimeoutError");
    return limitTime({ signal, timeoutMs, buildReason }, async (signal) => {
      return (await abortable(Promise.resolve(resolve(name, { signal })), signal)) ?? undefined;
    });
  }

  async function load(
    name: string,
    signal: AbortSignal,
    last: TokenRequest | undefined,
    isCurrent: () => boolean,
  ): Promise<Loaded<TokenRequest>> {
    let given: TokenClient | undefined;
    try {
      given = await ask(name, signal);
    } catch (cause) {
      if (last === undefined) throw buildUnresolved(name, cause);
      return { value: last, keepMs: RETRY_MS };
    }
    if (given === undefined) {
      if (isCurrent()) {
        cache.delete(name, last);
        onChange(name);
      }
      throw buildUnknown(name, "is not defined: its resolver knows no such name");
    }
    const value = buildTokenRequest(defineTokenClient(name, given, generateKey));
    const isChanged = last !== undefined && identifyRequest(last) !== identifyRequest(value);
    if (isChanged && isCurrent()) onChange(name);
    return { value, keepMs: ttlMs };
  }

  return {
    peek: (name) => cache.peek(name),
    find: (name, signal) => cache.peek(name) ?? holdProcess(cache.find(name, signal)),
    assertKnown() {},
    forget: (name) => cache.expire(name),
    names: [], // They may be thousands.
  };
}

/** One key for all clients of a manager, made when the first of them needs it. */
function createKeyGenerator(): () => DpopKey {
  let key: DpopKey | undefined;
  return () => {
    key ??= generateDpopKey();
    return key;
  };
}

function buildUnknown(client: string, message: string, cause?: Error): TokenError {
  return new TokenError("ERR_TOKEN_CLIENT_UNKNOWN", message, { client, cause });
}

function buildUnresolved(client: string, cause: unknown): Error {
  if (isInvalidOption(cause)) return cause;
  return buildUnknown(
    client,
    `could not be resolved (${describeCause(cause)}); see the cause`,
    copyCause(cause),
  );
}
