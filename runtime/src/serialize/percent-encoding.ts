/** Writes a text so that it can stand in one place of a request. */
export type Encode = (text: string) => string;

/** Everything but RFC 3986's unreserved characters; encodeURIComponent spares five more. */
export function encodeText(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text; // Most values: numbers, ids.
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, encodeAscii);
}

/** As {@link encodeText}, but a space is a plus sign. @see WHATWG URL §5.2 */
export function encodeFormText(text: string): string {
  return encodeText(text).replaceAll("~", "%7E").replaceAll("%20", "+");
}

/**
 * Encodes for `allowReserved`: reserved characters stay, and percent-encoded triplets, which a caller made of what may
 * not stay.
 *
 * @param kept - the reserved characters that end or split nothing where the text goes
 * @see RFC 6570 §3.2.3
 */
export function encodeReserved(text: string, kept: string): string {
  const parts = text.split(/(%[0-9A-Fa-f]{2})/);
  return parts.map((part, index) => (index % 2 === 0 ? encodeExcept(part, kept) : part)).join("");
}

function encodeExcept(text: string, kept: string): string {
  return encodeText(text).replace(/%[2-5][0-9A-F]/g, (triplet) => {
    const character = decodeURIComponent(triplet);
    return kept.includes(character) ? character : triplet;
  });
}

function encodeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * Literal text of a path template: what no URL can have is percent-encoded, everything else is as its author wrote it,
 * percent-encoded or not, a fixed query included.
 */
export function encodeLiteral(text: string): string {
  return text.toWellFormed().replace(/%(?![0-9a-f]{2})|[^\x21-\x7e]|["#<>\\^`{|}]/giu, encodeURIComponent);
}
