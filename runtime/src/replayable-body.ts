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

/** Lets go of what a body holds, a file or a connection, when it will not be sent. */
export function discardBody(body: unknown): void {
  if (isReplayable(body)) return;
  const stream = body as { destroy?(): void; cancel?(): Promise<void>; return?(): unknown };
  if (typeof stream.destroy === "function") stream.destroy();
  else if (typeof stream.cancel === "function")
    stream.cancel().catch(() => {}); // In use: its reader lets go of it.
  else stream.return?.();
}
