import { explainFailure } from "../connection-advice.ts";
import {
  ApiConnectionError,
  ApiItemError,
  ApiResponseTooLargeError,
  ApiTimeoutError,
  copyCause,
  isCallError,
  isInvalidOption,
  omitQuery,
  TokenError,
} from "../errors.ts";

/** Which call, and where it went. */
interface Call {
  readonly operation: string;
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  readonly maxBytes: number;
}

/** What the caller of one call is told when there is no answer, or no more of it. */
export class CallErrors {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  get maxBytes(): number {
    return this.#call.maxBytes;
  }

  /** The error itself where it says all there is; otherwise why the answer did not come, or can't be read. */
  explain(error: unknown): unknown {
    if (error instanceof TokenError || isInvalidOption(error) || isCallError(error)) return error;
    if (isTooLarge(error)) return this.buildTooLarge();
    const { what, advice = "see the cause" } = explainFailure(error);
    const message = `no complete answer from ${this.#address} (${what}); ${advice}`;
    return new ApiConnectionError(message, { ...this.#fields, cause: copyCause(error) });
  }

  /** @param isStream - the answer had begun, and nobody read it */
  buildTimeout(timeoutMs: number, isStream: boolean): ApiTimeoutError {
    const message = isStream
      ? `nobody began to read the stream from ${this.#address} within ${timeoutMs} ms of the call; read it, or take it with \`await using\` so that it is let go`
      : `no complete answer from ${this.#address} within ${timeoutMs} ms; raise timeoutMs if it may take longer`;
    return new ApiTimeoutError(message, this.#fields);
  }

  buildTooLarge(): ApiResponseTooLargeError {
    const message = `more came from ${this.#address} than the ${this.maxBytes} bytes that are collected in memory; take it as a stream, or raise maxResponseBytes of the client`;
    return new ApiResponseTooLargeError(message, this.#fields);
  }

  buildUnreadable(text: string): ApiItemError {
    const message = `an item from ${this.#address} is no JSON, as its document says it is; what came is in \`text\` of this error`;
    return new ApiItemError(message, this.#fields, text);
  }

  get #address(): string {
    return omitQuery(this.#fields.url);
  }

  get #fields() {
    const { operation, method, origin, path } = this.#call;
    return { operation, method, url: origin + path };
  }
}

/** What zlib says when more comes out than it may. */
function isTooLarge(error: unknown): boolean {
  return Object(error).code === "ERR_BUFFER_TOO_LARGE";
}
