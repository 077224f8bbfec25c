import { LINE_WIDTH } from "../doc-comment.ts";
import { identifier, stringLiteral } from "../encode.ts";
import type { OperationModel, TypeModel } from "../model.ts";
import type { RuntimeNames } from "./imports.ts";

/** `operations["getItem"]`, the operation's entry in the document's types. */
export function operationType({ key }: OperationModel): string {
  return `operations[${stringLiteral(key)}]`;
}

/** An exported name for a union; its members stand one a line when they don't fit into one. */
export function typeAlias(name: string, members: readonly string[]): string {
  const start = `export type ${identifier(name)} =`;
  const line = `${start} ${members.join(" | ")};`;
  return line.length <= LINE_WIDTH ? line : `${start}${members.map((member) => `\n  | ${member}`).join("")};`;
}

/** The bodies of one answer, or of one request. */
export function unionOf(types: readonly TypeModel[], operation: OperationModel, names: RuntimeNames): string {
  return [...new Set(types.map((type) => typeText(type, operation, names)))].join(" | ");
}

function typeText(type: TypeModel, operation: OperationModel, names: RuntimeNames): string {
  switch (type.kind) {
    case "alias":
      return identifier(type.name);
    case "requestBody":
      return `${requestBodyType(operation)}["content"][${stringLiteral(type.mediaType)}]`;
    case "response":
      return responseType(type, operation);
    case "items":
      return `${names.use("ItemStream")}<${typeText(type.item, operation, names)}>`;
    case "events":
      return eventStream(`<${typeText(type.item, operation, names)}>`, names);
    case "namedEvents":
      return eventStream(` & ${responseType(type, operation)}`, names);
    case "byteStream":
      return `${names.use("ItemStream")}<Uint8Array>`;
    case "bytes":
      return "Uint8Array";
    case "binaryBody":
      return names.use("BinaryBody");
    case "sequenceBody":
      return `${names.use("SequenceBody")}<${typeText(type.item, operation, names)}>`;
    case "multipart":
      return `${names.use("MultipartBody")}<${typeText(type.body, operation, names)}>`;
    case "anyBody":
      return `${typeText(type.body, operation, names)} | ${names.use("BinaryBody")}`;
    default:
      return type.kind;
  }
}

function responseType(
  { status, mediaType }: { readonly status: string; readonly mediaType: string },
  operation: OperationModel,
): string {
  const responses = `${operationType(operation)}["responses"]`;
  return `${responses}[${stringLiteral(status)}]["content"][${stringLiteral(mediaType)}]`;
}

function eventStream(data: string, names: RuntimeNames): string {
  return `${names.use("ItemStream")}<${names.use("ServerSentEvent")}${data}>`;
}

function requestBodyType(operation: OperationModel): string {
  const type = `${operationType(operation)}["requestBody"]`;
  return operation.body?.required ? type : `NonNullable<${type}>`;
}
