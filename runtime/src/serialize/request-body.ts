import { FormData } from "undici";
import { invalidOption } from "../errors.ts";
import { essenceOf, isJson, writeJson } from "../media-type.ts";
import type { RequestBody } from "../operation.ts";
import { isStructured, listEntries, stringify } from "./expansion.ts";

/** What to hand to undici; appends `content-type` to the headers where undici does not set it. */
export type WriteBody = (input: { readonly body?: unknown }, headers: string[]) => unknown;

/** Compiles a declared body into a function of a call's input. */
export function compileBody(declared: RequestBody | undefined, operation: string): WriteBody {
  if (declared === undefined) return () => undefined;
  const [content] = declared.content;
  if (content === undefined) return () => undefined;
  const { write, contentTypeOf } = chooseBodyWriter(content.mediaType);
  return ({ body }, headers) => {
    if (body === undefined) {
      if (declared.required) throw invalidOption(`${operation}: body`, "is required");
      return undefined;
    }
    const contentType = contentTypeOf(body);
    if (contentType !== undefined) headers.push("content-type", contentType);
    return write(body);
  };
}

interface BodyWriter {
  readonly write: (body: unknown) => unknown;
  readonly contentTypeOf: (body: unknown) => string | undefined;
}

function chooseBodyWriter(mediaType: string): BodyWriter {
  const essence = essenceOf(mediaType);
  const contentTypeOf = () => mediaType;
  if (isJson(essence)) return { write: writeJson, contentTypeOf };
  if (essence === "application/x-www-form-urlencoded") return { write: writeUrlEncoded, contentTypeOf };
  // undici adds it, with the boundary.
  if (essence === "multipart/form-data") return { write: writeForm, contentTypeOf: () => undefined };
  const write = (body: unknown) => (body instanceof ArrayBuffer ? new Uint8Array(body) : body);
  return { write, contentTypeOf: essence.includes("*") ? typeOfBlob : contentTypeOf };
}

/** A range such as `image/*` leaves the type to the body; a file knows its own. */
function typeOfBlob(body: unknown): string {
  return (body instanceof Blob && body.type) || "application/octet-stream";
}

function writeForm(body: unknown): FormData {
  const form = new FormData();
  for (const [name, value] of listEntries(body as object)) {
    for (const item of listItems(value)) {
      if (item instanceof Blob) form.append(name, item);
      else if (item instanceof ArrayBuffer || ArrayBuffer.isView(item))
        form.append(name, new Blob([item as Uint8Array]));
      else if (isStructured(item))
        form.append(name, new Blob([writeJson(item)], { type: "application/json" }));
      else form.append(name, stringify(item));
    }
  }
  return form;
}

function writeUrlEncoded(body: unknown): string {
  const form = new URLSearchParams();
  for (const [name, value] of listEntries(body as object)) {
    for (const item of listItems(value)) form.append(name, stringify(item));
  }
  return form.toString();
}

/** The items of a list, or one value as a list of one. */
function listItems(value: unknown): unknown[] {
  return Array.isArray(value) ? value.filter((item) => item !== undefined && item !== null) : [value];
}
