import { describe, expect, test } from "vitest";
import { type Excerpt, excerptAt } from "../../generator/src/excerpt.ts";

/** Of the place where a text says `!`. */
function excerptOf(text: string): Excerpt {
  const offset = text.indexOf("!");
  const before = text.slice(0, offset);
  const start = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
  return excerptAt(text, { offset, line: before.split(/\r\n|[\r\n]/).length, start });
}

const textsOf = ({ lines }: Excerpt) => lines.map(({ text }) => text);

describe("excerptAt", () => {
  test.each([
    ["in the middle", "a\nb\nc\n!d\ne\nf", 2, ["b", "c", "!d", "e"]],
    ["at the beginning", "!a\nb\nc", 1, ["!a", "b"]],
    ["at the end", "a\nb\n!c\n", 1, ["a", "b", "!c"]],
    ["on the only line", "!", 1, ["!"]],
    ["between empty lines", "\n\n!\n\n", 1, ["", "", "!", ""]],
    ["of Windows", "a\r\nb\r\nc\r\n!d\r\ne\r\n", 2, ["b", "c", "!d", "e"]],
    ["of an old Macintosh", "a\rb\rc\r!d\re\rf", 2, ["b", "c", "!d", "e"]],
  ])("has two lines before and one behind: %s", (_, text, firstLine, want) => {
    const excerpt = excerptOf(text);
    expect(excerpt.firstLine).toBe(firstLine);
    expect(textsOf(excerpt)).toEqual(want);
  });

  test("has of a line of megabytes what is around the place, whatever is before and behind", () => {
    const [line, ...others] = excerptOf(`${"a".repeat(5_000_000)}!${"b".repeat(5_000_000)}`).lines;
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      text: expect.stringMatching(/^a{100}!b{199}$/),
      column: 4_999_901,
      isCut: true,
    });
  });

  test("has the beginnings of long lines before and behind", () => {
    const { lines } = excerptOf(`${"a".repeat(1000)}\n!\n${"b".repeat(1000)}`);
    expect(lines.map(({ text, isCut }) => [text.length, isCut])).toEqual([
      [300, true],
      [1, false],
      [300, true],
    ]);
  });

  test("takes no time for a thousand places in one line of megabytes", () => {
    const text = `${"a".repeat(5_000_000)}!${"b".repeat(5_000_000)}`;
    const start = performance.now();
    for (let offset = 4_999_000; offset < 5_000_000; offset += 1)
      excerptAt(text, { offset, line: 1, start: 0 });
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test("begins and ends with whole characters", () => {
    const { lines } = excerptOf(`${"👩".repeat(200)}!${"👩".repeat(200)}`);
    expect(lines[0]?.text).toMatch(/^(👩)+!(👩)+$/u);
  });

  test.each([
    ["https://user:pa55@host/", "https://*********@host/"],
    ["https://host/?a=1&api_key=pa55&b=2", "https://host/?a=1&api_key=****&b=2"],
    ["https://host/a@b?page=2", "https://host/a@b?page=2"],
  ])("has no secret that is part of an address: %s", (address, want) => {
    expect(textsOf(excerptOf(`url: "${address}"\nb: !`))).toEqual([`url: "${want}"`, "b: !"]);
  });

  test("has none where the address is cut off in the middle", () => {
    const address = `https://${"pa55".repeat(20)}@host/`;
    for (let length = 0; length < 300; length += 7) {
      const text = `${"a".repeat(length)}${address}${"b".repeat(300 - length)}!`;
      expect(JSON.stringify(excerptOf(text))).not.toContain("55p");
      expect(JSON.stringify(excerptOf(`${text.slice(0, -1)}\n!`))).not.toContain("55p");
    }
  });
});
