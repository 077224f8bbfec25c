import { describe, expect, test } from "vitest";
import { escapeHidden, visible } from "../../generator/src/visible.ts";

describe("visible", () => {
  test.each([
    ["an escape", "\u001b[2J", "\\u{1b}[2J"],
    ["a line break, and a tab", "a\n\tb", "a\\u{a}\\u{9}b"],
    ["separators", "a\u2028\u2029", "a\\u{2028}\\u{2029}"],
    ["what turns the direction of text", "\u202e\u2066\u061c\u200f", "\\u{202e}\\u{2066}\\u{61c}\\u{200f}"],
    ["what takes no room", "re\u200bad\u00ad\u2060\ufeff", "re\\u{200b}ad\\u{ad}\\u{2060}\\u{feff}"],
    ["letters that are empty", "\u115f\u3164\uffa0", "\\u{115f}\\u{3164}\\u{ffa0}"],
    ["tags", "a\u{e0041}\u{e007f}", "a\\u{e0041}\\u{e007f}"],
    ["marks of annotations", "\ufff9a\ufffb", "\\u{fff9}a\\u{fffb}"],
    ["joiners that join nothing", "re\u200cad \u200d❤️\u200dx", "re\\u{200c}ad \\u{200d}❤️\\u{200d}x"],
    ["variants of what has none", "read\ufe0f1\ufe0f", "read\\u{fe0f}1\\u{fe0f}"],
    ["half a character", "\ud800", "\ufffd"],
  ])("shows %s", (_, text, want) => {
    expect(visible(text)).toBe(want);
  });

  test.each(["Übersicht – 名前", "👩‍👩‍👧 ❤️ ☎︎ 1️⃣ 🏳️‍🌈 👩🏽‍🚀", "می‌خواهم", "क्‍ष"])(
    "leaves %s as it is",
    (text) => {
      expect(visible(text)).toBe(text);
    },
  );
});

describe("escapeHidden", () => {
  test("escapes a character as it is told to", () => {
    expect(escapeHidden("a\u{e0041}b", (character) => `<${character.length}>`)).toBe("a<2>b");
  });
});
