import { describe, expect, test } from "vitest";
import { parseCredential, parseText } from "../../runtime/src/text.ts";

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

describe("parseCredential", () => {
  test.each(["a", " p:s%+/~ ", "schlüssel", "\u00a0\u{1f511}"])(
    "gives a text without control characters: %j",
    (text) => {
      expect(parseCredential(text, "the secret")).toBe(text);
    },
  );

  test.each(["planted\n", "planted\r\n", "\n"])(
    "tells of the line break that a file ends with: %j",
    (text) => {
      expect(() => parseCredential(text, "the secret")).toThrow(
        expect.objectContaining({
          code: "ERR_INVALID_OPTION",
          message: "the secret ends with a line break: trim it",
        }),
      );
    },
  );

  test.each(["\nplanted", "planted\tx", "planted\0", "\u001b[31mplanted", "planted\u007f"])(
    "refuses control characters, and quotes nothing: %j",
    (text) => {
      const invalid = { code: "ERR_INVALID_OPTION", message: "the secret must have no control characters" };
      expect(() => parseCredential(text, "the secret")).toThrow(expect.objectContaining(invalid));
    },
  );

  test("refuses what says nothing", () => {
    expect(() => parseCredential("", "the secret")).toThrow(/^the secret .*variable/);
  });
});
