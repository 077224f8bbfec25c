import { compareTexts, compareValues, show } from "./compare.ts";
import {
  formDecode,
  type RawPair,
  shapeOf,
  splitPair,
  takePairs,
  UnreadableMessage,
} from "./decode-style.ts";
import { formatOf, isMediaType } from "./media-type.ts";
import { decodeMultipart, type Part } from "./multipart.ts";
import { holdsFile, SampledFile } from "./sampled-file.ts";
import { type Fields, fieldsOf, textOf } from "./source-document.ts";
import type { WireContent } from "./wire-operation.ts";

/** A body as its caller meant it. */
export interface MeantBody {
  readonly content: WireContent;
  /** On the wire: the declared one, or one of its range. */
  readonly mediaType: string;
  readonly value: unknown;
  /** Made of names and values, by its schema. */
  readonly isStructured: boolean;
}

/** Where a body on the wire is not the one that a caller meant. */
export function checkBody(
  meant: MeantBody | undefined,
  body: Buffer,
  contentType: string | undefined,
): string[] {
  if (meant === undefined) return body.length === 0 ? [] : [`body: nobody gave ${show(body.toString())}`];
  if (contentType === undefined || !isMediaType(contentType, meant.mediaType))
    return [`content-type: want ${meant.mediaType}, got ${contentType}`];
  const { value, content } = meant;
  switch (formatOf(meant.mediaType)) {
    case "json":
      return compareValues(value, parseJson(body.toString()), "body");
    case "lines":
      return compareValues(value, parseItems(body.toString(), meant.mediaType), "body");
    case "urlencoded":
      return checkForm(fieldsOf(value), body.toString("latin1"), content.encoding);
    case "multipart":
      return checkParts(fieldsOf(value), decodeMultipart(body, contentType), content.encoding);
    default:
      return body.equals(bytesOf(value)) ? [] : [`body: want ${show(value)}, got ${show(body.toString())}`];
  }
}

function bytesOf(value: unknown): Uint8Array {
  return typeof value === "string" ? Buffer.from(value) : (value as Uint8Array);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableMessage(`${show(text)} is not JSON`);
  }
}

/** RFC 7464: a record begins with a separator and ends with a line break; a line just ends. */
function parseItems(text: string, mediaType: string): unknown[] {
  const isRecords = mediaType.includes("json-seq");
  const items = isRecords ? text.split("\u001e").slice(1) : text.split("\n").slice(0, -1);
  if (isRecords && !(items.every((item) => item.endsWith("\n")) && text.startsWith("\u001e")))
    throw new UnreadableMessage(`${show(text)} are no records`);
  return items.map(parseJson);
}

function checkForm(meant: Fields, body: string, encoding: WireContent["encoding"]): string[] {
  const pairs: RawPair[] = body === "" ? [] : body.split("&").map(splitPair);
  const problems = Object.entries(meant).flatMap(([name, value]) =>
    checkField(name, value, { pairs, encoding: encoding[name] ?? {} }),
  );
  return [...problems, ...(pairs.length > 0 ? [`body: nobody gave ${show(pairs)}`] : [])];
}

/** @see OpenAPI 3.1.1, "Encoding Object": a style prevails over a content type, which of objects is JSON */
function checkField(
  name: string,
  value: unknown,
  { pairs, encoding }: { pairs: RawPair[]; encoding: Fields },
): string[] {
  const shape = shapeOf(value);
  const at = `body/${name}`;
  const isStyledField = isStyled(encoding);
  const isJson = formatOf(textOf(encoding["contentType"]) ?? "") === "json";
  const hasMaps = [value].flat().some((item) => shapeOf(item) !== "text");
  if (!isStyledField && (isJson || hasMaps)) return checkJsonField(name, value, pairs);
  const style = textOf(encoding["style"]) ?? "form";
  const explode = encoding["explode"] ?? (style === "form" || style === "deepObject");
  const keys = Object.keys(fieldsOf(value));
  const isEmpty = shape !== "text" && Object.keys(value as object).length === 0;
  const decoded = takePairs(pairs, { name, style, explode: explode === true }, { shape, keys });
  return isEmpty && decoded === undefined ? [] : compareTexts(value, decoded, at);
}

