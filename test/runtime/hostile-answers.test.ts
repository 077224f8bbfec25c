import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { call } from "../../runtime/src/api-client.ts";
import type { Operation } from "../../runtime/src/operation.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { collect } from "../support/collect.ts";
import { atEnd, createAgent, using } from "../support/disposal.ts";
import { TestClient } from "../support/test-client.ts";

/** A client, and a server that says what it is told to, byte for byte, and is no HTTP server otherwise. */
async function setUpRaw() {
  const sockets = new Set<Socket>();
  const says = { answer: Buffer.alloc(0), closes: false };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", () => (says.closes ? socket.end(says.answer) : socket.write(says.answer)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokens = await using(
    createTokenManager({ clients: { a: { tokenEndpoint: baseUrl, clientId: "a" } } }),
  );
  const client = new TestClient(
    {},
    { tokens, baseUrl, dispatcher: createAgent(), maxResponseBytes: 1_000_000 },
  );
  const send = async (operation: Operation, answer: Buffer | string, { closes = false } = {}) => {
    Object.assign(says, { answer: Buffer.from(answer as string), closes });
    return client[call](operation, { timeoutMs: 2000 });
  };
  return { send, sockets };
}

const operation = (mediaType: string, method = "GET"): Operation => {
  const content = [mediaType];
  return { method, path: ["/"], responses: { 200: content, 204: content, 304: content } };
};
const json = operation("application/json");
const lines = operation("application/jsonl");

function answer(headers: string, body: Buffer | string, status = "200 OK"): Buffer {
  const head = `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body as string)]);
}

const text = Buffer.from(JSON.stringify("a text that is long enough".repeat(100)));
const cut = (coding: string, body: Buffer) => answer(`content-encoding: ${coding}\r\n`, body.subarray(0, -5));
const typed = (contentType: string, body: string) => answer(`content-type: ${contentType}\r\n`, body);
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

const OK = (data: unknown) => ({ ok: true, data });
const INVALID = { ok: false, status: "invalid" };
const UNDECLARED = { ok: false, status: "undeclared" };
const FAILED = { name: "ApiConnectionError", operation: expect.stringMatching(/ \/$/) };

describe("whatever an API answers, a call", () => {
  test.each<[string, Operation, Buffer | string, object]>([
    [
      "a header that objects have",
      json,
      answer("__proto__: x\r\nconstructor: y\r\ntoString: z\r\n", "1"),
      OK(1),
    ],
    [
      "two content types",
      json,
      answer("content-type: application/json\r\ncontent-type: text/html\r\n", "1"),
      OK(1),
    ],
    ["a content type of nothing", json, typed("", "1"), OK(1)],
    ["a content type of separators", json, typed(`application/json${";".repeat(10_000)}`, "1"), OK(1)],
    ["a charset that it is not in", json, typed("application/json; charset=utf-16", '{"a":1}'), INVALID],
    ["a charset that nobody may use", json, typed("application/json; charset=iso-2022-kr", "1"), OK(1)],
    ["JSON with a byte order mark", json, answer("", "\ufeff1"), OK(1)],
    ["what JavaScript alone takes for JSON", json, answer("", "NaN"), INVALID],
    ["a name twice", json, answer("", '{"a":1,"a":2}'), OK({ a: 2 })],
    [
      "a property called __proto__",
      json,
      answer("", '{"__proto__":{"a":1}}'),
      OK(JSON.parse('{"__proto__":{"a":1}}')),
    ],
    ["brackets in brackets", json, answer("", nested(100_000)), OK(expect.any(Array))],
    ["gzip that is cut off", json, cut("gzip", gzipSync(text)), FAILED],
    ["deflate that is cut off", json, cut("deflate", deflateSync(text)), FAILED],
    ["br that is cut off", json, cut("br", brotliCompressSync(text)), FAILED],
    ["zstd that is cut off", json, cut("zstd", zstdCompressSync(text)), FAILED],
    ["what is no gzip", json, answer("content-encoding: gzip\r\n", text), FAILED],
    [
      "more codings than anybody applies",
      json,
      answer("content-encoding: br,br,br,br,br,br\r\n", text),
      FAILED,
    ],
    ["a body with 204", json, answer("", "no body", "204 No Content"), OK(undefined)],
    [
      "a body with 304",
      json,
      answer("", "no body", "304 Not Modified"),
      { ok: false, status: 304, error: undefined },
    ],
    ["a body to HEAD", operation("application/json", "HEAD"), answer("", "no body"), OK(undefined)],
    [
      "hints without number",
      json,
      `${"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(5000)}${answer("", "1")}`,
      OK(1),
    ],
    [
      "another protocol",
      json,
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
      FAILED,
    ],
    ["a status that is none", json, answer("", "x", "999 Huh"), UNDECLARED],
    ["a status below all", json, answer("", "x", "099 Huh"), FAILED],
    ["a header without end", json, answer(`x: ${"a".repeat(100_000)}\r\n`, "1"), FAILED],
    ["headers without number", json, answer("x: y\r\n".repeat(20_000), "1"), FAILED],
    [
      "chunks of no length",
      json,
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n1\r\n0\r\n\r\n",
      FAILED,
    ],
    [
      "two lengths",
      json,
      "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n\r\n",
      FAILED,
    ],
    ["no HTTP", json, "hello", FAILED],
    [
      "a challenge of odd names",
      json,
      answer('www-authenticate: Bearer __proto__="a"\r\n', "", "403 No"),
      UNDECLARED,
    ],
    ["more than it says", json, "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n12345", OK(1)],
  ])("ends as it should, and so does the next one: %s", async (_, operation, bytes, want) => {
    const { send, sockets } = await setUpRaw();
    expect(await send(operation, bytes).catch((error: unknown) => error)).toMatchObject(want);
    expect(await send(json, answer("", "2"))).toMatchObject(OK(2));
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test("of less than it says, ends with the connection", async () => {
    const { send } = await setUpRaw();
    const short = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n1";
    await expect(send(json, short, { closes: true })).rejects.toMatchObject(FAILED);
  });

  test.each<[string, Buffer | string, number]>([
    ["is shorter than it says", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n1\n2", 1],
    ["is br that is cut off", cut("br", brotliCompressSync("1\n2\n")), 0],
    ["is zstd that is cut off", cut("zstd", zstdCompressSync("1\n2\n")), 0],
  ])("whose stream %s fails after what has come", async (_, bytes, count) => {
    const { send, sockets } = await setUpRaw();
    const { data } = (await send(lines, bytes, { closes: true })) as { data: AsyncIterable<unknown> };
    const items: unknown[] = [];
    const read = async () => {
      for await (const item of data) items.push(item);
    };
    await expect(read()).rejects.toMatchObject(FAILED);
    expect(items.length).toBeGreaterThanOrEqual(count);
    await expect.poll(() => sockets.size).toBe(0);
  });

  test("whose stream holds brackets in brackets, or no UTF-8, reads them", async () => {
    const { send } = await setUpRaw();
    const odd = Buffer.concat([
      Buffer.from(`${nested(100_000)}\n"`),
      Buffer.from([0xff]),
      Buffer.from('"\n'),
    ]);
    const { data } = (await send(lines, answer("", odd))) as { data: AsyncIterable<unknown> };
    expect((await collect(data))[1]).toBe("\ufffd");
  });
});
