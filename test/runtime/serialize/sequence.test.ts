import { createReadStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import type { RequestContent } from "../../../runtime/src/operation.ts";
import { isReplayable, openBody } from "../../../runtime/src/replayable-body.ts";
import { compileBody } from "../../../runtime/src/serialize/request-body.ts";
import { folderWith } from "../../support/folder.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

function write(body: unknown, content: Partial<RequestContent> = {}): unknown {
  return compileBody({ content: [{ mediaType: "application/jsonl", ...content }] }, "POST /items")(
    { body },
    [],
  );
}

/** What goes on the wire, chunk by chunk. */
async function chunksOf(written: unknown): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of openBody(written) as AsyncIterable<Uint8Array>)
    chunks.push(Buffer.from(chunk).toString());
  return chunks;
}

const textOf = async (written: unknown) => (await chunksOf(written)).join("");

const items = [{ a: "ä\n" }, 1, null, "x", [true]];
const lines = '{"a":"ä\\n"}\n1\nnull\n"x"\n[true]\n';

function* some() {
  yield* items;
}

async function* someLater() {
  yield* items;
}

function* endless() {
  for (;;) yield 1;
}

async function* endlessLater() {
  yield* endless();
}

describe("a sequence of items", () => {
  test.each<[string, () => unknown]>([
    ["a list", () => items],
    ["a set", () => new Set(items)],
    ["a generator", some],
    ["an async generator", someLater],
    ["a stream of the web", () => ReadableStream.from(items.map((item) => ({ item })))],
    ["a function that gives a list", () => () => items],
    ["a function that gives an async iterable", () => someLater],
  ])("has an item on each line, of %s", async (what, body) => {
    const want = what.startsWith("a stream")
      ? items.map((item) => `${JSON.stringify({ item })}\n`).join("")
      : lines;
    expect(await textOf(write(body()))).toBe(want);
  });

  test.each(["application/x-ndjson", "application/stream+json", "application/vnd.a+jsonl; charset=utf-8"])(
    "has lines in %s",
    async (mediaType) => {
      expect(await textOf(write([1, 2], { mediaType }))).toBe("1\n2\n");
    },
  );

  // RFC 7464 §2.2
  test.each(["application/json-seq", "application/geo+json-seq"])("has records in %s", async (mediaType) => {
    expect(await textOf(write([1, { a: 2 }], { mediaType }))).toBe('\x1e1\n\x1e{"a":2}\n');
  });

  test("has what is written already as it is", async () => {
    const file = join(folderWith({ "items.jsonl": lines }), "items.jsonl");
    expect(write(lines)).toBe(lines);
    expect(write(Buffer.from(lines))).toEqual(Buffer.from(lines));
    expect(await textOf(write(createReadStream(file)))).toBe(lines);
    expect(await textOf(write(() => createReadStream(file)))).toBe(lines);
    expect(await textOf(write([Buffer.from("0\n"), 1, Buffer.from("2\n")]))).toBe("0\n1\n2\n");
  });

  test("has its content type and is nothing when there is no item", async () => {
    const headers: string[] = [];
    const content = [{ mediaType: "application/x-ndjson" }];
    const written = compileBody({ content }, "POST /items")({ body: [] }, headers);
    expect(headers).toEqual(["content-type", "application/x-ndjson"]);
    expect(await chunksOf(written)).toEqual([]);
  });

  test("asks for an item once the one before is on its way", async () => {
    const asked: number[] = [];
    async function* counted() {
      for (let item = 0; item < 3; item++) {
        asked.push(item);
        yield item;
      }
    }
    const iterator = (openBody(write(counted())) as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    expect(asked).toEqual([]);
    expect(String((await iterator.next()).value)).toBe("0\n");
    expect(asked).toEqual([0]);
  });

  test("has items that are there at once in few chunks, never all in one", async () => {
    const chunks = await chunksOf(write(Array.from({ length: 100_000 }, (_, index) => index)));
    expect(chunks.length).toBeGreaterThan(10);
    expect(chunks.length).toBeLessThan(100);
    expect(chunks.join("").split("\n")).toHaveLength(100_001);
  });

  test("leaves read-only values of items out, of what it is given changes nothing", async () => {
    const body = [
      { id: 1, name: "x" },
      { name: "y", of: [{ id: 2, n: 1 }] },
    ];
    const copy = structuredClone(body);
    const id = { omit: ["id"] };
    const written = write(body, { readOnly: { shape: { ...id, properties: { of: { items: id } } } } });
    expect(await textOf(written)).toBe('{"name":"x"}\n{"name":"y","of":[{"n":1}]}\n');
    expect(body).toEqual(copy);
  });

  test("can be sent again where it is a list or a function, and not where it may be read once", async () => {
    for (const body of [items, () => some()]) {
      const written = write(body);
      expect(isReplayable(written)).toBe(true);
      expect([await textOf(written), await textOf(written)]).toEqual([lines, lines]);
    }
    for (const body of [some(), someLater(), Readable.from(items), new Set(items)])
      expect(isReplayable(write(body))).toBe(false);
  });

  test.each<[string, () => unknown]>([
    ["a generator", endless],
    ["an async generator", endlessLater],
  ])("lets go of %s when it is read no further, and when it is never sent", async (_, make) => {
    for (const isRead of [true, false]) {
      const source = make() as Generator<unknown>;
      const end = vi.spyOn(source, "return");
      const written = write(source) as AsyncIterable<Uint8Array> & { return(): unknown };
      if (isRead) for await (const _ of written) break;
      else written.return();
      expect(end).toHaveBeenCalled();
    }
  });

  test.each([1, true, null, { a: 1 }, new Date(), Symbol("s")])("is refused when it is none: %o", (body) => {
    expect(() => write(body)).toThrow(invalidOption);
    expect(() => write(body)).toThrow(/^POST \/items: body /);
  });

  test.each([
    [[1n]],
    [[undefined]],
    [
      (function* () {
        yield () => 1;
      })(),
    ],
  ])("is the caller's mistake when JSON can't hold an item: %o", async (body) => {
    await expect(textOf(write(body))).rejects.toThrow(invalidOption);
  });
});
