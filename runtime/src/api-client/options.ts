import type { Dispatcher } from "undici";
import type { NamedScheme } from "../credentials.ts";
import { invalidOption } from "../errors.ts";
import type { Server } from "../operation.ts";
import type { TokenManager } from "../token-manager.ts";

/** What a generated class says of itself. */
export interface ApiClientDefinition {
  readonly name: string;
  /** Those that its operations know; the first is for operations that name none. */
  readonly tokenClient: string | readonly [string, ...string[]];
  /** Has each call ask for just the scopes of its operation; without it, for those of its token client. */
  readonly scopes?: "operation";
  readonly baseUrl?: string;
  /** Of a document that is trusted with its base URL; the first is the default. */
  readonly servers?: readonly Server[];
  /** The security schemes that no token satisfies. */
  readonly credentials?: readonly NamedScheme[];
}

/**
 * What every generated client takes. `Bound` are the token clients that `tokens` must know; `Binding` is how others
 * are bound: by a name, or where the client has several token clients, by an object with a name for each.
 */
export interface ApiClientOptions<Bound extends string, Binding = Bound> {
  readonly tokens: TokenManager<NoInfer<Bound>>;
  /** Where the API is; its path is kept. The client's token goes to its origin. */
  readonly baseUrl?: string | URL;
  /** Another token client than the mapping's, for a tenant or an environment. */
  readonly tokenClient?: Binding;
  /** undici dispatcher for the calls; default that of `tokens`. */
  readonly dispatcher?: Dispatcher;
  /** Further origins that the token may go to. */
  readonly allowedOrigins?: readonly (string | URL)[];
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * How much of an answer is collected in memory at most, content codings taken off, and how long an item of a stream
   * may be: bytes; default 104,857,600 (100 MiB), 0 for any number. What is longer is an `ApiResponseTooLargeError`.
   */
  readonly maxResponseBytes?: number;
}

/** Options of any client: what its manager must know, and what else it takes, the generated class has checked. */
export interface AnyClientOptions extends Omit<ApiClientOptions<string>, "tokens" | "tokenClient"> {
  readonly tokens: TokenManager<never>;
  readonly tokenClient?: string | Readonly<Record<string, string>>;
  readonly credentials?: object;
  readonly server?: string;
  readonly serverVariables?: object;
}

/** For clients whose mapping names no base URL. */
export interface RequiredBaseUrl {
  readonly baseUrl: string | URL;
}

const DEFAULT_MAX_RESPONSE_BYTES = 100 * 1024 * 1024;

export function parseMaxResponseBytes(value: number | undefined, context: string): number {
  if (value === undefined) return DEFAULT_MAX_RESPONSE_BYTES;
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw invalidOption(`${context}maxResponseBytes`, "must be a whole number of bytes, or 0 for any number");
}
