import { isBytes } from "./binary-body.ts";

/** A body that may be sent a second time: everything but a stream that can be read only once. */
export function isReplayable(body: unknown): boolean {
  if (body === null || body === undefined || typeof body === "string" || typeof body === "function")
    return true;
  if (isBytes(body) || body instanceof URLSearchParams) return true;
  return isFormData(body);
}

/** Node's FormData and undici's are different classes of the same name. */
export function isFormData(body: unknown): body is globalThis.FormData {
  return Object(body)[Symbol.toStringTag] === "FormData";
}

/** The body for one attempt: a function is called for a stream of its own. */
export function openBody(body: unknown): unknown {
  return typeof body === "function" ? body() : body;
}

/**
 * Lets go of what a body holds, a file or a connection, when it will not be sent. It may fail at that: whoever waits for
 * the call is told why it ended, and this is not why.
 */
export function discardBody(body: unknown): void {
  if (isReplayable(body)) return;
  const stream = body as { destroy?(): void; cancel?(): Promise<void>; return?(): unknown };
  const end = () => {
    if (typeof stream.destroy === "function") return stream.destroy();
    // One that is in use is let go of by its reader.
    return typeof stream.cancel === "function" ? stream.cancel() : stream.return?.();
  };
  new Promise((resolve) => resolve(end())).catch(() => {});
}
