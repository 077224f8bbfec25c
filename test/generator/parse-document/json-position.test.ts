import { describe, expect, test } from "vitest";
import { positionInJson } from "../../../generator/src/parse-document/json-position.ts";
import { indexText } from "../../../generator/src/parse-document/text-index.ts";

const value = {
  'a"b\\': { "": [1, -2.5e3, true, null, "}]", { x: "\\" }], ünï: {} },
  c: [[], {}, [[{ d: "," }]], '\\"'],
  "e/f~g": 1,
  "\n": { h: [] },
};

/** Every place in a value. */
function pathsIn(inner: unknown, path: string[] = []): string[][] {
  if (typeof inner !== "object" || inner === null) return [path];
  return [path, ...Object.entries(inner).flatMap(([key, entry]) => pathsIn(entry, [...path, key]))];
}

describe("positionInJson", () => {
  test.each([
    ["on one line", JSON.stringify(value)],
    ["indented", JSON.stringify(value, null, 2)],
    ["with lines of Windows", JSON.stringify(value, null, 2).replaceAll("\n", "\r\n")],
    [
      "with space everywhere",
      ` \n${JSON.stringify(value).replaceAll(/([[\]{},:])(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)/g, " $1\n ")}`,
    ],
  ])("finds what an index of the text finds: %s", (_, text) => {
    expect(JSON.parse(text)).toEqual(value);
    const index = indexText(text);
    const paths = pathsIn(value);
    for (const aspect of ["key", "value"] as const) {
      expect(paths.map((path) => positionInJson(text, path, aspect))).toEqual(
        paths.map((path) => index?.positionOf(path, aspect)),
      );
    }
  });

  test("finds nothing where the path leads nowhere", () => {
    const text = JSON.stringify(value);
    for (const path of pathsIn(value))
      expect(positionInJson(text, [...path, "none"], "value")).toBeUndefined();
  });

  test.each(["", "{ a: 1 }", "- a", "# {", '{ "a" 1 }'])("finds nothing in what is no JSON: %s", (text) => {
    expect(positionInJson(text, ["a"], "value")).toBeUndefined();
  });

  test("ends for text that is cut off", () => {
    const text = JSON.stringify(value);
    for (let end = 0; end < text.length; end += 1)
      for (const path of pathsIn(value))
        expect(positionInJson(text.slice(0, end), path, "value")?.line ?? 1).toBe(1);
  });
});
