import { describe, expect, test } from "vitest";
import { parseText } from "../../runtime/src/text.ts";

describe("parseText", () => {
  test.each(["a", " ", "undefined"])("gives a text that says something: %j", (text) => {
    expect(parseText(text, "audience")).toBe(text);
  });

  test.each([undefined, null, "", 42, ["planted"]])(
    "refuses what says nothing, or is no text: %j",
    (value) => {
      const invalid = { code: "ERR_INVALID_OPTION", message: expect.stringMatching(/^audience .*variable/) };
      expect(() => parseText(value, "audience")).toThrow(expect.objectContaining(invalid));
      expect(() => parseText(value, "audience")).not.toThrow(/planted/);
    },
  );
});
