/**
 * Makes visible what a text of somebody else's may hold to move the cursor of a terminal, or to look like something
 * else: escapes, line breaks, what turns the direction of text, what takes no room, halves of characters. What joins the
 * parts of an emoji, or letters of a script that needs it, stays as it is.
 */
export function visible(text: string): string {
  return escapeHidden(text, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Does the same, with an escape of one's own. */
export function escapeHidden(text: string, escaped: (character: string) => string): string {
  return text
    .toWellFormed()
    .replaceAll(HIDDEN, (character: string, index: number, whole: string) =>
      isJoining(character, index, whole) ? character : escaped(character),
    );
}

/** Controls, line separators, what turns the direction of text, what is not to be seen, and marks of annotations. */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** Whether it is where writing needs it: there readers see what it does. */
function isJoining(character: string, index: number, text: string): boolean {
  const before = text.slice(Math.max(0, index - 3), index);
  const after = text.slice(index + 1, index + 3);
  switch (character) {
    case "\ufe0e":
    case "\ufe0f":
      return EMOJI.test(before) || (/[\d#*]$/.test(before) && after.startsWith("\u20e3"));
    case "\u200d":
      return (WHOLE_EMOJI.test(before) && PICTURE.test(after)) || isWithinWord(before, after);
    case "\u200c":
      return isWithinWord(before, after);
    default:
      return false;
  }
}

const EMOJI = /\p{Extended_Pictographic}$/u;

const WHOLE_EMOJI = /(\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})$/u;

const PICTURE = /^\p{Extended_Pictographic}/u;

function isWithinWord(before: string, after: string): boolean {
  return JOINED_SCRIPTS.test([...before].at(-1) ?? "") && JOINED_SCRIPTS.test(after);
}

/** Letters that are written otherwise with a joiner between them (UAX #31, §2.3). */
const JOINED_SCRIPTS =
  /^[\p{scx=Arab}\p{scx=Beng}\p{scx=Deva}\p{scx=Gujr}\p{scx=Guru}\p{scx=Knda}\p{scx=Mlym}\p{scx=Orya}\p{scx=Sinh}\p{scx=Taml}\p{scx=Telu}]/u;
