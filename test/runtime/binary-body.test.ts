import { Blob as NodeBlob } from "node:buffer";
import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { isBlob, isBytes, isStream, viewBytes } from "../../runtime/src/binary-body.ts";

describe("isBytes", () => {
  test.each([
    new Uint8Array(1),
    Buffer.from("x"),
    new DataView(new ArrayBuffer(1)),
    new ArrayBuffer(1),
    new Blob(["x"]),
    new NodeBlob(["x"]),
    new File(["x"], "x"),
    { size: 1, type: "", stream: () => new Blob(["x"]).stream() },
  ])("takes %o", (value) => {
    expect(isBytes(value)).toBe(true);
  });

  test.each([null, "x", 1, {}, [], { size: 1, type: "" }, () => 1])("takes not %o", (value) => {
    expect(isBytes(value)).toBe(false);
  });

  test("takes an ArrayBuffer of another realm", () => {
    expect(isBytes(runInNewContext("new ArrayBuffer(1)"))).toBe(true);
  });
});

describe("isStream", () => {
  test.each([Readable.from([]), new Blob([]).stream(), (async function* () {})(), () => Readable.from([])])(
    "takes %o",
    (value) => {
      expect(isStream(value)).toBe(true);
      expect(isBlob(value)).toBe(false);
    },
  );

  test.each([[1], "x", {}, new Map(), null])("takes not %o", (value) => {
    expect(isStream(value)).toBe(false);
  });
});

describe("viewBytes", () => {
  test("shows what the view shows, without a copy", () => {
    const { buffer } = new Uint8Array([1, 2, 3]);
    const view = viewBytes(new DataView(buffer, 1, 1));
    expect([...view]).toEqual([2]);
    expect(view.buffer).toBe(buffer);
  });
});
