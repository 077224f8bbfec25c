import { invalidOption } from "../errors.ts";
import { isInRange, isRange } from "../media-type.ts";
import type { Operation, ResponseContent } from "../operation.ts";

export function mediaTypeOf(content: ResponseContent): string {
  return typeof content === "string" ? content : content.mediaType;
}

/**
 * The bodies of a success that a call accepts: those of the media type or range that it names, else the preferred ones.
 * The types of results go by the same rule.
 */
export function listAccepted(
  content: readonly ResponseContent[],
  accept: string | undefined,
): readonly ResponseContent[] {
  const named = accept === undefined ? [] : content.filter((one) => isAccepted(mediaTypeOf(one), accept));
  return named.length > 0 ? named : content.filter((one) => typeof one === "string" || !one.isAlternative);
}

function isAccepted(mediaType: string, accept: string): boolean {
  return mediaType === accept || (isRange(accept) && isInRange(mediaType, accept));
}

/**
 * Value of the `Accept` field: what is accepted of the first success, then what the other answers have where it is none
 * of that.
 *
 * @see RFC 9110 §12.5.1
 */
export function writeAccept({ responses }: Operation, accept: string | undefined): string {
  const { successes, failures } = divide(responses);
  const accepted = successes.map((content) => listAccepted(content, accept));
  const [first = [], ...others] = [...accepted, ...failures]
    .map((content) => content.map(mediaTypeOf))
    .filter((mediaTypes) => mediaTypes.length > 0);
  const wanted = accept === undefined ? first : [accept];
  const listed = new Set(wanted);
  const isListed = (mediaType: string) => [...listed].some((other) => isAccepted(mediaType, other));
  for (const mediaTypes of [first, ...others])
    if (!mediaTypes.some(isListed)) for (const mediaType of mediaTypes) listed.add(mediaType);
  const fields = [...listed].map((one) => (wanted.includes(one) ? one : `${one};q=0.9`));
  return fields.join(", ") || "*/*";
}

/** @throws {TypeError} `ERR_INVALID_OPTION` for what no success is declared to be */
export function assertAccept({ responses }: Operation, accept: string, operation: string): void {
  const declared = [...divide(responses).successes.flat().map(mediaTypeOf), "*/*"];
  if (declared.includes(accept)) return;
  throw invalidOption(`${operation}: accept`, `must be one of ${[...new Set(declared)].join(", ")}`);
}

/** `default` is one of the successes where there are no others. */
function divide(responses: Operation["responses"]) {
  const names = Object.keys(responses);
  const declared = names.filter((name) => name.startsWith("2"));
  const successes = declared.length > 0 ? declared : names.filter((name) => name === "default");
  const failures = names.filter((name) => !successes.includes(name));
  const contentsOf = (list: readonly string[]) => list.map((name) => responses[name] ?? []);
  return { successes: contentsOf(successes), failures: contentsOf(failures) };
}
