import { describe, expect, test } from "vitest";
import { Part, part } from "../../runtime/src/part.ts";

describe("part", () => {
  test("keeps what it is told, and is not changed by what happens to it later", () => {
    const options = { filename: "a.png", contentType: "image/png" };
    const made = part("x", options);
    options.filename = "b.png";
    expect(made).toBeInstanceOf(Part);
    expect(made).toMatchObject({ value: "x", options: { filename: "a.png", contentType: "image/png" } });
    expect(Object.isFrozen(made.options)).toBe(true);
  });

  test.each(["", "png", "image/", "image/*", "image/png\r\nX: y", "a b/c"])(
    "refuses a content type that is none: %j",
    (contentType) => {
      expect(() => part("x", { contentType })).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
      );
    },
  );

  test.each(["image/png", "application/vnd.x+json", 'text/plain; charset="utf-8"'])(
    "takes the content type %s",
    (contentType) => {
      expect(part("x", { contentType }).options.contentType).toBe(contentType);
    },
  );
});
