import { beforeEach, describe, expect, test } from "vitest";
import { TokenError } from "../../../runtime/src/errors.ts";
import { createMemoryStore } from "../../support/memory-store.ts";
import { createProcesses, settle } from "../../support/processes.ts";
import { down, encryption, request, setUp, share, stopTime, waitMs } from "../../support/token-sharing.ts";

beforeEach(stopTime);

describe("early renewal", () => {
  test("is one process's, and all others have what it got", async () => {
    const setup = setUp();
    const { sources, asked, clock } = setup;
    await share("a", setup);
    clock.now += 60_000;
    const peek = () => sources.map((source) => source.peek(request)?.value);
    expect(peek()).toEqual(["a", "a", "a"]);
    await settle();
    asked[1]?.issue("b");
    await waitMs(1000);
    expect(peek()).toEqual(["b", "b", "b"]);
    expect(asked).toHaveLength(2);
  });

  test("takes what another process got before, where nothing tells of it", async () => {
    const setup = setUp();
    const { memory, one, two, asked, clock } = setup;
    await share("a", setup);
    memory.listeners.clear();
    clock.now += 60_000;
    one.peek(request);
    await settle();
    asked[1]?.issue("b");
    await settle();
    expect(two.peek(request)).toMatchObject({ value: "a" });
    await settle();
    expect(two.peek(request)).toMatchObject({ value: "b" });
    expect(asked).toHaveLength(2);
  });
});

describe("a token that the server gives again until it ends", () => {
  test.each([
    ["early", 60_000],
    ["in its margin", 85_000],
  ])("is asked for again by one process, and kept by all, %s", async (_, ms) => {
    const setup = setUp();
    const { sources, asked, clock } = setup;
    await share("a", setup);
    clock.now += ms;
    for (let round = 0; round < 3; round++) {
      const got = sources.map((source) => source.get(request));
      await settle();
      asked[1]?.issue("a", (100_000 - ms) / 1000);
      await waitMs(1000);
      expect((await Promise.all(got)).map(({ value }) => value)).toEqual(["a", "a", "a"]);
    }
    expect(asked).toHaveLength(2);
  });
});

describe("a renewal that fails", () => {
  /** All processes have a token that is due, and one has failed to renew it. */
  async function failToRenew(setup: ReturnType<typeof setUp>, error: unknown = down) {
    const token = await share("a", setup);
    setup.clock.now += 90_000;
    const got = setup.one.get(request);
    await settle();
    setup.asked.at(-1)?.fail(error);
    expect(await got).toMatchObject({ value: "a" });
    await settle();
    return token;
  }

  test("keeps all processes from asking for a second, while the token serves", async () => {
    const setup = setUp();
    const { one, two, asked, clock } = setup;
    await failToRenew(setup);
    for (const source of [one, two]) expect(await source.get(request)).toMatchObject({ value: "a" });
    expect(asked).toHaveLength(2);
    clock.now += 1000;
    two.get(request);
    await settle();
    expect(asked).toHaveLength(3);
  });

  test("keeps a process that had none, or one that expired, on the token that serves", async () => {
    const setup = setUp();
    const memory = createMemoryStore();
    const shared = { encryption, store: memory };
    const { one, two, three, asked, clock } = createProcesses(shared, shared, shared);
    const old = three.get(request);
    await settle();
    asked[0]?.issue("old", 5);
    await old;
    memory.listeners.clear();
    clock.now += 5000;
    await share("a", { ...setup, memory, one, two, sources: [one, one, one], asked, clock });
    clock.now += 90_000;
    one.get(request);
    await settle();
    asked.at(-1)?.fail(down);
    await settle();
    for (const source of [two, three]) expect(await source.get(request)).toMatchObject({ value: "a" });
    expect(asked).toHaveLength(3);
  });

  test("keeps no process from asking that can't use the token", async () => {
    const setup = setUp();
    const { two, asked } = setup;
    const token = await failToRenew(setup);
    two.replace(request, token);
    await settle();
    expect(asked.at(-1)?.reason).toBe("rejected");
    expect(asked).toHaveLength(3);
  });

  test("keeps nobody else from asking when the token was rejected", async () => {
    const setup = setUp();
    const { one, two, asked, clock } = setup;
    const token = await share("a", setup);
    clock.now += 90_000;
    const failed = one.replace(request, token);
    await settle();
    asked[1]?.fail(down);
    await expect(failed).rejects.toBe(down);
    await settle();
    two.get(request);
    await settle();
    expect(asked).toHaveLength(3);
  });

  test("ends the turn of one that learns of it only then", async () => {
    const setup = setUp();
    const { memory, one, two, asked, clock } = setup;
    await share("a", setup);
    clock.now += 90_000;
    one.get(request);
    await settle();
    const held = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      if (method === "lock") await held.promise;
      return work();
    };
    const got = two.get(request);
    await settle();
    asked[1]?.fail(down);
    await settle();
    held.resolve();
    expect(await got).toMatchObject({ value: "a" });
    await settle();
    expect(asked).toHaveLength(2);
    expect(memory.locks.size).toBe(0);
  });

  test("keeps nobody from asking once the token has expired", async () => {
    const setup = setUp();
    const { two, asked, clock } = setup;
    const longDown = new TokenError("ERR_TOKEN_ENDPOINT_FAILED", "down", {
      client: "a",
      retryAfterMs: 60_000,
    });
    await failToRenew(setup, longDown);
    clock.now += 10_000;
    two.get(request);
    await settle();
    expect(asked).toHaveLength(3);
  });

  test("keeps nobody else from asking when it may be that process's own trouble", async () => {
    const setup = setUp();
    const { two, asked } = setup;
    await failToRenew(setup, new TokenError("ERR_TOKEN_ENDPOINT_REJECTED", "no", { client: "a" }));
    two.get(request);
    await settle();
    expect(asked).toHaveLength(3);
  });
});
