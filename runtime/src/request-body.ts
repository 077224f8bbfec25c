import { FormData } from "undici";
import { invalidOption } from "./errors.ts";
import { isStructured, listEntries, stringify } from "./expansion.ts";
import { essenceOf, isJson, writeJson } from "./media-type.ts";
import type { RequestBody } from "./operation.ts";

/** What to hand to undici; appends `content-type` to the headers where undici does not set it. */
export type WriteBody = (input: { readonly body?: unknown }, headers: string[]) => unknown;

/** Compiles a declared body into a function of a call's input. */
export function compileBody(declared: RequestBody | undefined, operation: string): WriteBody {
  if (declared === undefined) return () => undefined;
  const write = chooseBodyWriter(declared.mediaType);
  return (input, headers) => {
    if (input.body === undefined) {
      if (declared.required) throw invalidOption(`${operation}: body`, "is required");
      return undefined;
    }
    // undici adds it to a form, with the boundary.
    if (write !== writeForm) headers.push("content-type", declared.mediaType);
    return write(input.body);
  };
}

function chooseBodyWriter(mediaType: string): (body: unknown) => unknown {
  const essence = essenceOf(mediaType);
  if (isJson(essence)) return writeJson;
  if (essence === "multipart/form-data") return writeForm;
  if (essence === "application/x-www-form-urlencoded") return writeUrlEncoded;
  return (body) => (body instanceof ArrayBuffer ? new Uint8Array(body) : body);
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
