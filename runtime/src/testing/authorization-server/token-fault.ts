import type { IncomingMessage, ServerResponse } from "node:http";
import { invalidOption } from "../../errors.ts";

/**
 * What becomes of a request for a token instead of a token.
 *
 * `"hang"`: no answer, until the client gives up. `"reset"`: the connection is reset. `"garbage"`: 200 with a page that
 * is no token. `"invalid_client"`: 401, as for a wrong secret. Or any status, as OAuth errors have it.
 */
export type TokenFault = "hang" | "reset" | "garbage" | "invalid_client" | AnsweredFault;

/** An error that the token endpoint answers with. */
export interface AnsweredFault {
  /** 429 and 5xx may pass, so that a client tries again; any other is final. */
  readonly status: number;
  /** OAuth error code. */
  readonly error?: string;
  readonly errorDescription?: string;
  readonly retryAfterSeconds?: number;
}

/** The faults that a test asked for, the first one first. */
export class TokenFaults {
  readonly #queue: { readonly fault: TokenFault; left: number }[] = [];

  add(fault: TokenFault, times: number): void {
    if (!isFault(fault))
      throw invalidOption(
        "failNext: fault",
        'must be "hang", "reset", "garbage", "invalid_client", or have a status',
      );
    if (!(times >= 1)) throw invalidOption("failNext: times", "must be a number of at least 1, or Infinity");
    this.#queue.push({ fault, left: times });
  }

  /** The fault that this request has. */
  take(): TokenFault | undefined {
    const [first] = this.#queue;
    if (first === undefined) return undefined;
    first.left--;
    if (first.left <= 0) this.#queue.shift();
    return first.fault;
  }

  clear(): void {
    this.#queue.length = 0;
  }
}

const NAMED: readonly unknown[] = ["hang", "reset", "garbage", "invalid_client"];

function isFault(fault: unknown): boolean {
  if (typeof fault === "string") return NAMED.includes(fault);
  const { status } = Object(fault) as Partial<AnsweredFault>;
  return Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599;
}

/** What of a fault is recorded; no status where nothing is answered. */
export interface FaultRecord {
  readonly status: number | undefined;
  readonly error: string | undefined;
}

/** Does to a request what a fault says. */
export function commitFault(
  fault: TokenFault,
  request: IncomingMessage,
  response: ServerResponse,
): FaultRecord {
  if (fault === "hang" || fault === "reset") {
    if (fault === "reset") request.socket.resetAndDestroy();
    return { status: undefined, error: fault };
  }
  if (fault === "garbage") {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Welcome</title>");
    return { status: 200, error: fault };
  }
  const { status, error, errorDescription, retryAfterSeconds }: AnsweredFault =
    fault === "invalid_client" ? { status: 401, error: fault } : fault;
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
  sendJson(response, status, error && { error, error_description: errorDescription });
  return { status, error };
}

/** Sends JSON that nobody may keep (RFC 6749 §5.1); without a value, an empty body. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = value === undefined ? "" : JSON.stringify(value); // First: not everything has a JSON.
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(text);
}
