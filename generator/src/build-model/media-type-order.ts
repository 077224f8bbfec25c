import { essenceOf, isRange, requestFormatOf, responseFormatOf } from "../media-type.ts";

type Preference = readonly ((mediaType: string) => boolean)[];

/** What a client sends of all that an operation takes, unless a call says otherwise, before the others. */
export function inOrderOfPreference(mediaTypes: readonly string[]): readonly string[] {
  return preferredFirst(mediaTypes, SENT);
}

/** What a client asks for of all that an operation gives, unless a call says otherwise, before the others. */
export function inOrderOfAnswers(mediaTypes: readonly string[]): readonly string[] {
  return preferredFirst(mediaTypes, ASKED_FOR);
}

function preferredFirst(mediaTypes: readonly string[], preference: Preference): readonly string[] {
  const inOrder = preference.map((isWanted) => mediaTypes.find(isWanted));
  const preferred = inOrder.find((found) => found !== undefined);
  if (preferred === undefined) return mediaTypes;
  return [preferred, ...mediaTypes.filter((mediaType) => mediaType !== preferred)];
}

const SENT: Preference = [
  (mediaType) => essenceOf(mediaType) === "application/json",
  (mediaType) => requestFormatOf(mediaType) === "json" && !isRange(mediaType),
  (mediaType) => essenceOf(mediaType) === "multipart/form-data",
  (mediaType) => requestFormatOf(mediaType) === "urlencoded",
  (mediaType) => requestFormatOf(mediaType) === "multipart" && !isRange(mediaType),
  (mediaType) => requestFormatOf(mediaType) === "text" && !isRange(mediaType),
  (mediaType) => !isRange(mediaType),
];

/** Among those that are no JSON the order is the document's. */
const ASKED_FOR: Preference = [
  (mediaType) => essenceOf(mediaType) === "application/json",
  (mediaType) => responseFormatOf(mediaType) === "json" && !isRange(mediaType),
  (mediaType) => !isRange(mediaType),
];
