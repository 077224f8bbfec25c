import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { invalidOption } from "../../errors.ts";
import { isSecretName, REDACTED } from "../secret-names.ts";
import { DpopProofs } from "./dpop-proof.ts";
import type { IssuedTokens } from "./issued-tokens.ts";
import { type RegisteredClient, RegisteredClients } from "./registered-clients.ts";
import { commitFault, sendJson, TokenFaults } from "./token-fault.ts";
import { readTokenForm, type TokenForm } from "./token-form.ts";

/** A request for a token: what was asked for, and what was answered. It holds no secret, assertion, proof or token. */
export interface RecordedTokenRequest {
  /** Epoch ms. */
  readonly at: number;
  /** As claimed: `error` says whether it was believed. */
  readonly clientId: string | undefined;
  /** `client_secret_basic`, `private_key_jwt`, ...: IANA's name of the method, or the type of another assertion. */
  readonly authentication: string;
  readonly scope: string | undefined;
  readonly resource: readonly string[];
  readonly audience: string | undefined;
  /** The other fields of the form; what their names say is secret reads `[redacted]`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether a DPoP proof came with it. */
  readonly hasProof: boolean;
  /** Undefined while there is no answer. */
  readonly status: number | undefined;
  /** OAuth error code, or which fault it was. */
  readonly error: string | undefined;
}

/** In seconds: that of every token, or of each the next one, and the last for all that follow. */
export type TokenLifetime = number | readonly number[];

export interface TokenEndpointOptions {
  readonly issuer: string;
  readonly url: string;
  readonly clients: Readonly<Record<string, RegisteredClient>> | undefined;
  readonly tokens: IssuedTokens;
  readonly tokenLifetimeSeconds: TokenLifetime;
  readonly requiresDpopNonce: boolean;
  readonly now: () => number;
}

type Answer = { readonly access_token: string } | OAuthError;

interface OAuthError {
  readonly status: number;
  readonly error: string;
  readonly error_description: string;
}

/** Of the form, what is recorded under a name of its own, or not at all. */
const OWN_FIELDS =
  /^(grant_type|scope|resource|audience|client_id|client_assertion_type|.*(secret|password|assertion|token))$/;

/** Answers requests for tokens, and records them. */
export class TokenEndpoint {
  readonly requests: RecordedTokenRequest[] = [];
  readonly faults = new TokenFaults();
  /** What every answer waits for. */
  held: Promise<void> | undefined;
  readonly #options: TokenEndpointOptions;
  readonly #clients: RegisteredClients;
  readonly #proofs = new DpopProofs();
  #lifetimes: readonly number[] = [];
  #nonce: string = randomUUID();

  constructor(options: TokenEndpointOptions) {
    this.#options = options;
    this.#clients = new RegisteredClients(options.clients);
    this.lifetime = options.tokenLifetimeSeconds;
  }

  get lifetime(): TokenLifetime {
    const [first = 0] = this.#lifetimes;
    return this.#lifetimes.length > 1 ? this.#lifetimes : first;
  }

  set lifetime(seconds: TokenLifetime) {
    const lifetimes = [seconds].flat();
    if (lifetimes.length === 0 || !lifetimes.every((one) => one >= 0))
      throw invalidOption("tokenLifetimeSeconds", "must be a number of at least 0, or a list of such");
    this.#lifetimes = lifetimes;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readTokenForm(request);
    const index = this.requests.push(this.#record(form, request)) - 1;
    const note = (status: number | undefined, error: string | undefined) => {
      this.requests[index] = { ...(this.requests[index] as RecordedTokenRequest), status, error };
    };
    await this.held;
    const fault = this.faults.take();
    if (fault !== undefined) {
      const { status, error } = commitFault(fault, request, response);
      note(status, error);
      return;
    }
    const answer = this.#grant(form, request);
    if ("access_token" in answer) {
      note(200, undefined);
      sendJson(response, 200, answer);
      return;
    }
    const { status, ...body } = answer;
    note(status, answer.error);
    if (answer.error === "use_dpop_nonce") response.setHeader("dpop-nonce", this.#nonce);
    if (form.authentication === "client_secret_basic" && status === 401)
      response.setHeader("www-authenticate", 'Basic realm="test"');
    sendJson(response, status, body);
  }

  #record({ form, clientId, authentication }: TokenForm, { headers }: IncomingMessage): RecordedTokenRequest {
    return {
      at: this.#options.now(),
      clientId,
      authentication,
      scope: form.get("scope") ?? undefined,
      resource: form.getAll("resource"),
      audience: form.get("audience") ?? undefined,
      parameters: Object.fromEntries(
        [...form]
          .filter(([name]) => !OWN_FIELDS.test(name))
          .map(([name, value]) => [name, isSecretName(name) ? REDACTED : value]),
      ),
      hasProof: headers["dpop"] !== undefined,
      status: undefined,
      error: undefined,
    };
  }

  /** @see RFC 6749 §4.4.2, §5; RFC 8707 §2; RFC 9449 §5 */
  #grant(request: TokenForm, incoming: IncomingMessage): Answer {
    const { issuer, url, tokens, now: readClock } = this.#options;
    const { form, clientId = "" } = request;
    const now = readClock();
    const client = this.#clients.authenticate(request, [issuer, url], now);
    if (client === undefined)
      return refuse("invalid_client", "it is unknown here, or is not who it says", 401);
    if (form.get("grant_type") !== "client_credentials")
      return refuse("unsupported_grant_type", "only client_credentials is known here");
    const asked = form.get("scope") ?? undefined;
    const beyond = findBeyond(asked, client.scope);
    if (beyond !== undefined) return refuse("invalid_scope", `the client may not have ${beyond}`);
    const proof = this.#checkProof(incoming, now);
    if (proof !== undefined && "error" in proof) return refuse(proof.error, proof.reason);
    const scope = asked ?? client.scope;
    const thumbprint = proof?.thumbprint;
    const seconds = this.#nextLifetime();
    const grant = { clientId, scope, audience: audienceOf(form, issuer), thumbprint };
    return {
      access_token: tokens.issue(grant, issuer, { now, seconds }),
      token_type: thumbprint === undefined ? "Bearer" : "DPoP",
      expires_in: seconds,
      ...(scope !== undefined && { scope }),
    } as Answer;
  }

  #checkProof({ headers }: IncomingMessage, now: number) {
    const proof = headers["dpop"];
    if (proof === undefined) return undefined;
    const nonce = this.#options.requiresDpopNonce ? this.#nonce : undefined;
    return this.#proofs.check(String(proof), { method: "POST", url: this.#options.url, nonce, now });
  }

  #nextLifetime(): number {
    const [first = 0, ...rest] = this.#lifetimes;
    if (rest.length > 0) this.#lifetimes = rest;
    return first;
  }
}

function refuse(error: string, error_description: string, status = 400): OAuthError {
  return { status, error, error_description };
}

function findBeyond(asked: string | undefined, allowed: string | undefined): string | undefined {
  if (asked === undefined || allowed === undefined) return undefined;
  const scopes = allowed.split(" ");
  return asked.split(" ").find((scope) => !scopes.includes(scope));
}

function audienceOf(form: URLSearchParams, issuer: string): readonly string[] {
  const resources = form.getAll("resource");
  return resources.length > 0 ? resources : [form.get("audience") ?? issuer];
}
