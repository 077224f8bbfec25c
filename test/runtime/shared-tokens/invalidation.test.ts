import { beforeEach, describe, expect, test } from "vitest";
import { settle } from "../../support/processes.ts";
import { narrow, readStore, request, setUp, share, stopTime } from "../../support/token-sharing.ts";

beforeEach(stopTime);

describe("invalidate", () => {
  test("reaches every process that has the token", async () => {
    const setup = setUp();
    const { one, two, three } = setup;
    await share("a", setup);
    one.invalidate(request);
    await settle();
    expect([one, two, three].map((source) => source.peek(request))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("reaches a process that waits for another while it gives out the token", async () => {
    const setup = setUp();
    const { one, two, three, asked, clock } = setup;
    await share("a", setup);
    clock.now += 60_000;
    for (const source of [one, two]) {
      source.peek(request);
      await settle();
    }
    expect(asked).toHaveLength(2);
    three.invalidate(request);
    await settle();
    expect(two.peek(request)).toBeUndefined();
  });

  test("lets no process take the token from the store, though none is told", async () => {
    const setup = setUp();
    const { memory, one, asked } = setup;
    await share("a", setup);
    memory.listeners.clear();
    one.invalidate(request);
    one.get(request);
    await settle();
    expect(asked).toHaveLength(2);
  });

  test("of a client reaches tokens that the process which did it never had", async () => {
    const setup = setUp();
    const { memory, one, two, asked } = setup;
    await share("a", setup);
    const got = two.get(narrow);
    await settle();
    asked[1]?.issue("narrow");
    await got;
    await settle();
    one.invalidateClient("a");
    await settle();
    expect(two.peek(narrow)).toBeUndefined();
    expect([readStore(memory), readStore(memory, narrow)]).toEqual([null, null]);
  });

  test("of a client leaves another's tokens alone", async () => {
    const setup = setUp();
    const { one, two } = setup;
    const token = await share("a", setup);
    one.invalidateClient("b");
    await settle();
    expect(two.peek(request)).toMatchObject({ value: token.value });
  });

  test.each(["invalidate", "invalidateClient"] as const)(
    "(%s) does not reach what was asked for after, in the same process",
    async (method) => {
      const setup = setUp();
      const { one, two, asked } = setup;
      await share("a", setup);
      one[method](method === "invalidate" ? (request as never) : ("a" as never));
      const got = one.get(request);
      await settle();
      asked[1]?.issue("b");
      await got;
      await settle();
      expect(one.peek(request)).toMatchObject({ value: "b" });
      expect(await two.get(request)).toMatchObject({ value: "b" });
      expect(asked).toHaveLength(2);
    },
  );

  test("is no word that can't be read: that says nothing of the token", async () => {
    const setup = setUp();
    const { memory, one } = setup;
    await share("a", setup);
    memory.values.set(request.key, { value: "garbage", endsAt: Number.POSITIVE_INFINITY });
    memory.announce(request.key);
    await settle();
    expect(one.peek(request)).toMatchObject({ value: "a" });
  });
});
