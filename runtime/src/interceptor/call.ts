import { stringify } from "node:querystring";
import type { Dispatcher } from "undici";
import type { Caller } from "../authorization.ts";
import { type FlatHeaders, flattenHeaders, readHeaders } from "../dispatch-headers.ts";
import type { TokenParameters } from "../token-parameters.ts";
import { type CallContext, openCallContext } from "./call-context.ts";
import { toAbortSignal } from "./compatibility.ts";

/** Options of a dispatch that goes through the interceptor; undici's own pass through unchanged. */
export interface AuthorizedDispatchOptions extends Dispatcher.DispatchOptions {
  /** Overrides for this call's token. */
  readonly token?: TokenParameters | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the user dispatched; a re-send is of the same. */
export class Call implements Caller {
  readonly options: AuthorizedDispatchOptions;
  /** As a URL has it. */
  readonly origin: string;
  readonly handler: Dispatcher.DispatchHandler;
  /** An iterator is read only once. */
  readonly headers: FlatHeaders;
  readonly inContext: CallContext = openCallContext();

  constructor(options: AuthorizedDispatchOptions, origin: string, handler: Dispatcher.DispatchHandler) {
    this.options = options;
    this.origin = origin;
    this.handler = handler;
    this.headers = flattenHeaders(options.headers);
  }

  get method(): string {
    return this.options.method;
  }

  get url(): string {
    return this.origin + this.options.path;
  }

  get signal(): AbortSignal | undefined {
    return toAbortSignal(this.options.signal);
  }

  describe(): ReturnType<Caller["describe"]> {
    const { query } = this.options;
    const search = query === undefined ? "" : `?${stringify(query)}`; // As undici writes it.
    return { method: this.method, url: this.url + search, headers: readHeaders(this.headers) };
  }
}
