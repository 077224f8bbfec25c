import type { IncomingMessage, ServerResponse } from "node:http";
import { refuseUnknownOptions } from "../errors.ts";
import { IssuedTokens, type TokenGrant, type TokenStatus } from "./authorization-server/issued-tokens.ts";
import { JWS_ALGORITHMS } from "./authorization-server/jws.ts";
import type { RegisteredClient } from "./authorization-server/registered-clients.ts";
import {
  type RecordedTokenRequest,
  TokenEndpoint,
  type TokenLifetime,
} from "./authorization-server/token-endpoint.ts";
import { type AnsweredFault, sendJson, type TokenFault } from "./authorization-server/token-fault.ts";
import { type Loopback, listenOnLoopback } from "./loopback.ts";

export type {
  AnsweredFault,
  RecordedTokenRequest,
  RegisteredClient,
  TokenFault,
  TokenGrant,
  TokenLifetime,
  TokenStatus,
};

/** Whom an authorization server of a test lets in, and what it grants. */
export interface AuthorizationServerOptions {
  /** By id. Left out, every client is let in, whatever it proves itself with. */
  readonly clients?: Readonly<Record<string, RegisteredClient>>;
  /** Default 3600. */
  readonly tokenLifetimeSeconds?: TokenLifetime;
  /** Whether DPoP proofs need the nonce that the server gave; default false. */
  readonly requiresDpopNonce?: boolean;
  /** Clock, epoch ms: that of the manager, where a test moves it. Default the machine's. */
  readonly now?: () => number;
}

/** An authorization server for tests. */
export interface AuthorizationServer extends AsyncDisposable {
  /** Discovery finds its metadata. */
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  /** In the order of arrival. */
  readonly requests: readonly RecordedTokenRequest[];
  /** Of tokens that are issued from now on. */
  tokenLifetimeSeconds: TokenLifetime;
  /** Has the next request fail, or as many as `times` says, after those that are to fail already. Default one. */
  failNext(fault: TokenFault, times?: number): void;
  /** Forgets the faults that no request has met yet. */
  recover(): void;
  /** Answers no request for a token until the function that this returns is called. */
  hold(): () => void;
  /** Makes a token inactive, or without an argument all that were issued so far. */
  revoke(token?: string): void;
  /** Says of a token what an API wants to know. */
  verify(token: string): TokenStatus;
  /** Stops listening, and ends the connections that there are. */
  close(): Promise<void>;
}

/**
 * Starts an authorization server for the client credentials grant on a free port of 127.0.0.1.
 *
 * It issues JWTs (RFC 9068), bound to a key where a DPoP proof comes along (RFC 9449), and has metadata (RFC 8414), keys,
 * and introspection (RFC 7662) for whoever asks. It does no mutual TLS.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION`
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const listener = await listenOnLoopback();
  try {
    const server = new LoopbackServer(listener, options);
    listener.serve((request, response) => {
      server.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    return server;
  } catch (error) {
    await listener.close();
    throw error;
  }
}

class LoopbackServer implements AuthorizationServer {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly #listener: Loopback;
  readonly #tokens = new IssuedTokens();
  readonly #endpoint: TokenEndpoint;
  readonly #now: () => number;

  constructor(listener: Loopback, options: AuthorizationServerOptions) {
    const {
      clients,
      tokenLifetimeSeconds = 3600,
      requiresDpopNonce = false,
      now = Date.now,
      ...unknown
    } = options;
    refuseUnknownOptions(unknown); // A misspelt `clients` would let everybody in.
    const { origin } = listener;
    this.issuer = origin;
    this.tokenEndpoint = `${origin}/token`;
    this.jwksUri = `${origin}/jwks`;
    this.#listener = listener;
    this.#now = now;
    this.#endpoint = new TokenEndpoint({
      issuer: origin,
      url: this.tokenEndpoint,
      clients,
      tokens: this.#tokens,
      tokenLifetimeSeconds,
      requiresDpopNonce,
      now,
    });
  }

  get requests(): readonly RecordedTokenRequest[] {
    return this.#endpoint.requests;
  }

  get tokenLifetimeSeconds(): TokenLifetime {
    return this.#endpoint.lifetime;
  }

  set tokenLifetimeSeconds(lifetime: TokenLifetime) {
    this.#endpoint.lifetime = lifetime;
  }

  failNext(fault: TokenFault, times = 1): void {
    this.#endpoint.faults.add(fault, times);
  }

  recover(): void {
    this.#endpoint.faults.clear();
  }

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#endpoint.held = promise;
    return resolve;
  }

  revoke(token?: string): void {
    this.#tokens.revoke(token);
  }

  verify(token: string): TokenStatus {
    return this.#tokens.verify(token, this.#now());
  }

  close(): Promise<void> {
    return this.#listener.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("date", new Date(this.#now()).toUTCString());
    switch (`${request.method} ${this.#pathOf(request)}`) {
      case "POST /token":
        return this.#endpoint.answer(request, response);
      case "POST /introspect":
        return this.#introspect(request, response);
      case "GET /jwks":
        return sendJson(response, 200, this.#tokens.jwks);
      case "GET /.well-known/oauth-authorization-server":
      case "GET /.well-known/openid-configuration":
        return sendJson(response, 200, this.#metadata);
      default:
        return sendJson(response, 404, { error: "not_found" });
    }
  }

  /**
   * Of what is no URL, undefined. A path may begin as a reference to another host would.
   *
   * @see RFC 9112 §3.2
   */
  #pathOf({ url: target = "" }: IncomingMessage): string | undefined {
    return URL.parse(target.startsWith("/") ? this.issuer + target : target)?.pathname;
  }

  /** @see RFC 7662 §2.2 */
  async #introspect(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    const status = this.verify(form.get("token") ?? "");
    if (!status.active) return sendJson(response, 200, { active: false });
    const { clientId, scope, audience, thumbprint, expiresAt } = status;
    const bound = thumbprint === undefined ? {} : { cnf: { jkt: thumbprint } };
    const exp = Math.ceil(expiresAt / 1000);
    sendJson(response, 200, { active: true, client_id: clientId, scope, aud: audience, exp, ...bound });
  }

  get #metadata(): object {
    return {
      issuer: this.issuer,
      token_endpoint: this.tokenEndpoint,
      jwks_uri: this.jwksUri,
      introspection_endpoint: `${this.issuer}/introspect`,
      response_types_supported: [],
      grant_types_supported: ["client_credentials"],
      token_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
      token_endpoint_auth_signing_alg_values_supported: JWS_ALGORITHMS,
      dpop_signing_alg_values_supported: JWS_ALGORITHMS.filter((alg) => !alg.startsWith("HS")),
    };
  }
}

const AUTHENTICATION_METHODS = [
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "none",
];
