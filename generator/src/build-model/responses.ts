import { asObject, type JsonObject, resolve } from "../document.ts";
import { isInRange, isRange, responseFormatOf } from "../media-type.ts";
import type {
  OperationModel,
  ResponseContentModel,
  ResponseModel,
  SourceOperation,
  TypeModel,
} from "../model.ts";
import type { AliasOf } from "./aliases.ts";
import { inOrderOfAnswers } from "./media-type-order.ts";
import { type Body, describeBody, isAny } from "./response-bodies.ts";

interface ResponseOptions {
  readonly aliasOf: AliasOf;
  readonly token: boolean;
}

/**
 * What an operation may answer, in the order of the document, and what a call may accept of it. The 401 that a token can
 * cause is always among the answers.
 */
export function buildResponses(
  document: JsonObject,
  source: SourceOperation,
  { aliasOf, token }: ResponseOptions,
): Pick<OperationModel, "responses" | "accepts"> {
  const declared = listDeclared(source).map(([key, value]): DeclaredResponse => {
    const status = key.replace(/x/g, "X");
    const content = asObject(resolve(document, value)["content"]);
    const common = { document, aliasOf, status: key, shared: new Map() };
    const bodies = inOrderOfAnswers(Object.keys(content)).map((mediaType) =>
      describeBody({ ...common, mediaType, media: asObject(content[mediaType]) }),
    );
    return { status, outcome: outcomeOf(status, source), isBodiless: isBodiless(source, status), bodies };
  });
  const answersTo = (accept?: string) => {
    const responses = declared.map((response) => responseOf(response, accept));
    return token ? withUnauthorized(responses) : responses;
  };
  return {
    responses: answersTo(),
    accepts: listAcceptable(declared).map((mediaType) => ({ mediaType, responses: answersTo(mediaType) })),
  };
}

interface DeclaredResponse extends Pick<ResponseModel, "status" | "outcome"> {
  readonly isBodiless: boolean;
  /** The preferred one first. */
  readonly bodies: readonly Body[];
}

function responseOf(
  { status, outcome, isBodiless, bodies }: DeclaredResponse,
  accept: string | undefined,
): ResponseModel {
  const typed = isBodiless ? [] : bodies;
  const tellsApart = outcome !== "failure" && !isBodiless;
  const content = bodies.map((body) =>
    tellsApart && differs(body, bodies) ? asAlternative(body.content) : body.content,
  );
  const accepted = typesOf(listAccepted(typed, accept));
  return { status, outcome, content, ...accepted, errorTypes: typesOf(typed).errorTypes };
}

/** Data of one type is accepted together: a call need not tell what makes no difference to it. */
function differs({ types: [data] }: Body, [first]: readonly Body[]): boolean {
  return JSON.stringify(data) !== JSON.stringify(first?.types[0]);
}

/** Whether a body is only for calls that accept it. */
export function isAlternative(content: ResponseContentModel): boolean {
  return typeof content !== "string" && content.isAlternative === true;
}

function asAlternative(content: ResponseContentModel): ResponseContentModel {
  return { ...(typeof content === "string" ? { mediaType: content } : content), isAlternative: true };
}

/** The runtime reads by the same rule. */
function listAccepted(bodies: readonly Body[], accept: string | undefined): readonly Body[] {
  const named = bodies.filter(
    ({ mediaType }) =>
      accept !== undefined && (mediaType === accept || (isRange(accept) && isInRange(mediaType, accept))),
  );
  return named.length > 0 ? named : bodies.filter((body) => !differs(body, bodies));
}

/** The media types of successes, and all of them at once where they differ. */
function listAcceptable(declared: readonly DeclaredResponse[]): readonly string[] {
  const successes = declared.filter(({ outcome, isBodiless }) => outcome !== "failure" && !isBodiless);
  const mediaTypes = new Set(successes.flatMap(({ bodies }) => bodies.map(({ mediaType }) => mediaType)));
  if (mediaTypes.size < 2) return [];
  if (successes.some(({ bodies }) => bodies.some((body) => differs(body, bodies)))) mediaTypes.add("*/*");
  return [...mediaTypes];
}

/** The 401 of an operation with a token always goes by its own name, read as the wider declaration says. */
function withUnauthorized(responses: readonly ResponseModel[]): readonly ResponseModel[] {
  const byStatus = (wanted: string) => responses.find(({ status }) => status === wanted);
  if (byStatus("401")) return responses;
  const unknown: readonly TypeModel[] = [{ kind: "unknown" }];
  const { errorTypes = unknown } = byStatus("4XX") ?? byStatus("default") ?? {};
  return inserted(responses, {
    status: "401",
    outcome: "failure",
    isImplied: true,
    content: [],
    dataTypes: unknown,
    errorTypes,
    streamTypes: unknown,
  });
}

/** Whether a success is text or bytes, which may be asked for as they come. */
export function isStreamable(document: JsonObject, source: SourceOperation): boolean {
  return listDeclared(source).some(([status, value]) => {
    if (outcomeOf(status, source) === "failure" || isBodiless(source, status)) return false;
    const content = asObject(resolve(document, value)["content"]);
    return Object.keys(content).some((mediaType) => isStreamed(mediaType));
  });
}

function isStreamed(mediaType: string): boolean {
  const format = responseFormatOf(mediaType);
  return (format === "text" || format === "bytes") && !isAny(mediaType);
}

function listDeclared({ operation }: SourceOperation): [string, unknown][] {
  return Object.entries(asObject(operation["responses"])).filter(([key]) => STATUS.test(key));
}

const STATUS = /^([1-5]\d\d|[1-5][xX]{2}|default)$/;

/** RFC 9110 §15.3.5, §15.3.6, §15.4.5: whatever is declared, there is none. */
function isBodiless({ method }: SourceOperation, status: string): boolean {
  return method === "head" || status === "204" || status === "205" || status === "304";
}

/** `default` means errors where successes are declared, and anything where none is. */
function outcomeOf(status: string, source: SourceOperation): ResponseModel["outcome"] {
  if (status.startsWith("2")) return "success";
  if (status !== "default") return "failure";
  return listDeclared(source).some(([other]) => other.startsWith("2")) ? "failure" : "either";
}

/** Before the first status that is greater; ranges and `default` sort after the digits that they cover. */
function inserted(responses: readonly ResponseModel[], added: ResponseModel): ResponseModel[] {
  const index = responses.findIndex(({ status }) => status > added.status);
  return responses.toSpliced(index < 0 ? responses.length : index, 0, added);
}

function typesOf(bodies: readonly Body[]): Pick<ResponseModel, "dataTypes" | "errorTypes" | "streamTypes"> {
  const nothing: TypeModel[] = [{ kind: "undefined" }];
  const nth = (index: 0 | 1 | 2) => (bodies.length > 0 ? bodies.map(({ types }) => types[index]) : nothing);
  return { dataTypes: nth(0), errorTypes: nth(1), streamTypes: nth(2) };
}
