/** How to mend what a parser stops at; where it does is not always where the mistake is. */
export function adviceFor(reason: string): string {
  return ADVICE.find(([pattern]) => pattern.test(reason))?.[1] ?? "correct it, or what is right before it";
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^tab characters/, "indent with spaces"],
  [/indentation/, "align it with what it belongs to; put a value that has `: ` in it in quotes"],
  [/within a (double|single) quoted scalar/, "close the quote"],
  [/within a flow collection/, "close the bracket"],
  [/^unidentified alias/, "write the anchor, as `&name`, before the alias; put a text with a `*` in quotes"],
  [/alias|anchor/, "put a text with `*` or `&` in front in quotes"],
  [/tag/, "leave the tag out; put a text with a `!` in front in quotes"],
  [/^missed comma/, "write the comma; put a text with brackets in quotes"],
  [/^a multiline key/, "write `key: value` on one line; is a `:` missing?"],
  [/escape sequence|hexadecimal/, "write a backslash twice, or use single quotes"],
  [/^end of the stream or a document separator/, "keep one document in the file, its keys in one column"],
  [/null byte|valid JSON character|control character/i, "remove the character, or write it as an escape"],
  [/end of JSON input/, "close what is open: a brace, a bracket or a quote"],
  [/double-quoted property name/, "put the name in double quotes; nothing may follow the last comma"],
  [/after JSON|non-whitespace/, "keep one value in the file"],
  [/^Expected ',' or/, "write the comma, or close the bracket before it"],
];
