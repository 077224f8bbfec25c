import { describe, expect, test } from "vitest";
import { ByteCollector } from "../../runtime/src/byte-collector.ts";

describe("ByteCollector", () => {
  test.each([
    [[]],
    [[0]],
    [[1]],
    [[1, 1, 1]],
    [[1, 0, 0, 1]],
    [[5000]],
    [[1, 5000, 1, 1, 70_000]],
    [[1023, 1024, 1025]],
    [Array.from({ length: 40_000 }, (_, index) => index % 7)],
  ])("gives the bytes of all chunks in their order: %j", (sizes) => {
    const chunks = sizes.map((size, index) => Buffer.alloc(size, index % 251));
    const collector = new ByteCollector();
    for (const chunk of chunks) collector.add(chunk);
    const whole = Buffer.concat(chunks);
    expect(collector.length).toBe(whole.length);
    expect(Buffer.concat(collector.take()).equals(whole)).toBe(true);
  });

  test("begins anew after what was taken", () => {
    const collector = new ByteCollector();
    collector.add(Buffer.from("a"));
    collector.add(Buffer.from("b"));
    collector.take();
    collector.add(Buffer.from("c"));
    expect(collector.length).toBe(1);
    expect(Buffer.concat(collector.take()).toString()).toBe("c");
  });

  test("keeps a million chunks of one byte in few pieces", () => {
    const collector = new ByteCollector();
    const chunk = Buffer.from("x");
    for (let i = 0; i < 1_000_000; i += 1) collector.add(chunk);
    expect(collector.take().length).toBeLessThan(100);
  });

  test("copies no chunk that is the only one", () => {
    const chunk = Buffer.from("x");
    const collector = new ByteCollector();
    collector.add(chunk);
    expect(collector.take()[0]).toBe(chunk);
  });
});
