import type { Dispatcher } from "undici";
import { addCredentials } from "../credentials.ts";
import { compileResponses, type OperationReader } from "../deserialize.ts";
import { invalidOption } from "../errors.ts";
import type { Operation } from "../operation.ts";
import { parseOrigins } from "../origin.ts";
import { compileRequest, type RequestWriter } from "../serialize.ts";
import type { TokenManager } from "../token-manager.ts";
import { type Addresses, type Base, findOwnServer } from "./addresses.ts";

/** What does not change between the calls of one operation by one client. */
export interface CallPlan {
  readonly writer: RequestWriter;
  readonly reader: OperationReader;
  readonly base: Base;
  /** That the token, or the credentials, may go to. */
  readonly origins: ReadonlySet<string>;
  /** Whose token goes along; undefined where none does. */
  readonly tokenClient: string | undefined;
  readonly dispatch: Dispatcher["dispatch"];
}

/** How a client was made, as far as plans depend on it. */
export interface PlanOptions {
  readonly tokens: TokenManager;
  readonly addresses: Addresses;
  readonly dispatcher: Dispatcher;
  /** The names that operations know to those that the client is bound to; the first is the default. */
  readonly tokenClients: ReadonlyMap<string, string>;
  /** Whether a call asks for the scopes of its operation, and not for its token client's. */
  readonly asksByOperation: boolean;
}

/** Compiled once per operation, for all clients. */
const compiled = new WeakMap<Operation, Pick<CallPlan, "writer" | "reader">>();

/** Plans each operation once per client: what a call then costs is a look into a map. */
export class CallPlans {
  readonly #options: PlanOptions;
  readonly #plans = new Map<Operation, CallPlan>();
  /** Interceptors by whose token, for which scopes, may go where: operations share them. */
  readonly #dispatches = new Map<string, Dispatcher["dispatch"]>();
  readonly #dispatch: Dispatcher["dispatch"];

  /** @throws {TokenError} `ERR_TOKEN_CLIENT_UNKNOWN` when the manager lacks a token client */
  constructor(options: PlanOptions) {
    this.#options = options;
    const { dispatcher, addresses, tokenClients } = options;
    this.#dispatch = addCredentials(dispatcher.dispatch.bind(dispatcher));
    for (const tokenClient of tokenClients.values()) this.#authorize(tokenClient, undefined, addresses.base);
  }

  find(operation: Operation): CallPlan {
    let plan = this.#plans.get(operation);
    if (plan === undefined) {
      plan = this.#plan(operation);
      this.#plans.set(operation, plan);
    }
    return plan;
  }

  #plan(operation: Operation): CallPlan {
    const { addresses, asksByOperation } = this.#options;
    const { scopes } = operation;
    const base = findOwnServer(operation, addresses) ?? addresses.base;
    const tokenClient = scopes && this.#nameOf(operation);
    // A request without a scope has the server's default, which may be anything: where an operation declares none,
    // what the token client says is better known.
    const asked = asksByOperation && scopes?.length ? scopes : undefined;
    const dispatch = tokenClient === undefined ? this.#dispatch : this.#authorize(tokenClient, asked, base);
    return { ...compile(operation), base, origins: this.#originsOf(base), tokenClient, dispatch };
  }

  #nameOf({ tokenClient }: Operation): string {
    const { tokenClients } = this.#options;
    const [first = ""] = tokenClients.values();
    if (tokenClient === undefined) return first;
    const bound = tokenClients.get(tokenClient);
    if (bound === undefined) throw invalidOption("tokenClient", `has no entry for "${tokenClient}"`);
    return bound;
  }

  #authorize(tokenClient: string, scopes: readonly string[] | undefined, base: Base): Dispatcher["dispatch"] {
    const key = JSON.stringify([tokenClient, base.origin, scopes?.toSorted() ?? null]);
    const known = this.#dispatches.get(key);
    if (known !== undefined) return known;
    const allowedOrigins = [...this.#originsOf(base)];
    const token = scopes && { token: { scope: scopes } };
    const intercept = this.#options.tokens.interceptor(tokenClient, { allowedOrigins, ...token });
    const dispatch = intercept(this.#dispatch);
    this.#dispatches.set(key, dispatch);
    return dispatch;
  }

  #originsOf({ origin }: Base): ReadonlySet<string> {
    const { base, allowedOrigins } = this.#options.addresses;
    return parseOrigins(base.origin, [...allowedOrigins, origin]);
  }
}

function compile(operation: Operation): Pick<CallPlan, "writer" | "reader"> {
  let found = compiled.get(operation);
  if (found === undefined) {
    found = { writer: compileRequest(operation), reader: compileResponses(operation) };
    compiled.set(operation, found);
  }
  return found;
}
