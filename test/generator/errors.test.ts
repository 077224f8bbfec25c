import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  errorAt,
  formatDiagnostic,
  mapAll,
  reasonOf,
  startOf,
  withPaths,
} from "../../generator/src/errors.ts";

const failWith = (file: string) =>
  errorAt("ERR_DOCUMENT_EMPTY", startOf(file), { message: "the document has no operations", fix: "add one" });

describe("mapAll", () => {
  test("returns the results in the order of the items, whichever is done first", async () => {
    const results = await mapAll([2, 1], async (item) => {
      if (item === 2) await Promise.resolve();
      return item * 10;
    });
    expect(results).toEqual([20, 10]);
  });

  test("rejects with the one error as it is", async () => {
    const error = failWith("a.yaml");
    const map = (fails: boolean) => {
      if (fails) throw error;
    };
    await expect(mapAll([false, true], map)).rejects.toBe(error);
  });

  test("rejects with every problem once, and keeps the errors as the cause", async () => {
    const map = (file: string) => {
      throw failWith(file);
    };
    await expect(mapAll(["a.yaml", "b.yaml", "a.yaml"], map)).rejects.toMatchObject({
      code: "ERR_DOCUMENT_EMPTY",
      diagnostics: [{ file: "a.yaml" }, { file: "b.yaml" }],
      cause: { errors: [{}, {}, {}] },
    });
  });

  test("does not hide an error of another kind among them", async () => {
    const defect = new RangeError("defect");
    const map = (isDefect: boolean) => {
      throw isDefect ? defect : failWith("a.yaml");
    };
    await expect(mapAll([false, true], map)).rejects.toBe(defect);
  });
});

describe("reasonOf", () => {
  test.each<[what: string, caught: unknown, want: string]>([
    ["an error's message", new Error("no, open 'a'"), "no, open 'a'"],
    ["a system error's without its path", systemError("/a's/b"), "ENOENT: no such file or directory"],
    ["what is no error", "no", "no"],
  ])("is %s", (_, caught, want) => {
    expect(reasonOf(caught)).toBe(want);
  });

  function systemError(path: string): unknown {
    try {
      return readFileSync(path);
    } catch (error) {
      return error;
    }
  }
});

describe("withPaths", () => {
  test("shows the file, and what the message mentions, alike", () => {
    const diagnostic = {
      ...startOf("/x/a.yaml"),
      severity: "error",
      pointer: "",
      message: "$ref to /x/$&.yaml: /y",
      fix: "correct it",
      mentions: ["/x/$&.yaml"],
    } as const;
    expect(withPaths(diagnostic, (path) => path.replace("/x", "$&"))).toMatchObject({
      file: "/x/a.yaml",
      message: "$ref to /x/$&.yaml: /y",
    });
    expect(withPaths(diagnostic, (path) => path.slice(3))).toMatchObject({
      file: "a.yaml",
      message: "$ref to $&.yaml: /y",
    });
  });
});

describe("formatDiagnostic", () => {
  const at = { ...startOf("a.yaml"), severity: "error", pointer: "", fix: "mend it" } as const;

  test.each([
    [
      "what is wrong and how to mend it",
      { message: "wrong", fix: "mend it" },
      "a.yaml:1:1: error: wrong (mend it)",
    ],
    ["the pointer", { message: "wrong", pointer: "#/paths" }, "a.yaml:1:1: error: #/paths: wrong (mend it)"],
    ["an escape of a terminal", { message: "\u001b[2J" }, "a.yaml:1:1: error: \\u{1b}[2J (mend it)"],
    [
      "a line break",
      { message: "x", pointer: "#/a\nb\u2028c" },
      "a.yaml:1:1: error: #/a\\u{a}b\\u{2028}c: x (mend it)",
    ],
    ["text that runs backwards", { message: "x", fix: "\u202egnp" }, "a.yaml:1:1: error: x (\\u{202e}gnp)"],
    [
      "a file of such a name",
      { message: "x", file: "\u001b[2J.yaml" },
      "\\u{1b}[2J.yaml:1:1: error: x (mend it)",
    ],
  ])("writes one line that says %s", (_, finding, want) => {
    expect(formatDiagnostic({ ...at, ...finding })).toBe(want);
  });

  test("leaves out the middle of what is endless", () => {
    const line = formatDiagnostic({ ...at, message: `${"a".repeat(1e6)}z` });
    expect(line.length).toBeLessThan(1100);
    expect(line).toMatch(/^a\.yaml:1:1: error: a+…a+z \(mend it\)$/);
  });
});
