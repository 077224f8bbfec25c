import { asObject, type JsonObject, resolve } from "../document.ts";
import type { ResponseModel, SourceOperation, TypeModel } from "../model.ts";
import { type AliasOf, aliasFor } from "./aliases.ts";
import { essenceOf, formatOf } from "./media-types.ts";

/** The responses in the order of the document; the 401 that a token can cause is always among them. */
export function buildResponses(
  document: JsonObject,
  { method, operation }: SourceOperation,
  options: { aliasOf: AliasOf; token: boolean },
): ResponseModel[] {
  const declared = Object.entries(asObject(operation["responses"])).filter(([key]) => STATUS.test(key));
  const responses = declared.map(([key, value]): ResponseModel => {
    const status = key.replace(/x/g, "X");
    const declaredContent = asObject(resolve(document, value)["content"]);
    const types = Object.entries(declaredContent).map(([mediaType, media]) =>
      responseType(asObject(media), { status: key, mediaType, aliasOf: options.aliasOf }),
    );
    const outcome = outcomeOf(status, declared);
    const hasBody = types.length > 0 && method !== "head";
    return {
      status,
      outcome,
      content: Object.keys(declaredContent),
      types: hasBody ? types : [{ kind: "undefined" }],
    };
  });
  const byStatus = (wanted: string) => responses.find(({ status }) => status === wanted);
  if (!options.token || byStatus("401")) return responses;
  // The 401 of an operation with a token always goes by its own name, read as the wider declaration says.
  const { types = [{ kind: "unknown" }] } = byStatus("4XX") ?? byStatus("default") ?? {};
  const unauthorized: ResponseModel = {
    status: "401",
    outcome: "failure",
    isImplied: true,
    content: [],
    types,
  };
  return inserted(responses, unauthorized);
}

const STATUS = /^([1-5]\d\d|[1-5][xX]{2}|default)$/;

/** `default` means errors where successes are declared, and anything where none is. */
function outcomeOf(status: string, declared: readonly [string, unknown][]): ResponseModel["outcome"] {
  if (status.startsWith("2")) return "success";
  if (status !== "default") return "failure";
  return declared.some(([other]) => other.startsWith("2")) ? "failure" : "either";
}

/** Before the first status that is greater; ranges and `default` sort after the digits that they cover. */
function inserted(responses: readonly ResponseModel[], added: ResponseModel): ResponseModel[] {
  const index = responses.findIndex(({ status }) => status > added.status);
  return responses.toSpliced(index < 0 ? responses.length : index, 0, added);
}

function responseType(
  media: JsonObject,
  { status, mediaType, aliasOf }: { status: string; mediaType: string; aliasOf: AliasOf },
): TypeModel {
  const format = formatOf(mediaType);
  // Of what may be anything, what the schema says is all that is known.
  if (format === "json" || essenceOf(mediaType) === "*/*") {
    return aliasFor(media, aliasOf) ?? { kind: "response", status, mediaType };
  }
  return { kind: format === "text" ? "string" : "bytes" };
}
