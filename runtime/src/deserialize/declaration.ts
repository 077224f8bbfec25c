import { type BodyFormat, formatOf, isSequence } from "../body-format.ts";
import type { ItemFormat } from "../item-stream.ts";
import { essenceOf } from "../media-type.ts";
import type { Operation, ResponseContent } from "../operation.ts";

/** What a document says of the answers with one status, or with several. */
export interface Declaration {
  readonly name: number | string;
  /** Empty: no body. */
  readonly bodies: readonly DeclaredBody[];
}

export interface DeclaredBody {
  /** Media type or range, without parameters. */
  readonly essence: string;
  readonly format: BodyFormat;
  /** How it comes item by item; undefined where it is read whole. */
  readonly items: ItemFormat | undefined;
}

/** A request with it, or with one of these statuses, never has an answer with a body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
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
  return { name, bodies: isBodiless ? [] : content.map(declareBody) };
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
 * The body that came, of those declared: the most specific media type or range that the actual one fits, else the
 * first. Of a range, what came says how it is read.
 *
 * @param actual - without parameters, empty where there is none
 */
export function chooseBody(bodies: readonly DeclaredBody[], actual: string): DeclaredBody {
  const [first] = bodies as [DeclaredBody];
  if (actual === "" || first.essence === actual) return first;
  const named = bodies.find(({ essence }) => essence === actual);
  if (named !== undefined) return named;
  const format = formatOf(actual);
  // JSON lines have many names.
  const alike = isSequence(format) ? bodies.find((body) => body.format === format) : undefined;
  if (alike !== undefined) return alike;
  const range = actual.replace(/\/.*/, "/*");
  const ranged = bodies.some(({ essence }) => essence === range || essence === "*/*");
  return ranged ? { essence: actual, format: wholeFormatOf(format), items: undefined } : first;
}

/** Items are only for who declares them. */
function wholeFormatOf(format: BodyFormat): BodyFormat {
  return isSequence(format) ? "text" : format;
}

/** Whether items may come under a media type: their own, none, or, for JSON lines and records, one that says less. */
export function fitsItems({ format }: DeclaredBody, actual: string): boolean {
  if (actual === "" || formatOf(actual) === format) return true;
  return format !== "events" && UNSPECIFIC.has(actual);
}

const UNSPECIFIC = new Set(["application/json", "application/octet-stream", "text/plain"]);
