import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { AccessToken } from "../../../runtime/src/access-token.ts";
import { settle } from "../../support/processes.ts";
import {
  client,
  down,
  forced,
  hang,
  narrow,
  request,
  setUp,
  stopTime,
  waitMs,
} from "../../support/token-sharing.ts";

beforeEach(stopTime);

describe("a store that is of no use", () => {
  test.each([
    ["get", "get"],
    ["lock", "lock"],
    ["second get", "get"],
  ])("delays a call by storeTimeoutMs, once, when its %s hangs", async (name, hanging) => {
    const { memory, one, asked } = setUp({ storeTimeoutMs: 100 });
    memory.interfere = (method, _key, work) => {
      const isFirst = name === "second get" && memory.calls.length === 1;
      return method === hanging && !isFirst ? hang() : work();
    };
    const got = one.get(request);
    await waitMs(99);
    expect(asked).toHaveLength(0);
    await waitMs(1);
    asked[0]?.issue("a");
    expect(await got).toMatchObject({ value: "a" });
  });

  test("delays a call by storeTimeoutMs, once, when all that it does takes most of that", async () => {
    const { memory, one, asked } = setUp({ storeTimeoutMs: 100 });
    memory.interfere = async (_method, _key, work) => {
      await new Promise((resolve) => setTimeout(resolve, 90));
      return work();
    };
    one.get(request);
    await waitMs(101);
    expect(asked).toHaveLength(1);
    await waitMs(1000);
    expect(memory.locks.size).toBe(0);
  });

  test.each(
    ["compareAndSet", "release"].flatMap((method) => [
      [method, "hangs", hang] as const,
      [method, "fails", () => Promise.reject(new Error("down"))] as const,
    ]),
  )("delays nothing when its %s %s", async (failing, _how, interfere) => {
    const { memory, one, asked } = setUp();
    memory.interfere = (method, _key, work) => (method === failing ? interfere() : work());
    const got = one.get(request);
    await settle();
    asked[0]?.issue("a");
    expect(await got).toMatchObject({ value: "a" });
  });

  test.each<[string, () => unknown]>([
    ["throws", () => Promise.reject(new Error("down"))],
    ["hangs", hang],
    ["gives numbers", () => 5],
    ["gives objects", () => ({})],
    ["gives true", () => true],
    ["gives what has no form", () => Object.create(null)],
  ])("costs each process a request and no call, when everything in it %s", async (_how, interfere) => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    onTestFinished(() => void process.off("unhandledRejection", unhandled));
    const { memory, sources, asked } = setUp();
    memory.interfere = interfere;
    const got = sources.map((source) => source.get(request));
    await waitMs(client.requestTimeoutMs + 1000);
    for (const [index, { issue }] of asked.entries()) issue(String(index));
    expect((await Promise.all(got)).map(({ value }) => value)).toEqual(["0", "1", "2"]);
    for (const source of sources) {
      source.invalidate(request);
      source.invalidateClient("a");
      source.discard(request, await (got[0] as Promise<AccessToken>));
    }
    await waitMs(1000);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test("delays nobody any more after three failures, until it is tried again", async () => {
    const { memory, one, asked, clock } = setUp();
    memory.interfere = hang;
    for (let failures = 0; failures < 3; failures++) {
      one.get(forced).catch(() => {});
      await waitMs(250);
      asked.at(-1)?.fail(down);
      await settle();
    }
    expect(asked).toHaveLength(3);
    one.get(request).catch(() => {});
    await settle();
    expect(asked).toHaveLength(4);
    asked.at(-1)?.fail(down);
    await settle();
    clock.now += 1000;
    one.get(request).catch(() => {});
    await settle();
    expect(asked).toHaveLength(4);
    await waitMs(250);
    expect(asked).toHaveLength(5);
  });

  test("ends the wait for another process once it fails", async () => {
    const { memory, one, two, asked } = setUp();
    one.get(request);
    await settle();
    two.get(request);
    await settle();
    memory.interfere = () => Promise.reject(new Error("down"));
    await waitMs(750);
    expect(asked).toHaveLength(2);
  });

  test("never makes of another place's token one of this place", async () => {
    const { memory, one, two, asked } = setUp({ encryption: "none" });
    const got = one.get(request);
    await settle();
    asked[0]?.issue("a");
    await got;
    await settle();
    memory.interfere = (method, _key, work) =>
      method === "get" ? memory.values.get(request.key)?.value : work();
    two.get(narrow);
    await settle();
    expect(asked.map(({ request }) => request.key)).toEqual([request.key, narrow.key]);
  });
});
