import { AccessToken } from "../../runtime/src/access-token.ts";
import { type Attempt, Authorization, type AuthorizationOptions } from "../../runtime/src/authorization.ts";
import { DpopProver } from "../../runtime/src/dpop.ts";
import { OpenCalls } from "../../runtime/src/open-calls.ts";
import { RenewalBackOff } from "../../runtime/src/renewal-back-off.ts";
import { ServerClocks } from "../../runtime/src/server-clocks.ts";
import { TokenCache } from "../../runtime/src/token-cache.ts";
import type { TokenClient, TokenRequest } from "../../runtime/src/token-client.ts";
import { defineTokenClients } from "../../runtime/src/token-definitions.ts";
import { TokenSource } from "../../runtime/src/token-source.ts";

export const tokenClient = { tokenEndpoint: "https://login.example/token", clientId: "a" };

/** The API, whose origin is the only one that a token may go to. */
export const origin = "https://api.example";
export const url = `${origin}/items`;

export const describeCall = () => ({ method: "GET", url, headers: new Headers() });

export interface AuthorizationSetting extends Partial<AuthorizationOptions> {
  readonly client?: Partial<TokenClient>;
  /** Gives the value of a token by its serial number; default `token-1`, `token-2`, ... */
  readonly issue?: (serial: number) => string;
}

/** An authorization with what it decides by, none of which does any I/O. */
export function setUpAuthorization({ client, issue, ...options }: AuthorizationSetting = {}) {
  const clock = { now: Date.parse("2026-01-01T00:00:00Z") };
  const now = () => clock.now;
  const clocks = new ServerClocks();
  let issued = 0;
  const requestToken = async ({ client }: TokenRequest) => {
    issued++;
    return new AccessToken({
      value: issue?.(issued) ?? `token-${issued}`,
      tokenType: client.dpop === undefined ? "Bearer" : "DPoP",
      issuedAt: now(),
      expiresAt: now() + 3_600_000,
      clientName: "a",
    });
  };
  const authorization = new Authorization({
    name: "a",
    definitions: defineTokenClients({ a: { ...tokenClient, ...client } }),
    token: undefined,
    tokenParameters: undefined,
    source: new TokenSource({ cache: new TokenCache(), requestToken, now }),
    clocks,
    prover: new DpopProver(clocks),
    backOff: new RenewalBackOff(now),
    origins: new Set([origin]),
    calls: new OpenCalls(),
    now,
    ...options,
  });
  return { authorization, clock, begin: () => beginCall(authorization), countTokens: () => issued };
}

/** The first attempt of a call, with its proof. */
async function beginCall(authorization: Authorization): Promise<Attempt> {
  const request = await authorization.findRequest({ describe: describeCall });
  const token = await authorization.findToken(request);
  return authorization.prove(authorization.begin(request, token, origin), { method: "GET", url });
}
