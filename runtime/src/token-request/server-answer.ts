/** An answer of an authorization server, read whole. */
export interface ServerAnswer {
  readonly status: number;
  readonly body: string;
  /** Value of the field of that name. */
  readonly retryAfter: string | null;
}

/** What is longer is neither a token nor metadata. */
const MAX_BYTES = 1 << 20;

/** Reads an answer; of one that is too long, nothing, so that whoever parses it finds nothing in it. */
export async function readAnswer(response: Response): Promise<ServerAnswer> {
  const { status } = response;
  const retryAfter = response.headers.get("retry-after");
  const decoder = new TextDecoder();
  let body = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) return { status, body: "", retryAfter }; // Leaving the loop cancels the stream.
    body += decoder.decode(chunk, { stream: true });
  }
  return { status, body: body + decoder.decode(), retryAfter };
}

/** Parses a body that should be a JSON object; of any other, an empty one: whoever reads it says what is missing. */
export function parseObject(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {}; // The parser's message would quote the body.
  }
}

/** What a server said, fit for a log: without secrets that it echoes, without control characters, and not long. */
export function cleanText(text: unknown, secrets: readonly string[] = []): string | undefined {
  if (typeof text !== "string" || text === "") return undefined;
  // The longest first: another may be a part of it. The case of percent-encoding is the server's choice.
  const redacted = secrets
    .toSorted((one, other) => other.length - one.length)
    .reduce((rest, secret) => rest.replace(new RegExp(escapePattern(secret), "gi"), "[redacted]"), text);
  return redacted.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, 500);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
