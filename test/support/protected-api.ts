import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { Agent, request } from "undici";
import type { AuthorizationServer } from "./authorization-server.ts";
import type { TlsIdentity } from "./certificates.ts";
import { listenOnLoopback } from "./loopback.ts";
import { checkAccess, readCredentials } from "./protected-api/access-check.ts";
import { buildChallenge, Refusal, type RefusalCode } from "./protected-api/refusal.ts";
import type { RecordedRequest } from "./scripted-server.ts";

export interface ProtectedApiOptions {
  /** Whose tokens are good. */
  readonly authorizationServer: Pick<AuthorizationServer, "issuer" | "jwksUri" | "ca">;
  /** Its own name in tokens; default `urn:catalog`. */
  readonly audience?: string;
  /** Serves https, and asks for client certificates. */
  readonly tls?: TlsIdentity;
  /** The scope that tokens need; default none. */
  readonly scope?: string;
  /** Whether DPoP proofs need a nonce; default false. */
  readonly requiresNonce?: boolean;
  /** The scheme of every challenge; default the one that the call used. Some servers say `Bearer` to a DPoP call. */
  readonly challengeScheme?: "Bearer" | "DPoP";
}

/** A request, with what was answered. */
export interface ApiCall extends RecordedRequest {
  readonly status: number;
  /** The error code of the challenge, where it had one. */
  readonly error: RefusalCode | undefined;
  /** Why it was refused, for whoever reads a failed test. */
  readonly reason: string | undefined;
}

export interface ProtectedApi extends AsyncDisposable {
  readonly origin: string;
  /** In the order of the answers. */
  readonly calls: readonly ApiCall[];
  /** Epoch ms; the clock for tokens, proofs and the `Date` of answers. A test may replace it. */
  now: () => number;
  /** Answers 401 `invalid_token` to this token from now on. */
  revoke(token: string): void;
  /** Answers 401 `invalid_token` to as many calls that it would have accepted; default 1. */
  rejectNext(count?: number): void;
  /** Sends a new nonce with the next answer, whatever that is; only the new one is good from then on. */
  offerNonce(): void;
  /** Makes the current nonce good no longer, without a word. */
  expireNonce(): void;
}

/**
 * Starts an API that takes the JWT access tokens of an authorization server, bound to a key or certificate or not. It
 * answers `{ ok }`, whatever the method and path.
 */
export async function startProtectedApi(options: ProtectedApiOptions): Promise<ProtectedApi> {
  const { authorizationServer, tls, scope, challengeScheme } = options;
  const keys = await fetchKeys(authorizationServer);
  const listener = await listenOnLoopback(tls && { ...tls, requestCert: true, rejectUnauthorized: false });
  const gate = createGate(options, keys);
  const calls: ApiCall[] = [];
  const api: ProtectedApi = { ...listener, calls, now: Date.now, ...gate.controls };

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = incoming;
    const body = Buffer.concat(await incoming.toArray());
    const now = api.now();
    const refusal = await gate.admit(incoming, now);
    const { status = 200, code: error, message: reason } = refusal ?? {};
    calls.push({ method, path, headers, body, status, error, reason });
    response.setHeader("date", new Date(now).toUTCString());
    const nonce = gate.nonceFor(refusal);
    if (nonce !== undefined) response.setHeader("dpop-nonce", nonce);
    if (refusal) {
      const scheme = challengeScheme ?? readCredentials(incoming)?.scheme ?? "Bearer";
      response.setHeader("www-authenticate", buildChallenge(refusal, scheme, scope));
    }
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ ok: !refusal }));
  }
  listener.serve((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  return api;
}

/** The rules for tokens, and what a test adds to them. */
function createGate(options: ProtectedApiOptions, keys: JWTVerifyGetKey) {
  const { authorizationServer, audience = "urn:catalog", scope, requiresNonce = false } = options;
  const { issuer } = authorizationServer;
  const rules = { issuer, audience, keys, scope, seenProofs: new Set<string>() };
  const revoked = new Set<string>();
  let rejections = 0;
  let nonce: string = randomUUID();
  let offersNonce = false;

  return {
    /** @returns why the call is refused; undefined if it is not */
    async admit(incoming: IncomingMessage, now: number): Promise<Refusal | undefined> {
      try {
        await checkAccess(incoming, { ...rules, nonce: requiresNonce ? nonce : undefined, now });
      } catch (error) {
        if (error instanceof Refusal) return error;
        throw error;
      }
      if (revoked.has(readCredentials(incoming)?.token ?? ""))
        return new Refusal("invalid_token", "the token was revoked");
      if (rejections === 0) return undefined;
      rejections--;
      return new Refusal("invalid_token", "a test wants it so");
    },
    nonceFor(refusal: Refusal | undefined): string | undefined {
      if (!offersNonce) return refusal?.code === "use_dpop_nonce" ? nonce : undefined;
      offersNonce = false;
      nonce = randomUUID();
      return nonce;
    },
    controls: {
      revoke(token: string): void {
        revoked.add(token);
      },
      rejectNext(count = 1): void {
        rejections = count;
      },
      offerNonce(): void {
        offersNonce = true;
      },
      expireNonce(): void {
        nonce = randomUUID();
      },
    },
  };
}

async function fetchKeys({ jwksUri, ca }: ProtectedApiOptions["authorizationServer"]) {
  const dispatcher = new Agent(ca === undefined ? {} : { connect: { ca } });
  try {
    const { body } = await request(jwksUri, { dispatcher });
    return createLocalJWKSet((await body.json()) as JSONWebKeySet);
  } finally {
    await dispatcher.close();
  }
}
