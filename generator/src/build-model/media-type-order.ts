import { essenceOf, isRange, requestFormatOf } from "../media-type.ts";

/** What a client sends of all that an operation takes, unless a call says otherwise, before the others. */
export function inOrderOfPreference(mediaTypes: readonly string[]): readonly string[] {
  const inOrder = PREFERRED.map((isWanted) => mediaTypes.find(isWanted));
  const preferred = inOrder.find((found) => found !== undefined);
  if (preferred === undefined) return mediaTypes;
  return [preferred, ...mediaTypes.filter((mediaType) => mediaType !== preferred)];
}

const PREFERRED: readonly ((mediaType: string) => boolean)[] = [
  (mediaType) => essenceOf(mediaType) === "application/json",
  (mediaType) => requestFormatOf(mediaType) === "json" && !isRange(mediaType),
  (mediaType) => essenceOf(mediaType) === "multipart/form-data",
  (mediaType) => requestFormatOf(mediaType) === "urlencoded",
  (mediaType) => requestFormatOf(mediaType) === "multipart" && !isRange(mediaType),
  (mediaType) => requestFormatOf(mediaType) === "text" && !isRange(mediaType),
  (mediaType) => !isRange(mediaType),
];
