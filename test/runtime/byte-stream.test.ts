import { describe, expect, test } from "vitest";
import { ByteStream } from "../../runtime/src/byte-stream.ts";
import { collect } from "../support/collect.ts";

const chunk = (text = "x") => Buffer.from(text);
const long = Buffer.alloc(64 * 1024);
const END = { done: true, value: undefined };

function createStream() {
  const told: string[] = [];
  const tell = (what: string) => () => void told.push(what);
  const source = {
    pause: tell("pause"),
    resume: tell("resume"),
    begin: tell("begin"),
    cancel: tell("cancel"),
  };
  return { stream: new ByteStream(source), told };
}

describe("ByteStream", () => {
  test("gives chunks in the order in which they came, whether they were waited for or not", async () => {
    const { stream } = createStream();
    const waiting = stream.next();
    stream.push(chunk("a"));
    stream.push(chunk("b"));
    stream.push(chunk("c"));
    stream.end();
    const read = [(await waiting).value, ...(await collect(stream))];
    expect(read.map(String)).toEqual(["a", "b", "c"]);
  });

  test("holds its source back while its reader is busy, and lets it go on when there is nothing left", async () => {
    const { stream, told } = createStream();
    await Promise.all([stream.next(), stream.push(long)]);
    stream.push(chunk());
    expect(told).toEqual(["begin"]);
    stream.push(long);
    stream.push(chunk());
    expect(told).toEqual(["begin", "pause"]);
    for (let i = 0; i < 3; i++) await stream.next();
    expect(told).toEqual(["begin", "pause"]);
    const waiting = stream.next();
    expect(told).toEqual(["begin", "pause", "resume"]);
    stream.push(chunk("more"));
    expect(String((await waiting).value)).toBe("more");
  });

  test("takes what its source gives at once when it may go on", async () => {
    const stream = new ByteStream({
      pause() {},
      resume: () => stream.push(chunk("next")),
      begin() {},
      cancel() {},
    });
    stream.push(long);
    await stream.next();
    expect(String((await stream.next()).value)).toBe("next");
  });

  test("says once that somebody begins to read", async () => {
    const { stream, told } = createStream();
    stream.push(chunk());
    expect(told).toEqual([]);
    await stream.next();
    stream.end();
    await stream.next();
    expect(told).toEqual(["begin"]);
  });

  test("fails after what has come, once", async () => {
    const { stream } = createStream();
    const broken = new Error("broken");
    stream.push(chunk("a"));
    stream.fail(broken);
    stream.fail(new Error("another"));
    expect(String((await stream.next()).value)).toBe("a");
    await expect(stream.next()).rejects.toBe(broken);
    expect(await stream.next()).toEqual(END);
  });

  test("fails for who waits", async () => {
    const { stream } = createStream();
    const waiting = stream.next();
    stream.fail(undefined);
    await expect(waiting).rejects.toBeUndefined();
    expect(await stream.next()).toEqual(END);
  });

  test("drops what has come when it is aborted", async () => {
    const { stream } = createStream();
    stream.push(chunk("a"));
    stream.abort("reason");
    await expect(stream.next()).rejects.toBe("reason");
  });

  test("ends for who waits when it is cancelled, and tells its source", async () => {
    const { stream, told } = createStream();
    const waiting = stream.next();
    stream.cancel();
    expect(await waiting).toEqual(END);
    expect(stream.isCancelled).toBe(true);
    stream.push(chunk());
    stream.fail(new Error("late"));
    stream.cancel();
    expect(await stream.next()).toEqual(END);
    expect(told).toEqual(["begin", "cancel"]);
  });

  test("has nothing to tell its source when all has come", async () => {
    const { stream, told } = createStream();
    stream.push(chunk());
    stream.end();
    stream.cancel();
    expect(await stream.next()).toEqual(END);
    expect(told).toEqual(["begin"]);
  });
});
