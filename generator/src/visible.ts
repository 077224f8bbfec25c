/**
 * Makes visible what a text of somebody else's may hold to move the cursor of a terminal, or to look like something
 * else: escapes, line breaks, what turns the direction of text, halves of characters.
 */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Controls, line separators, and what turns the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
