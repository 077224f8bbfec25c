/** Lines are broken to stay within it where they can be. */
export const LINE_WIDTH = 110;

/**
 * A JSDoc comment, on one line where it fits.
 *
 * @param lines - safe to stand in a comment, as `commentLines` makes them
 */
export function docComment(lines: readonly string[], indent = ""): string {
  const [first = ""] = lines;
  const line = `${indent}/** ${first} */`;
  if (lines.length === 1 && line.length <= LINE_WIDTH && !first.includes("\n")) return line;
  const inner = lines
    .flatMap((text) => text.split("\n"))
    .map((text) => `${`${indent} * ${text}`.trimEnd()}\n`);
  return `${indent}/**\n${inner.join("")}${indent} */`;
}
