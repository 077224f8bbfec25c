import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeChunks, decodeContent } from "../../runtime/src/content-encoding.ts";
import { collect } from "../support/collect.ts";

const text = Buffer.from("a text that is long enough to be worth it, ".repeat(100));

const encoded: readonly (readonly [coding: string, body: Buffer])[] = [
  ["gzip", gzipSync(text)],
  ["x-gzip", gzipSync(text)],
  ["deflate", deflateSync(text)],
  ["deflate", deflateRawSync(text)],
  ["br", brotliCompressSync(text)],
  ["zstd", zstdCompressSync(text)],
  ["GZIP , br", brotliCompressSync(gzipSync(text))],
  ["gzip, identity", gzipSync(text)],
  ["identity", text],
  [",gzip, ,", gzipSync(text)],
  ["identity-of-ours", text],
  ["identity-of-ours, gzip", gzipSync(text)],
];

async function* cut(body: Buffer, size: number): AsyncGenerator<Buffer, void> {
  for (let start = 0; start < body.length; start += size) yield body.subarray(start, start + size);
}

async function decode(chunks: AsyncIterable<Buffer>, coding: string): Promise<Buffer> {
  return Buffer.concat(await collect(decodeChunks(chunks, coding)));
}

const tooMany = "gzip, gzip, gzip, gzip, gzip, gzip";

describe("decodeContent", () => {
  test.each(encoded)("takes off %s", async (coding, body) => {
    expect((await decodeContent(body, coding, 0)).equals(text)).toBe(true);
  });

  test.each(encoded.filter(([coding]) => !/^identity[^,]*$/.test(coding)))(
    "takes off %s up to a bound alone",
    async (coding, body) => {
      expect(await decodeContent(body, coding, text.length)).toHaveLength(text.length);
      const code = "ERR_BUFFER_TOO_LARGE";
      await expect(decodeContent(body, coding, text.length - 1)).rejects.toMatchObject({ code });
    },
  );

  test("refuses a window that no sender may ask for (RFC 9659)", async () => {
    const params = { [constants.ZSTD_c_windowLog]: 24 };
    const body = zstdCompressSync(Buffer.alloc(2 ** 24), { params });
    await expect(decodeContent(body, "zstd", 0)).rejects.toThrow();
    await expect(decode(cut(body, 1000), "zstd")).rejects.toThrow();
  });

  test("refuses what is cut off, and more codings than anybody applies", async () => {
    await expect(decodeContent(gzipSync(text).subarray(0, 50), "gzip", 0)).rejects.toThrow();
    await expect(decodeContent(text, tooMany, 0)).rejects.toThrow("codings");
  });
});

describe("decodeChunks", () => {
  test.each(encoded)("takes off %s as the bytes come", async (coding, body) => {
    for (const size of [1, 7]) expect((await decode(cut(body, size), coding)).equals(text)).toBe(true);
  });

  test.each(["gzip", "deflate", "br", "zstd"])("takes %s off nothing", async (coding) => {
    expect(await decode(cut(Buffer.alloc(0), 1), coding)).toHaveLength(0);
  });

  test("fails where the bytes fail, with their error", async () => {
    const broken = new Error("broken");
    async function* breakOff() {
      yield gzipSync(text).subarray(0, 20);
      throw broken;
    }
    await expect(decode(breakOff(), "gzip")).rejects.toBe(broken);
  });

  test("refuses what is cut off, what is no such coding, and more codings than anybody applies", async () => {
    await expect(decode(cut(gzipSync(text).subarray(0, 50), 9), "gzip")).rejects.toThrow();
    await expect(decode(cut(text, 9), "gzip")).rejects.toThrow();
    expect(() => decodeChunks(cut(text, 9), tooMany)).toThrow("codings");
  });

  test("lets go of its source when it is not read to its end", async () => {
    let isReleased = false;
    async function* source() {
      try {
        for (;;) yield gzipSync(text);
      } finally {
        isReleased = true;
      }
    }
    for await (const _ of decodeChunks(source(), "gzip")) break;
    await expect.poll(() => isReleased).toBe(true);
  });
});
