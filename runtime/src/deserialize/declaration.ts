import type { ItemFormat } from "../item-stream.ts";
import { essenceOf } from "../media-type.ts";
import type { Operation, ResponseContent } from "../operation.ts";
import { type BodyFormat, formatOf, isSequence } from "./body-format.ts";
import { charsetOf } from "./charset.ts";

/** What a document says of the answers with one status, or with several. */
export interface Declaration {
  readonly name: number | string;
  /** Empty: no body. */
  readonly bodies: readonly DeclaredBody[];
  /** Content types to what they mean here. */
  readonly known: Map<string, Choice>;
}

export interface DeclaredBody {
  /** Media type or range, without parameters. */
  readonly essence: string;
  readonly format: BodyFormat;
  /** How it comes item by item; undefined where it is read whole. */
  readonly items: ItemFormat | undefined;
}

/** The body that came. */
export interface Choice {
  readonly format: BodyFormat;
  /** How it is read item by item; undefined where it is read whole. */
  readonly items: ItemFormat | undefined;
  readonly charset: string | undefined;
}

/** An API uses a few; it may also make them up, as multipart does its boundaries. */
const MAX_KNOWN = 20;

/** So that what a server makes up takes little memory, whatever it is. */
const MAX_KNOWN_LENGTH = 200;

/** Answers with these never have a body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const BODILESS: ReadonlySet<unknown> = new Set([204, 205, 304]);

/**
 * The most specific declaration of a status. `default` stands for errors when the document declares a success,
 * for everything otherwise. The 401 of an operation with a token always goes by its own name.
 */
export function findDeclaration(operation: Operation, status: number): Declaration | undefined {
  const { responses, scopes } = operation;
  const range = `${Math.floor(status / 100)}XX`;
  const exact = responses[status];
  if (exact !== undefined) return declare(operation, status, exact);
  const secured401 = status === 401 && scopes !== undefined;
  const wide = responses[range];
  if (wide !== undefined) return declare(operation, secured401 ? 401 : range, wide);
  const declaresSuccess = Object.keys(responses).some((name) => name.startsWith("2"));
  const { default: rest } = responses;
  if (rest === undefined || (declaresSuccess && range === "2XX")) return undefined;
  return declare(operation, secured401 ? 401 : "default", rest);
}

function declare(
  { method }: Operation,
  name: number | string,
  content: readonly ResponseContent[],
): Declaration {
  const isBodiless = method === "HEAD" || BODILESS.has(name);
  return { name, bodies: isBodiless ? [] : content.map(declareBody), known: new Map() };
}

function declareBody(content: ResponseContent): DeclaredBody {
  const essence = essenceOf(mediaTypeOf(content));
  const format = formatOf(essence);
  return { essence, format, items: itemsOf(format, content) };
}

function itemsOf(format: BodyFormat, content: ResponseContent): ItemFormat | undefined {
  if (!isSequence(format)) return undefined;
  if (format !== "events") return { kind: format };
  const { data = "json", events = {} } = typeof content === "string" ? {} : content;
  return { kind: format, data, events: new Map(Object.entries(events)) };
}

export function mediaTypeOf(content: ResponseContent): string {
  return typeof content === "string" ? content : content.mediaType;
}

/**
 * Says how the body of an answer is read.
 *
 * @param contentType - value of the header, empty where there is none
 */
export function chooseBody({ bodies, known }: Declaration, contentType: string): Choice {
  let choice = known.get(contentType);
  if (choice === undefined) {
    const actual = essenceOf(contentType);
    const { format, items } = findBody(bodies, actual);
    const fits = items !== undefined && fitsItems(items, actual);
    choice = { format, items: fits ? items : undefined, charset: charsetOf(contentType) };
    if (known.size < MAX_KNOWN && contentType.length <= MAX_KNOWN_LENGTH) known.set(contentType, choice);
  }
  return choice;
}

/**
 * Of the declared bodies the most specific media type or range that the actual one fits, else the first. Of a range,
 * what came says how it is read.
 */
function findBody(bodies: readonly DeclaredBody[], actual: string): Omit<DeclaredBody, "essence"> {
  const [first] = bodies as [DeclaredBody];
  const named = actual === "" ? first : bodies.find(({ essence }) => essence === actual);
  if (named !== undefined) return named;
  const format = formatOf(actual);
  // JSON lines have many names.
  const alike = isSequence(format) ? bodies.find((body) => body.format === format) : undefined;
  if (alike !== undefined) return alike;
  const range = actual.replace(/\/.*/, "/*");
  if (!bodies.some(({ essence }) => essence === range || essence === "*/*")) return first;
  // Items are only for who declares them.
  return { format: isSequence(format) ? "text" : format, items: undefined };
}

/** Items come under their own media type or none; those that are JSON also under one that says less. */
function fitsItems({ kind }: ItemFormat, actual: string): boolean {
  return actual === "" || formatOf(actual) === kind || (kind !== "events" && UNSPECIFIC.has(actual));
}

const UNSPECIFIC = new Set(["application/json", "application/octet-stream", "text/plain"]);
