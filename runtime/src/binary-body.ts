import { isAnyArrayBuffer } from "node:util/types";

/** A stream of bytes, of the web or of node. */
export type BodyStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** Bytes in memory or in a file. */
export type Bytes = Uint8Array | ArrayBuffer | Blob;

/**
 * Bytes to send: in memory, or streamed; only a function can give a stream that is sent again after a 401. A string is
 * sent as UTF-8.
 */
export type BinaryBody = string | Bytes | BodyStream | (() => BodyStream);

/** Bytes that are no stream: of any realm and of any class that behaves as a Blob does. */
export function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || isAnyArrayBuffer(value) || isBlob(value);
}

/** A Blob or File, of node or of a package: undici takes by its behaviour what is one. */
export function isBlob(value: unknown): value is Blob {
  if (value instanceof Blob) return true;
  const { size, type, stream } = Object(value) as Partial<Blob>;
  return typeof size === "number" && typeof type === "string" && typeof stream === "function";
}

/** Something to read bytes from, or a function that opens it. */
export function isStream(value: unknown): value is BodyStream | (() => BodyStream) {
  return typeof value === "function" || Symbol.asyncIterator in Object(value);
}

/** Bytes or a stream of them. */
export function isBinary(value: unknown): boolean {
  return isBytes(value) || isStream(value);
}

/** A plain Uint8Array, as types say: a Buffer compares and slices in other ways. */
export function plainBytes({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

/** A view of the same memory, without a copy. */
export function viewBytes(bytes: ArrayBufferView | ArrayBuffer): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (isAnyArrayBuffer(bytes)) return new Uint8Array(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
