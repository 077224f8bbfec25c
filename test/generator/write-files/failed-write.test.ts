import { describe, expect, test } from "vitest";
import { failedWrite } from "../../../generator/src/write-files/failed-write.ts";

describe("failedWrite", () => {
  test.each([
    ["EACCES", "permission denied", "let whoever runs this write there, or choose another place"],
    ["EROFS", "read-only file system", "choose another place: nobody can write to this one"],
    ["ENOSPC", "no space left on device", "make room on that disk, or choose another place"],
    ["ENOENT", "no such file or directory", "make the folder that it is to be in"],
  ])("says of %s what it is, where, and what to do", (code, text, fix) => {
    const cause = Object.assign(new Error(`${code}: ${text}, open '/a/b.html'`), { code, syscall: "open" });
    const error = failedWrite("/a/b.html", cause);
    expect(error).toMatchObject({
      code: "ERR_OUTPUT_PATH",
      cause,
      diagnostics: [{ file: "/a/b.html", message: `cannot be written: ${code}: ${text}`, fix }],
    });
  });
});
