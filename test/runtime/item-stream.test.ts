import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import {
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  createZstdCompress,
  gzipSync,
} from "node:zlib";
import { describe, expect, test } from "vitest";
import { collect } from "../support/collect.ts";
import { begin, defineOperation, scriptByHand, setUpStreaming } from "../support/streaming-api.ts";

const EVENTS = "text/event-stream";
const LINES = "application/x-ndjson";
const events = defineOperation(EVENTS);
const lines = defineOperation(LINES);
const image = defineOperation("image/png");

const answer = (contentType: string, body: string | Buffer) => (_: unknown, response: ServerResponse) =>
  void begin(response, contentType).end(body);

async function failureOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => expect.unreachable("it did not fail"),
    (error: unknown) => error,
  );
}

describe("a success that comes item by item", () => {
  test("of server-sent events is a stream of them", async () => {
    const { send } = await setUpStreaming(
      answer(EVENTS, 'event: created\nid: 7\ndata: {"a":1}\n\ndata: 2\n\n'),
    );
    const result = await send(events);
    expect(result).toMatchObject({
      ok: true,
      status: 200,
      response: { headers: { "content-type": EVENTS } },
    });
    if (!result.ok) return;
    expect(await collect(result.data as AsyncIterable<unknown>)).toEqual([
      { event: "created", data: { a: 1 }, id: "7" },
      { event: "message", data: 2, id: "7" },
    ]);
  });

  test("of events whose data is text is a stream of texts", async () => {
    const { open } = await setUpStreaming(answer(EVENTS, "event: value\ndata: 1\n\ndata: 1\n\n"));
    const mediaType = { mediaType: EVENTS, data: "text", events: { value: "json" } } as const;
    const items = await collect(await open(defineOperation(mediaType)));
    expect(items).toEqual([
      { event: "value", data: 1 },
      { event: "message", data: "1" },
    ]);
  });

  test.each<[declared: string, actual: string]>([
    [LINES, LINES],
    [LINES, "application/jsonl; charset=utf-8"],
    [LINES, "application/json"],
    [LINES, "text/plain"],
    ["application/json-seq", "application/json-seq"],
  ])("of JSON values is a stream of them: %s, sent as %s", async (declared, actual) => {
    const { open } = await setUpStreaming(
      answer(actual, '\x1e{"a":1}\n\x1e2\n'.replaceAll(declared === LINES ? "\x1e" : "\0", "")),
    );
    expect(await collect(await open(defineOperation(declared)))).toEqual([{ a: 1 }, 2]);
  });

  test("may be an answer of another kind instead, which is read whole", async () => {
    const { send } = await setUpStreaming(answer("application/json", '{"a":1}'));
    const either = defineOperation("application/json", EVENTS);
    expect(await send(either)).toMatchObject({ ok: true, data: { a: 1 } });
  });

  test.each([
    [events, "application/json"],
    [events, "text/plain"],
    [lines, "text/html"],
  ])(
    "is invalid, with its text, under a media type that has no such items",
    async (operation, contentType) => {
      const { send } = await setUpStreaming(answer(contentType, "<h1>Sign in</h1>"));
      expect(await send(operation)).toMatchObject({
        ok: false,
        status: "invalid",
        error: "<h1>Sign in</h1>",
      });
    },
  );

  test("is read whole as text where it is a failure", async () => {
    const script = (_: unknown, response: ServerResponse) =>
      void response.writeHead(500, { "content-type": EVENTS }).end("data: no\n\n");
    const { send } = await setUpStreaming(script);
    const operation = { ...events, responses: { 200: [EVENTS], "5XX": [EVENTS] } };
    expect(await send(operation)).toMatchObject({ ok: false, status: "5XX", error: "data: no\n\n" });
  });

  test("gives each item when it has come", async () => {
    const { script, answer } = scriptByHand(EVENTS);
    const { open } = await setUpStreaming(script);
    const items = (await open(events))[Symbol.asyncIterator]();
    const response = await answer;
    for (let i = 0; i < 3; i++) {
      response.write(`data: ${i}\n\n`);
      expect((await items.next()).value).toMatchObject({ data: i });
    }
    response.end();
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test.each([
    ["gzip", createGzip],
    ["deflate", createDeflate],
    ["br", createBrotliCompress],
    ["zstd", createZstdCompress],
  ])("gives each item when it has come compressed: %s", async (coding, compress) => {
    const { script, answer } = scriptByHand(EVENTS, { "content-encoding": coding });
    const { open } = await setUpStreaming(script);
    const items = (await open(events))[Symbol.asyncIterator]();
    const compressed = compress();
    compressed.pipe(await answer);
    for (let i = 0; i < 3; i++) {
      compressed.write(`data: ${i}\n\n`);
      compressed.flush();
      expect((await items.next()).value).toMatchObject({ data: i });
    }
    compressed.end();
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test("is asked for again with another token after a 401", async () => {
    const { open, api, login } = await setUpStreaming(answer(LINES, "1\n"), { accepted: ["token-2"] });
    expect(await collect(await open(lines))).toEqual([1]);
    expect([api.requests.length, login.requests.length]).toEqual([2, 2]);
  });

  test("comes after answers that are only informational", async () => {
    const { open } = await setUpStreaming((_, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      begin(response, LINES).end("1\n");
    });
    expect(await collect(await open(lines))).toEqual([1]);
  });

  test("is no stream for HEAD", async () => {
    const { send } = await setUpStreaming(answer(LINES, ""));
    expect(await send({ ...lines, method: "HEAD" })).toMatchObject({ ok: true, data: undefined });
  });
});

describe("stream: true", () => {
  test.each(["image/png", "text/plain", "application/zip"])(
    "gives %s as bytes that come",
    async (mediaType) => {
      const body = Buffer.alloc(300_000, "bytes");
      const { open } = await setUpStreaming(answer(mediaType, body));
      const chunks = await collect(await open(defineOperation(mediaType), { stream: true }));
      expect(chunks.map((chunk) => (chunk as object).constructor)).toEqual(chunks.map(() => Uint8Array));
      expect(Buffer.concat(chunks as Uint8Array[]).equals(body)).toBe(true);
    },
  );

  test("gives the bytes of a compressed answer decoded", async () => {
    const body = gzipSync("x".repeat(100_000));
    const script = (_: unknown, response: ServerResponse) =>
      void begin(response, "image/png", { "content-encoding": "gzip" }).end(body);
    const { open } = await setUpStreaming(script);
    const chunks = await collect(await open(image, { stream: true }));
    expect(Buffer.concat(chunks as Uint8Array[]).toString()).toBe("x".repeat(100_000));
  });

  test("leaves JSON and failures as they are", async () => {
    const { send, api } = await setUpStreaming(answer("application/json", '{"a":1}'));
    const either = defineOperation("image/png", "application/json");
    expect(await send(either, { stream: true })).toMatchObject({ ok: true, data: { a: 1 } });
    api.script = (_, response) =>
      void response.writeHead(400, { "content-type": "application/json" }).end('{"b":2}');
    expect(await send(image, { stream: true })).toMatchObject({ ok: false, status: 400, error: { b: 2 } });
  });

  test("gives all of an answer that is longer than what may be collected", async () => {
    const body = Buffer.alloc(200_000);
    const { open } = await setUpStreaming(answer("image/png", body), { maxResponseBytes: 1000 });
    const chunks = await collect(await open(image, { stream: true }));
    expect(Buffer.concat(chunks as Uint8Array[])).toHaveLength(body.length);
  });
});

describe("a stream that is not read to its end", () => {
  test("ends the call when its reader leaves the loop", async () => {
    const { script, answer, closed } = scriptByHand(EVENTS);
    const { open } = await setUpStreaming(script);
    const stream = await open(events);
    (await answer).write("data: 1\n\ndata: 2\n\n");
    for await (const event of stream) {
      expect(event).toMatchObject({ data: 1 });
      break;
    }
    await closed;
    expect(await collect(stream)).toEqual([]);
  });

  test("ends the call when what reads it fails", async () => {
    const { script, answer, closed } = scriptByHand(EVENTS);
    const { open } = await setUpStreaming(script);
    const stream = await open(events);
    (await answer).write("data: 1\n\n");
    const read = async () => {
      for await (const _ of stream) throw new Error("mine");
    };
    await expect(read()).rejects.toThrow("mine");
    await closed;
  });

  test.each(["", "gzip"])(
    "ends the call, and the wait of who reads it, when it is disposed of: %j",
    async (coding) => {
      const { script, closed } = scriptByHand(EVENTS, { "content-encoding": coding });
      const { open } = await setUpStreaming(script);
      const stream = await open(events);
      const waiting = stream[Symbol.asyncIterator]().next();
      await stream[Symbol.asyncDispose]();
      expect(await waiting).toEqual({ done: true, value: undefined });
      await closed;
    },
  );

  test("ends the wait of who reads it when it is disposed of in the middle of a compressed answer", async () => {
    const { script, answer, closed } = scriptByHand(LINES, { "content-encoding": "gzip" });
    const { open } = await setUpStreaming(script);
    const stream = await open(lines);
    const items = stream[Symbol.asyncIterator]();
    (await answer).write(gzipSync("1\n", { finishFlush: constants.Z_SYNC_FLUSH }));
    expect(await items.next()).toMatchObject({ value: 1 });
    const waiting = items.next();
    await stream[Symbol.asyncDispose]();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await closed;
  });

  test("ends the call when it is disposed of unread", async () => {
    const { script, closed } = scriptByHand(LINES);
    const { open } = await setUpStreaming(script);
    {
      await using stream = await open(lines);
      expect(stream).toBeDefined();
    }
    await closed;
  });

  test("ends the call after the last event that counts", async () => {
    const { script, answer, closed } = scriptByHand(EVENTS);
    const { open } = await setUpStreaming(script);
    const stream = await open(events);
    (await answer).write("data: 1\n\ndata: [DONE]\n\n");
    expect(await collect(stream)).toHaveLength(1);
    await closed;
  });

  test("holds its connection back while nobody reads it", async () => {
    const body = Buffer.alloc(64 * 1024 * 1024);
    const { promise: begun, resolve } = Promise.withResolvers<ServerResponse>();
    const { open, send, api } = await setUpStreaming((_, response) => {
      begin(response, "image/png").end(body);
      resolve(response);
    });
    const stream = await open(image, { stream: true });
    const response = await begun;
    api.script = () => ({});
    // Time enough for all of it to come, if it came.
    for (let i = 0; i < 300; i++) await send(lines).then(({ ok }) => expect(ok).toBe(true));
    expect(response.writableFinished).toBe(false);
    let bytes = 0;
    for await (const chunk of stream) bytes += (chunk as Uint8Array).length;
    expect(bytes).toBe(body.length);
  });

  test("is waited for when its manager is closed", async () => {
    const { script, answer } = scriptByHand(EVENTS);
    const { open, tokens } = await setUpStreaming(script, { ownDispatcher: false });
    const items = (await open(events))[Symbol.asyncIterator]();
    let isClosed = false;
    const closing = tokens.close().then(() => {
      isClosed = true;
    });
    const response = await answer;
    response.write("data: 1\n\n");
    expect((await items.next()).value).toMatchObject({ data: 1 });
    expect(isClosed).toBe(false);
    response.end();
    expect(await items.next()).toMatchObject({ done: true });
    await closing;
  });

  test("leaves its connection to the next call when all of it had come", async () => {
    const { open, dispatcher } = await setUpStreaming(answer(LINES, "1\n2\n"));
    const connected: unknown[] = [];
    dispatcher.on("connect", (origin) => connected.push(origin));
    for (let i = 0; i < 10; i++) expect(await collect(await open(lines))).toEqual([1, 2]);
    // undici opens a second one for a call that comes before it has put the first one back.
    expect(connected.length).toBeLessThanOrEqual(2);
  });
});

describe("timeoutMs of a stream", () => {
  test("bounds the wait for its beginning", async () => {
    const { send } = await setUpStreaming(() => undefined);
    const error = await failureOf(send(events, { timeoutMs: 50 }));
    expect(error).toMatchObject({ name: "ApiTimeoutError" });
  });

  test("is over once somebody reads it", async () => {
    const { script, answer } = scriptByHand(EVENTS);
    const { open } = await setUpStreaming(script);
    const items = (await open(events, { timeoutMs: 400 }))[Symbol.asyncIterator]();
    const waiting = items.next();
    // The deadline of another call, set later, that has as much time.
    const other = await setUpStreaming(() => undefined);
    await failureOf(other.send(events, { timeoutMs: 400 }));
    (await answer).end("data: 1\n\n");
    expect(await waiting).toMatchObject({ value: { data: 1 } });
  });

  test("lets go of a stream that nobody reads, and says so to who does later", async () => {
    const { script, closed } = scriptByHand(EVENTS);
    const { open, api } = await setUpStreaming(script);
    const stream = await open(events, { timeoutMs: 100 });
    await closed;
    expect(await failureOf(collect(stream))).toMatchObject({
      name: "ApiTimeoutError",
      code: "ERR_API_TIMEOUT",
      operation: "GET /items",
      url: `${api.origin}/items`,
      message: expect.stringContaining("nobody began to read"),
    });
  });
});

describe("a stream that fails", () => {
  test("at an abort ends with its reason at once, whatever has come", async () => {
    const { script, answer, closed } = scriptByHand(EVENTS);
    const { open } = await setUpStreaming(script);
    const controller = new AbortController();
    const stream = await open(events, { signal: controller.signal });
    (await answer).write("data: 1\n\ndata: 2\n\n");
    const read: unknown[] = [];
    const reading = async () => {
      for await (const event of stream) {
        read.push(event);
        controller.abort("mine");
      }
    };
    await expect(reading()).rejects.toBe("mine");
    expect(read).toHaveLength(1);
    await closed;
  });

  test("at an abort ends with its reason although all of it has come", async () => {
    const { open } = await setUpStreaming(answer(LINES, "1\n2\n"));
    const controller = new AbortController();
    const items = (await open(lines, { signal: controller.signal }))[Symbol.asyncIterator]();
    expect(await items.next()).toMatchObject({ value: 1 });
    controller.abort("mine");
    await expect(items.next()).rejects.toBe("mine");
  });

  test("at an abort ends the wait of who reads it", async () => {
    const { script } = scriptByHand(EVENTS);
    const { open } = await setUpStreaming(script);
    const controller = new AbortController();
    const waiting = (await open(events, { signal: controller.signal }))[Symbol.asyncIterator]().next();
    controller.abort(new Error("mine"));
    await expect(waiting).rejects.toThrow("mine");
  });

  test("leaves no listener on a signal that outlives it", async () => {
    const { open } = await setUpStreaming(answer(LINES, "1\n"));
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = Object.assign(signal, {
      addEventListener: () => listeners++,
      removeEventListener: () => listeners--,
    });
    expect(await collect(await open(lines, { signal: counted }))).toEqual([1]);
    expect(listeners).toBe(0);
  });

  test.each(["", "gzip"])("with its connection says so after what has come: %j", async (coding) => {
    const { script, answer } = scriptByHand(LINES, { "content-encoding": coding });
    const { open, api } = await setUpStreaming(script);
    const items = (await open(lines))[Symbol.asyncIterator]();
    const response = await answer;
    response.write(coding === "" ? "1\n" : gzipSync("1\n", { finishFlush: constants.Z_SYNC_FLUSH }));
    expect(await items.next()).toMatchObject({ value: 1 });
    const next = items.next();
    response.destroy();
    expect(await failureOf(next)).toMatchObject({
      name: "ApiConnectionError",
      operation: "GET /items",
      url: `${api.origin}/items`,
      cause: { code: "UND_ERR_SOCKET" },
    });
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test("at an item that is no JSON has its text at hand, and prints it nowhere", async () => {
    const { script, answer, closed } = scriptByHand(LINES);
    const { open, api } = await setUpStreaming(script);
    const items = (await open(lines))[Symbol.asyncIterator]();
    (await answer).write('1\n{"planted": tru\n2\n');
    expect(await items.next()).toMatchObject({ value: 1 });
    const error = (await failureOf(items.next())) as Error & { text: string };
    expect(error).toMatchObject({ name: "ApiItemError", code: "ERR_API_ITEM", url: `${api.origin}/items` });
    expect(error.text).toBe('{"planted": tru');
    expect(inspect(error) + JSON.stringify(error)).not.toContain("planted");
    expect(error.cause).toBeUndefined();
    await closed;
  });

  test.each([
    [events, EVENTS, "data: 1"],
    [lines, LINES, '"1'],
  ])(
    "at an item that is longer than the client collects, and ends the call",
    async (operation, type, start) => {
      const { script, answer, closed } = scriptByHand(type);
      const { open } = await setUpStreaming(script, { maxResponseBytes: 1000 });
      const stream = await open(operation);
      (await answer).write(start + "1".repeat(1000));
      expect(await failureOf(collect(stream))).toMatchObject({
        name: "ApiResponseTooLargeError",
        code: "ERR_API_RESPONSE_TOO_LARGE",
      });
      await closed;
    },
  );

  test("where its bytes are not encoded as it says", async () => {
    const script = (_: unknown, response: ServerResponse) =>
      void begin(response, LINES, { "content-encoding": "gzip" }).write("no gzip");
    const { open } = await setUpStreaming(script);
    expect(await failureOf(collect(await open(lines)))).toMatchObject({
      name: "ApiConnectionError",
      cause: { code: "Z_DATA_ERROR" },
    });
  });
});

describe("maxResponseBytes", () => {
  const json = defineOperation("application/json");
  const body = JSON.stringify("x".repeat(998));

  test.each(["", "gzip"])("is the length of the longest answer that is collected: %j", async (coding) => {
    const headers = { "content-encoding": coding };
    const script = (_: unknown, response: ServerResponse) =>
      void begin(response, "application/json", headers).end(coding === "" ? body : gzipSync(body));
    const enough = await setUpStreaming(script, { maxResponseBytes: 1000 });
    expect(await enough.send(json)).toMatchObject({ ok: true });
    const unbound = await setUpStreaming(script, { maxResponseBytes: 0 });
    expect(await unbound.send(json)).toMatchObject({ ok: true });
    const few = await setUpStreaming(script, { maxResponseBytes: 999 });
    expect(await failureOf(few.send(json))).toMatchObject({
      name: "ApiResponseTooLargeError",
      code: "ERR_API_RESPONSE_TOO_LARGE",
      operation: "GET /items",
      url: `${few.api.origin}/items`,
    });
  });

  test("ends a call whose answer never ends", async () => {
    const { script, answer, closed } = scriptByHand("application/json");
    const { send } = await setUpStreaming(script, { maxResponseBytes: 1000 });
    const failure = failureOf(send(json));
    (await answer).write("x".repeat(1001));
    expect(await failure).toMatchObject({ name: "ApiResponseTooLargeError" });
    await closed;
  });

  test.each([-1, 1.5, Number.NaN, "1"])("refuses %j", async (maxResponseBytes) => {
    const options = { maxResponseBytes: maxResponseBytes as number };
    await expect(setUpStreaming(() => ({}), options)).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
  });
});
