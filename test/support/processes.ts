import { AccessToken } from "../../runtime/src/access-token.ts";
import type { RenewalReason } from "../../runtime/src/events.ts";
import type { TokenStoreOptions } from "../../runtime/src/shared-tokens.ts";
import { TokenCache } from "../../runtime/src/token-cache.ts";
import type { TokenRequest } from "../../runtime/src/token-client.ts";
import { createSource } from "../../runtime/src/token-manager/source.ts";
import type { TokenSource } from "../../runtime/src/token-source.ts";
import { atEnd } from "./disposal.ts";

/** What an authorization server was asked for, and its answer once the test gives it. */
export interface Asked {
  readonly request: TokenRequest;
  readonly signal: AbortSignal;
  readonly reason: RenewalReason;
  issue(value: string, lifetimeSeconds?: number): AccessToken;
  fail(error: unknown): void;
}

/** An authorization server that answers when the test says so, at the time the test says it is. */
export function createTokenEndpoint(clock: { readonly now: number }, onAsked: () => void = () => {}) {
  const asked: Asked[] = [];
  function requestToken(
    request: TokenRequest,
    signal: AbortSignal,
    reason: RenewalReason,
  ): Promise<AccessToken> {
    const { promise, resolve, reject } = Promise.withResolvers<AccessToken>();
    const issuedAt = clock.now;
    signal.addEventListener("abort", () => reject(signal.reason));
    function issue(value: string, lifetimeSeconds = 100): AccessToken {
      const life = { issuedAt, expiresAt: issuedAt + lifetimeSeconds * 1000 };
      const token = new AccessToken({
        value,
        tokenType: "Bearer",
        clientName: request.client.name,
        ...life,
      });
      resolve(token);
      return token;
    }
    asked.push({ request, signal, reason, issue, fail: reject });
    onAsked();
    return promise;
  }
  return { asked, requestToken };
}

/** Everything that is under way but for timers. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
}

/**
 * Processes that ask one authorization server for tokens, by one clock, and share them as the options say.
 *
 * @param options - of the first process, the second, and so on
 */
export function createProcesses(...options: readonly TokenStoreOptions[]) {
  const clock = { now: 1_000_000 };
  const { asked, requestToken } = createTokenEndpoint(clock);
  const now = () => clock.now;
  const sources = options.map((given) =>
    createSource(given, { cache: new TokenCache(), requestToken, now, random: () => 0 }),
  );
  for (const source of sources) atEnd(() => void source.close());
  const [one, two, three] = sources as [TokenSource, TokenSource, TokenSource];
  return { one, two, three, sources, asked, clock };
}