/** One text of JSON, of a list also one for each of its items. */
function checkJsonField(name: string, value: unknown, pairs: RawPair[]): string[] {
  const isWhole = pairs.filter(([key]) => formDecode(key) === name).length === 1;
  const shape = isWhole ? "text" : "list";
  const texts = takePairs(pairs, { name, style: "form", explode: true }, { shape, keys: [] });
  if (texts === undefined) return compareTexts(value, texts, `body/${name}`);
  const values = [texts].flat().map((text) => parseJson(String(text)));
  const isItem = isWhole && Array.isArray(value) && !Array.isArray(values[0]);
  return compareValues(value, isWhole && !isItem ? values[0] : values, `body/${name}`);
}

function checkParts(meant: Fields, parts: readonly Part[], encoding: WireContent["encoding"]): string[] {
  const left = [...parts];
  const problems = Object.entries(meant).flatMap(([name, value]) => {
    const own = fieldsOf(encoding[name]);
    if (isStyled(own) && !holdsFile(value))
      return checkStyledParts(name, value, { parts: left, encoding: own });
    const named = takeParts(left, (part) => part.name === name);
    const values = Array.isArray(value) && !isWholeList(named, value) ? value : [value];
    if (named.length !== values.length)
      return [`body/${name}: want ${values.length} parts, got ${named.length}`];
    return values.flatMap((item, index) => checkPart(item, named[index] as Part, own));
  });
  return [...problems, ...left.map((part) => `body: nobody gave the part ${show(part.name)}`)];
}

/** With any of these, a property is written as in a query, one pair a part, and its content type is ignored (3.1). */
function isStyled(encoding: Fields): boolean {
  return ["style", "explode", "allowReserved"].some((key) => encoding[key] !== undefined);
}

/** Nothing is percent-encoded in a part. */
function checkStyledParts(
  name: string,
  value: unknown,
  { parts, encoding }: { parts: Part[]; encoding: Fields },
): string[] {
  const pairs = parts.map((part): RawPair => [part.name ?? "", part.content.toString()]);
  const style = textOf(encoding["style"]) ?? "form";
  const explode = encoding["explode"] ?? (style === "form" || style === "deepObject");
  const options = { shape: shapeOf(value), keys: Object.keys(fieldsOf(value)), decode: String };
  const decoded = takePairs(pairs, { name, style, explode: explode === true }, options);
  takeParts(parts, (part) => !pairs.some(([key]) => key === part.name));
  return compareTexts(value, decoded, `body/${name}`);
}

function takeParts(parts: Part[], isWanted: (part: Part) => boolean): Part[] {
  const taken = parts.filter(isWanted);
  for (const part of taken) parts.splice(parts.indexOf(part), 1);
  return taken;
}

/** A list may also be one part of JSON, where its encoding says that it is. */
function isWholeList(parts: readonly Part[], value: readonly unknown[]): boolean {
  const [part] = parts;
  if (parts.length !== 1 || formatOf(part?.headers["content-type"] ?? "") !== "json") return false;
  const [first] = value;
  return value.length !== 1 || Array.isArray(JSON.parse(String(part?.content))) !== Array.isArray(first);
}

function checkPart(value: unknown, part: Part, encoding: Fields): string[] {
  const at = `body/${part.name}`;
  const type = part.headers["content-type"];
  const declared = textOf(encoding["contentType"])
    ?.split(",")
    .map((text) => text.trim());
  if (declared !== undefined && !declared.some((wanted) => isMediaType(type ?? "text/plain", wanted)))
    return [`${at}: want content-type ${declared}, got ${type}`];
  if (value instanceof SampledFile) return compareFile(value, part, at);
  if (typeof value === "object" && value !== null) {
    if (formatOf(type ?? "") !== "json") return [`${at}: want a part of JSON, got ${type}`];
    return compareValues(value, parseJson(part.content.toString()), at);
  }
  const isJson = formatOf(type ?? "") === "json";
  return isJson
    ? compareValues(value, parseJson(part.content.toString()), at)
    : compareTexts(value, part.content.toString(), at);
}

function compareFile(file: SampledFile, { content, filename }: Part, at: string): string[] {
  return [
    ...(content.equals(file.bytes) ? [] : [`${at}: want ${show(file.bytes)}, got ${show(content)}`]),
    ...(filename === file.name ? [] : [`${at}: want the file ${file.name}, got ${filename}`]),
  ];
}
