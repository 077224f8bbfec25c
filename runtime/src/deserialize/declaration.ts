import type { ItemFormat } from "../item-stream.ts";
import { essenceOf, isInRange, isRange, normalizeMediaType } from "../media-type.ts";
import type { Operation, ResponseContent } from "../operation.ts";
import { listAccepted, mediaTypeOf } from "./accept.ts";
import { type BodyFormat, formatOf, isSequence } from "./body-format.ts";
import { charsetOf } from "./charset.ts";

/** What a document says of the answers with one status, or with several. */
export interface Declaration {
  readonly name: number | string;
  /** Empty: no body. */
  readonly bodies: readonly DeclaredBody[];
  /** Those that the call does not accept. */
  readonly others: readonly DeclaredBody[];
  /** Content types to what they mean here. */
  readonly known: Map<string, Choice>;
}

export interface DeclaredBody {
  /** Media type or range, without parameters. */
  readonly essence: string;
  /** With its parameters, as {@link normalizeMediaType} writes them. */
  readonly mediaType: string;
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
  /** Whether it is of a type that the call accepts. */
  readonly isAccepted: boolean;
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
 *
 * @param accept - a media type that a success should be of; default: the preferred one
 */
export function findDeclaration(
  operation: Operation,
  status: number,
  accept?: string,
): Declaration | undefined {
  const { responses, scopes } = operation;
  const range = `${Math.floor(status / 100)}XX`;
  const describe = (name: number | string, content: readonly ResponseContent[]): Declaration => {
    const isBodiless = operation.method === "HEAD" || BODILESS.has(name);
    const declared = isBodiless ? [] : content;
    // Failures come from whoever is on the way, in whatever form that has: all that are declared are told apart.
    const accepted = range === "2XX" ? listAccepted(declared, accept) : declared;
    const others = declared.filter((one) => !accepted.includes(one));
    return { name, bodies: accepted.map(describeBody), others: others.map(describeBody), known: new Map() };
  };
  const exact = responses[status];
  if (exact !== undefined) return describe(status, exact);
  const secured401 = status === 401 && scopes !== undefined;
  const wide = responses[range];
  if (wide !== undefined) return describe(secured401 ? 401 : range, wide);
  const declaresSuccess = Object.keys(responses).some((name) => name.startsWith("2"));
  const { default: rest } = responses;
  if (rest === undefined || (declaresSuccess && range === "2XX")) return undefined;
  return describe(secured401 ? 401 : "default", rest);
}

function describeBody(content: ResponseContent): DeclaredBody {
  const mediaType = mediaTypeOf(content);
  const essence = essenceOf(mediaType);
  const format = formatOf(essence);
  return { essence, mediaType: normalizeMediaType(mediaType), format, items: itemsOf(format, content) };
}

function itemsOf(format: BodyFormat, content: ResponseContent): ItemFormat | undefined {
  if (!isSequence(format)) return undefined;
  if (format !== "events") return { kind: format };
  const { data = "json", events = {} } = typeof content === "string" ? {} : content;
  return { kind: format, data, events: new Map(Object.entries(events)) };
}

/**
 * Says how the body of an answer is read.
 *
 * @param contentType - value of the header, empty where there is none
 */
export function chooseBody(declared: Declaration, contentType: string): Choice {
  const { known } = declared;
  let choice = known.get(contentType);
  if (choice === undefined) {
    choice = choose(declared, contentType);
    if (known.size < MAX_KNOWN && contentType.length <= MAX_KNOWN_LENGTH) known.set(contentType, choice);
  }
  return choice;
}

function choose({ bodies, others }: Declaration, contentType: string): Choice {
  const actual = essenceOf(contentType);
  const [first] = bodies as [DeclaredBody];
  const charset = charsetOf(contentType);
  if (actual === "") return { ...first, charset, isAccepted: true };
  const mediaType = normalizeMediaType(contentType);
  const isExact = (body: DeclaredBody) => body.mediaType === mediaType;
  const exact = bodies.find(isExact);
  const found = exact ?? (others.some(isExact) ? undefined : findBody(bodies, actual));
  if (found === undefined && (others.some(isExact) || findBody(others, actual) !== undefined))
    return { format: formatOf(actual), items: undefined, charset, isAccepted: false };
  // Nothing is declared of what came: it may go by a wrong name.
  const format = formatOf(actual);
  const { items, ...rest } = found ?? bodies.find((body) => body.format === format) ?? first;
  const fits = items !== undefined && fitsItems(items, actual);
  return { format: rest.format, items: fits ? items : undefined, charset, isAccepted: true };
}

/** The most specific media type or range that the actual one fits. Of a range, what came says how it is read. */
function findBody(
  bodies: readonly DeclaredBody[],
  actual: string,
): Pick<DeclaredBody, "format" | "items"> | undefined {
  const named = bodies.find(({ essence }) => essence === actual);
  if (named !== undefined) return named;
  const format = formatOf(actual);
  // JSON lines have many names.
  const alike = isSequence(format) ? bodies.find((body) => body.format === format) : undefined;
  if (alike !== undefined) return alike;
  if (!bodies.some(({ essence }) => isRange(essence) && isInRange(actual, essence))) return undefined;
  // Items are only for who declares them.
  return { format: isSequence(format) ? "text" : format, items: undefined };
}

/** Items come under their own media type or none; those that are JSON also under one that says less. */
function fitsItems({ kind }: ItemFormat, actual: string): boolean {
  return actual === "" || formatOf(actual) === kind || (kind !== "events" && UNSPECIFIC.has(actual));
}

const UNSPECIFIC = new Set(["application/json", "application/octet-stream", "text/plain"]);
