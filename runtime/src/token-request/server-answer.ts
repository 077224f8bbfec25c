import { type Dispatcher, fetch as undiciFetch } from "undici";
import { parseChallenges } from "../challenge.ts";
import { redact } from "./secrets.ts";

/** What oauth4webapi sends requests with. */
export type ServerFetch = (url: string, init: object) => Promise<Response>;

/** An answer of an authorization server, read whole. */
export interface ServerAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** What is longer is neither a token nor metadata. */
const MAX_BYTES = 1 << 20;

/** undici's own fetch: the global one may be of another version than the dispatcher. */
export function createServerFetch(dispatcher: Dispatcher): ServerFetch {
  const send = (url: string, init: object) => undiciFetch(url, { ...init, dispatcher });
  return send as unknown as ServerFetch;
}

/** Reads an answer; of one that is too long, nothing, so that whoever parses it finds nothing in it. */
export async function readAnswer({ status, headers, body: stream }: Response): Promise<ServerAnswer> {
  const decoder = new TextDecoder();
  let body = "";
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) return { status, body: "", headers }; // Leaving the loop cancels the stream.
    body += decoder.decode(chunk, { stream: true });
  }
  return { status, body: body + decoder.decode(), headers };
}

/** Parses a body that should be a JSON object; of any other, an empty one: whoever reads it says what is missing. */
export function parseObject(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {}; // The parser's message would quote the body.
  }
}

/** What went wrong in the server's words, as it came. */
export interface Problem {
  readonly error?: unknown;
  readonly error_description?: unknown;
}

/** What the server says went wrong: in the body (RFC 6749 §5.2), and some servers say it in a challenge only. */
export function listProblems({ body, headers }: ServerAnswer): Problem[] {
  const challenges = parseChallenges(headers.get("www-authenticate")).map(({ parameters }) => parameters);
  return [parseObject(body), ...challenges].filter(({ error }) => error !== undefined);
}

/** Whether it is meant for a browser: of a login, a proxy, or an address that is no token endpoint. */
export function isPage({ body, headers }: ServerAnswer): boolean {
  return /^text\/html\b/i.test(headers.get("content-type") ?? "") || /^\s*<(!doctype|html)\b/i.test(body);
}

/** What a server said, fit for a log: without secrets that it echoes, without control characters, and not long. */
export function cleanText(text: unknown, secrets: readonly string[] = []): string | undefined {
  if (typeof text !== "string" || text === "") return undefined;
  return redact(text, secrets)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .slice(0, 500);
}
