import { reasonOf } from "../../errors.ts";
import { checkSize, checkUrl, type ReadPolicy, UnreadableError } from "../read-policy.ts";

const MAX_REDIRECTS = 5;

export interface Download {
  /** Where the redirects ended: what relative references start from (RFC 3986 §5.1.3). */
  readonly url: string;
  readonly bytes: Uint8Array;
  /** As the server names it. */
  readonly charset?: string;
}

/**
 * Fetches a document. Redirects are followed by hand, because each must be allowed as the first URL is.
 *
 * @throws {UnreadableError} for what is not allowed, too large, too slow, not there, or cannot be reached
 */
export async function download(url: string, policy: ReadPolicy): Promise<Download> {
  const signal = AbortSignal.timeout(policy.timeoutMs);
  let current = new URL(url);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    checkUrl(current, policy);
    const response = await request(current, signal, policy);
    const next = redirectOf(response, current);
    if (next === undefined) return await bodyOf(response, current, signal, policy);
    await response.body?.cancel();
    current = next;
  }
  throw new UnreadableError(
    `is redirected more than ${MAX_REDIRECTS} times`,
    "name the address that it ends at",
  );
}

async function request(url: URL, signal: AbortSignal, policy: ReadPolicy): Promise<Response> {
  try {
    return await fetch(url, { redirect: "manual", signal });
  } catch (cause) {
    throw failure(cause, signal, policy);
  }
}

function redirectOf({ status, headers }: Response, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const location = headers.get("location");
  if (location !== null && URL.canParse(location, from.href)) return new URL(location, from);
  throw new UnreadableError(
    `answered ${status} without a usable Location`,
    "name the address that it should lead to",
  );
}

async function bodyOf(
  response: Response,
  { href }: URL,
  signal: AbortSignal,
  policy: ReadPolicy,
): Promise<Download> {
  if (!response.ok) {
    await response.body?.cancel();
    throw new UnreadableError(`answered ${response.status}`, adviceFor(response.status));
  }
  const bytes = await collect(response, signal, policy);
  const charset = /;\s*charset="?([^\s";]+)/i.exec(response.headers.get("content-type") ?? "")?.[1];
  return { url: href, bytes, ...(charset !== undefined && { charset }) };
}

/** Stops at the limit: neither a Content-Length nor compression makes more than that enter memory. */
async function collect({ body }: Response, signal: AbortSignal, policy: ReadPolicy): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.length;
      checkSize(size, policy);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof UnreadableError ? cause : failure(cause, signal, policy);
  }
  return Buffer.concat(chunks);
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403)
    return "download the document with its credentials, and name the file";
  return status >= 500 ? "try again, or download the document and name the file" : "check the address";
}

/** fetch says no more than that it failed; why is in the cause. */
function failure(caught: unknown, signal: AbortSignal, { timeoutMs }: ReadPolicy): UnreadableError {
  if (signal.aborted) {
    const message = `was not answered in full within ${timeoutMs / 1000} s`;
    return new UnreadableError(message, "try again, or download the document and name the file", {
      cause: caught,
    });
  }
  const why = caught instanceof Error && caught.cause instanceof Error ? caught.cause : caught;
  const code = (why as { code?: unknown })?.code;
  const known = typeof code === "string" ? REASONS.find(([pattern]) => pattern.test(code)) : undefined;
  const message = known ? `${known[1]} (${code})` : `the connection failed: ${code ?? reasonOf(why)}`;
  return new UnreadableError(message, known?.[2] ?? "check the address and the network", { cause: caught });
}

const REASONS: readonly (readonly [RegExp, string, string])[] = [
  [/^ECONNREFUSED$/, "nothing listens there", "check host and port, and that the server runs"],
  [/^(ENOTFOUND|EAI_AGAIN)$/, "the host's name cannot be resolved", "check its spelling, and the network"],
  [/^(ECONNRESET|UND_ERR_SOCKET|EPIPE)$/, "the server broke the connection", "try again"],
  [
    /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH)$/,
    "the host cannot be reached",
    "check the network",
  ],
  [
    /CERT|^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/,
    "the server's certificate is refused",
    "name its certification authority in NODE_EXTRA_CA_CERTS",
  ],
  [/SSL|TLS/, "the server speaks no TLS there", "check scheme and port"],
];
