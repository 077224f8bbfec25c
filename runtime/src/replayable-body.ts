/** A body that may be sent a second time: everything but a stream that can be read only once. */
export function isReplayable(body: unknown): boolean {
  if (body === null || body === undefined || typeof body === "string" || typeof body === "function")
    return true;
  if (body instanceof Uint8Array || body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return true;
  if (body instanceof Blob || body instanceof URLSearchParams) return true;
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
