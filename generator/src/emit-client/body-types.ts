import { stringLiteral } from "../encode.ts";
import type { BodyModel, OperationModel, RequestContentModel } from "../model.ts";
import type { RuntimeNames } from "./imports.ts";
import { unionOf } from "./type-text.ts";

/** What a call gives for a body, and what it says of it, in one of its media types or in several of one type. */
export interface BodyChoice {
  readonly body: string;
  /** Undefined where there is nothing to choose. */
  readonly contentType?: { readonly type: string; readonly isOptional: boolean };
}

/** The choices that a call has, first that of the media type that is sent when it says nothing. */
export function bodyChoices(
  { content }: BodyModel,
  operation: OperationModel,
  names: RuntimeNames,
): readonly BodyChoice[] {
  const [preferred] = content;
  const byType = Map.groupBy(content, ({ type }) => unionOf([type], operation, names));
  return [...byType].map(([body, entries]) => {
    if (content.length === 1 && preferred?.range === undefined) return { body };
    const type = [...new Set(entries.map((entry) => mediaTypeText(entry, names)))].join(" | ");
    const isOptional = entries.some((entry) => entry === preferred && isImplied(entry));
    return { body, contentType: { type, isOptional } };
  });
}

/** Of a range the runtime knows a media type itself where bytes and JSON are of it. */
function isImplied({ range }: RequestContentModel): boolean {
  return range === undefined || (range.suffix === "" && /^(application\/)?$/.test(range.prefix));
}

function mediaTypeText({ mediaType, range }: RequestContentModel, names: RuntimeNames): string {
  if (range === undefined) return stringLiteral(mediaType);
  if (range.prefix + range.suffix === "") return "string";
  const parts = range.suffix === "" ? [range.prefix] : [range.prefix, range.suffix];
  return `${names.use("MediaTypeLike")}<${parts.map(stringLiteral).join(", ")}>`;
}
