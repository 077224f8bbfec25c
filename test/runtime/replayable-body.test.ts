import { Readable } from "node:stream";
import { FormData as UndiciFormData } from "undici";
import { describe, expect, test, vi } from "vitest";
import { discardBody, isReplayable, openBody } from "../../runtime/src/replayable-body.ts";

describe("isReplayable", () => {
  test.each<[string, unknown]>([
    ["no body", undefined],
    ["null", null],
    ["an empty string", ""],
    ["a string", "text"],
    ["a Uint8Array", new Uint8Array(1)],
    ["a Buffer", Buffer.from("x")],
    ["an ArrayBuffer", new ArrayBuffer(1)],
    ["a DataView", new DataView(new ArrayBuffer(1))],
    ["a Blob", new Blob(["x"])],
    ["a File", new File(["x"], "x.txt")],
    ["URLSearchParams", new URLSearchParams("a=1")],
    ["the global FormData", new FormData()],
    ["undici's FormData", new UndiciFormData()],
    ["a function, which gives a stream each time", () => Readable.from(["x"])],
  ])("is true of %s", (_, body) => {
    expect(isReplayable(body)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["a Readable", Readable.from(["x"])],
    ["a ReadableStream", new Blob(["x"]).stream()],
    ["an async generator", (async function* () {})()],
    ["a generator", (function* () {})()],
  ])("is false of %s, which can be read only once", (_, body) => {
    expect(isReplayable(body)).toBe(false);
  });
});

describe("openBody", () => {
  test("calls a function anew for each attempt", () => {
    const body = () => Readable.from(["x"]);
    expect(openBody(body)).toBeInstanceOf(Readable);
    expect(openBody(body)).not.toBe(openBody(body));
  });

  test("gives any other body as it is", () => {
    const bytes = new Uint8Array(1);
    expect(openBody(bytes)).toBe(bytes);
    expect(openBody(undefined)).toBeUndefined();
  });
});

describe("discardBody", () => {
  test("lets go of what can be read once", () => {
    const readable = Readable.from(["x"]);
    const cancel = vi.fn(async () => {});
    const end = vi.fn();
    for (const body of [readable, { cancel }, { return: end }, undefined, "text"]) discardBody(body);
    expect(readable.destroyed).toBe(true);
    expect(cancel).toHaveBeenCalledOnce();
    expect(end).toHaveBeenCalledOnce();
  });

  test("fails nobody when what it lets go of fails at that", async () => {
    function* failing() {
      try {
        yield 1;
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what a caller's iterator may do
        throw new Error("not to be heard of");
      }
    }
    async function* failingLater() {
      yield* failing();
    }
    const begun = [failing(), failingLater()];
    for (const generator of begun) {
      await generator.next();
      expect(() => discardBody(generator)).not.toThrow();
    }
    // An unhandled rejection would end the run.
    await new Promise(setImmediate);
  });
});
