import { setMaxListeners } from "node:events";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { AccessToken } from "../../runtime/src/access-token.ts";
import { TokenError } from "../../runtime/src/errors.ts";
import { createSealer } from "../../runtime/src/shared-tokens/sealing.ts";
import { createSharedTokens, type TokenStoreOptions } from "../../runtime/src/shared-tokens.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
} from "../../runtime/src/token-client.ts";
import { createMemoryStore, keepPlain, type MemoryStore } from "../support/memory-store.ts";
import { createProcesses, settle } from "../support/processes.ts";
import { recordEvents } from "../support/recorded-events.ts";

const client = defineTokenClient("a", { tokenEndpoint: "https://login.example.com", clientId: "id" });
const request = buildTokenRequest(client);
const forced = { ...request, forceRenewal: true };
const narrow = overrideTokenRequest(request, { scope: "narrow" });
const encryption = { keys: [{ id: "k", key: Buffer.alloc(32, 7) }] };
const down = new TokenError("ERR_TOKEN_ENDPOINT_FAILED", "down", { client: "a", status: 503 });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
});

/** Processes that share tokens through one store. */
function setUp(options: Omit<TokenStoreOptions, "store"> = {}) {
  const memory = createMemoryStore();
  const shared = { encryption, ...options, store: memory };
  return { memory, ...createProcesses(shared, shared, shared) };
}

const waitMs = async (ms: number) => {
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
};

/** Has all processes have the first token. */
async function share(value: string, { sources, asked }: ReturnType<typeof setUp>): Promise<AccessToken> {
  const got = Promise.all(sources.map((source) => source.get(request)));
  await settle();
  asked.at(-1)?.issue(value);
  await waitMs(1000);
  const [token] = await got;
  return token as AccessToken;
}

/** What the store has, whoever reads it. */
function readStore(memory: MemoryStore, { key } = request): unknown {
  const { value } = memory.values.get(key) ?? {};
  return value === undefined ? undefined : JSON.parse(createSealer(encryption).unseal(value, key));
}

const hang = () => new Promise<never>(() => {});

describe("of the processes that need a token", () => {
  test("one asks, and the others take what it got", async () => {
    const { sources, asked } = setUp();
    const got = sources.map((source) => source.get(request));
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]?.issue("a");
    await settle();
    expect((await Promise.all(got)).map(({ value }) => value)).toEqual(["a", "a", "a"]);
    expect(asked).toHaveLength(1);
  });

  test("one that comes later asks nobody", async () => {
    const { one, two, asked } = setUp();
    const got = one.get(request);
    await settle();
    asked[0]?.issue("a");
    await got;
    await settle();
    expect(await two.get(request)).toMatchObject({ value: "a" });
    expect(asked).toHaveLength(1);
  });

  test("one whose turn it is at last looks again before it asks", async () => {
    const { memory, one, two, asked } = setUp();
    const got = one.get(request);
    await settle();
    const held = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      if (method === "lock") await held.promise;
      return work();
    };
    const late = two.get(request);
    await settle();
    asked[0]?.issue("a");
    await got;
    await settle();
    held.resolve();
    expect(await late).toMatchObject({ value: "a" });
    await settle();
    expect(asked).toHaveLength(1);
    expect(memory.locks.size).toBe(0);
  });

  test("one that hears of the token before it waits for it takes it, and plans its renewal as ever", async () => {
    const setup = setUp();
    const { memory, one, two, asked, clock } = setup;
    await share("a", setup);
    clock.now += 100_000;
    one.get(request);
    await settle();
    const held = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      const result = work();
      if (method === "lock") await held.promise;
      return result;
    };
    const got = two.get(request);
    await settle();
    asked[1]?.issue("b");
    await settle();
    held.resolve();
    await waitMs(75);
    expect(await got).toMatchObject({ value: "b" });
    expect(asked).toHaveLength(2);
    clock.now += 60_000;
    two.peek(request);
    await settle();
    expect(asked.at(-1)?.reason).toBe("early");
  });

  test("those that wait look by themselves where nothing tells them, within a second", async () => {
    const { memory, one, two, asked } = setUp();
    memory.listeners.add = () => memory.listeners;
    one.get(request);
    await settle();
    const got = two.get(request);
    await waitMs(5000);
    asked[0]?.issue("a");
    await waitMs(750);
    expect(await got).toMatchObject({ value: "a" });
  });

  test("those that wait ask by themselves after lockWaitMs, and not before", async () => {
    const { one, two, asked } = setUp({ lockWaitMs: 1234 });
    one.get(request);
    await settle();
    two.get(request);
    await waitMs(1233);
    expect(asked).toHaveLength(1);
    await waitMs(1);
    expect(asked).toHaveLength(2);
  });

  test("those that wait do so as long as a token request may take, unless they are told", async () => {
    const { one, two, asked } = setUp();
    one.get(request);
    await settle();
    two.get(request);
    await waitMs(client.requestTimeoutMs - 1);
    expect(asked).toHaveLength(1);
    await waitMs(1);
    expect(asked).toHaveLength(2);
  });

  test("another asks when the one that asked is gone", async () => {
    const { memory, one, two, asked } = setUp();
    one.get(request);
    await settle();
    memory.interfere = (method, _key, work) => (method === "extend" ? undefined : work());
    two.get(request);
    await waitMs(3750);
    expect(asked).toHaveLength(2);
  });

  test("another asks when the one that asked failed", async () => {
    const { one, two, asked } = setUp();
    const failed = one.get(request);
    await settle();
    const got = two.get(request);
    asked[0]?.fail(down);
    await expect(failed).rejects.toBe(down);
    await waitMs(750);
    asked[1]?.issue("b");
    expect(await got).toMatchObject({ value: "b" });
  });

  test("each has its own of another scope", async () => {
    const { one, two, asked } = setUp();
    one.get(request);
    two.get(narrow);
    await settle();
    expect(asked.map(({ request }) => request.key)).toEqual([request.key, narrow.key]);
  });

  test("those without turns ask at once, and still take what is there", async () => {
    const plain = { encryption, store: keepPlain(createMemoryStore()) };
    const { one, two, three, asked } = createProcesses(plain, plain, plain);
    const got = [one.get(request), two.get(request)];
    await settle();
    asked[0]?.issue("a");
    asked[1]?.issue("b");
    expect((await Promise.all(got)).map(({ value }) => value)).toEqual(["a", "b"]);
    await settle();
    expect(await three.get(request)).toMatchObject({ value: "b" });
  });
});

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

/** Has the next that reads the store told what is there now, later. */
function answerSlowly(memory: MemoryStore): PromiseWithResolvers<void> {
  const held = Promise.withResolvers<void>();
  let isFirst = true;
  memory.interfere = async (method, _key, work) => {
    if (method !== "get" || !isFirst) return work();
    isFirst = false;
    const found = work();
    await held.promise;
    return found;
  };
  return held;
}

describe("a slow answer", () => {
  test("replaces no newer token, and gives way to it", async () => {
    const { memory, one, two, asked } = setUp({ lockWaitMs: 100 });
    const slow = one.get(request);
    await settle();
    const fast = two.get(request);
    await waitMs(100);
    asked[1]?.issue("newer");
    await fast;
    asked[0]?.issue("slow");
    expect(await slow).toMatchObject({ value: "slow" });
    await settle();
    expect(readStore(memory)).toMatchObject({ value: "newer" });
    expect(one.peek(request)).toMatchObject({ value: "newer" });
  });

  test.each(["invalidate", "invalidateClient"] as const)(
    "to what was asked before another process did %s is given to who waits, and not kept",
    async (method) => {
      const setup = setUp();
      const { memory, one, two, three, asked, clock } = setup;
      await share("a", setup);
      clock.now += 100_000;
      const slow = one.get(request);
      await settle();
      two[method](method === "invalidate" ? (request as never) : ("a" as never));
      await settle();
      asked[1]?.issue("slow");
      expect(await slow).toMatchObject({ value: "slow" });
      await settle();
      expect(readStore(memory)).toBeNull();
      expect([one.peek(request), three.peek(request)]).toEqual([undefined, undefined]);
    },
  );

  test("to what was asked before the same process did invalidate is not shared, though the store compares nothing", async () => {
    const memory = createMemoryStore();
    const { one, asked } = createProcesses({ encryption, store: keepPlain(memory) });
    const slow = one.get(request);
    await settle();
    one.invalidate(request);
    asked[0]?.issue("slow");
    await slow;
    await settle();
    expect(memory.values.size).toBe(0);
  });

  test("of the store is not taken for what a process had meanwhile", async () => {
    const setup = setUp();
    const { memory, one, asked } = setup;
    await share("a", setup);
    const slow = answerSlowly(memory);
    memory.announce(request.key);
    await settle();
    const renewed = one.get(forced);
    await settle();
    asked[1]?.issue("b");
    await renewed;
    await settle();
    slow.resolve();
    await settle();
    expect(one.peek(request)).toMatchObject({ value: "b" });
  });

  test("of the store to who looked before an invalidation is not kept for the case that there is no other", async () => {
    const setup = setUp();
    await share("a", setup);
    const { one, asked, clock } = createProcesses({ encryption, store: setup.memory });
    clock.now += 90_000;
    const slow = answerSlowly(setup.memory);
    const got = one.get(request);
    await settle();
    one.invalidate(request);
    slow.resolve();
    await settle();
    asked[0]?.fail(down);
    await expect(got).rejects.toBe(down);
  });

  test("is shared and kept although what it replaces has ended meanwhile, or was lost", async () => {
    const setup = setUp();
    const { memory, one, asked } = setup;
    await share("a", setup);
    const slow = one.get(forced);
    await settle();
    memory.values.clear();
    asked[1]?.issue("b");
    await slow;
    await settle();
    expect(readStore(memory)).toMatchObject({ value: "b" });
    expect(one.peek(request)).toMatchObject({ value: "b" });
  });

  test("after the store could not be looked at replaces nothing that was put there meanwhile", async () => {
    const { memory, one, two, asked } = setUp();
    memory.interfere = () => Promise.reject(new Error("down"));
    const slow = one.get(request);
    await settle();
    memory.interfere = (_method, _key, work) => work();
    const fast = two.get(request);
    await settle();
    asked[1]?.issue("newer");
    await fast;
    await settle();
    asked[0]?.issue("slow");
    await slow;
    await settle();
    expect(readStore(memory)).toMatchObject({ value: "newer" });
  });
});

describe("a token that was rejected", () => {
  test("is renewed once, whoever was told", async () => {
    const setup = setUp();
    const { sources, asked } = setup;
    const rejected = await share("a", setup);
    const got = sources.map((source) => source.replace(request, rejected));
    await settle();
    asked[1]?.issue("b");
    await waitMs(1000);
    expect((await Promise.all(got)).map(({ value }) => value)).toEqual(["b", "b", "b"]);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.reason).toBe("rejected");
  });

  test("is exchanged for another that is there, without a request", async () => {
    const setup = setUp();
    const { memory, one, two, asked } = setup;
    const rejected = await share("a", setup);
    memory.listeners.clear();
    const got = one.replace(request, rejected);
    await settle();
    asked[1]?.issue("b");
    await got;
    await settle();
    expect(await two.replace(request, rejected)).toMatchObject({ value: "b" });
    expect(asked).toHaveLength(2);
  });

  test("is exchanged for another that still serves when no other can be had", async () => {
    const setup = setUp();
    const { memory, one, two, asked, clock } = setup;
    const rejected = await share("a", setup);
    memory.listeners.clear();
    const got = one.get(forced);
    await settle();
    asked[1]?.issue("b");
    await got;
    clock.now += 90_000;
    const replaced = two.replace(request, rejected);
    await settle();
    asked[2]?.fail(down);
    expect(await replaced).toMatchObject({ value: "b" });
    clock.now += 10_000;
    const late = two.replace(request, rejected);
    await settle();
    asked[3]?.fail(down);
    await expect(late).rejects.toBe(down);
  });

  test("is not taken back, though another process put it there again", async () => {
    const setup = setUp();
    const { memory, one, asked } = setup;
    const rejected = await share("a", setup);
    const again = memory.values.get(request.key) as { value: string; endsAt: number };
    one.discard(request, rejected);
    await settle();
    memory.values.set(request.key, again);
    memory.announce(request.key);
    await settle();
    expect(one.peek(request)).toBeUndefined();
    one.get(request);
    await settle();
    expect(asked).toHaveLength(2);
  });

  test("is dropped by all processes when it is not to be replaced now, unless there is another by now", async () => {
    const setup = setUp();
    const { memory, one, two, asked } = setup;
    const rejected = await share("a", setup);
    one.discard(request, rejected);
    await settle();
    expect(readStore(memory)).toBeNull();
    expect(two.peek(request)).toBeUndefined();
    const got = two.get(request);
    await settle();
    asked[1]?.issue("b");
    await got;
    await settle();
    one.discard(request, rejected);
    await settle();
    expect(readStore(memory)).toMatchObject({ value: "b" });
  });
});

describe("a forced renewal", () => {
  test("asks although there is a token that nobody had before, and shares what it gets", async () => {
    const { one, two, asked } = setUp();
    const got = one.get(request);
    await settle();
    asked[0]?.issue("a");
    await got;
    const renewed = two.get(forced);
    await settle();
    asked[1]?.issue("b");
    expect(await renewed).toMatchObject({ value: "b" });
    await settle();
    expect(one.peek(request)).toMatchObject({ value: "b" });
  });

  test("asks after the process whose turn it is", async () => {
    const { one, two, asked } = setUp();
    const first = one.get(forced);
    await settle();
    two.get(forced);
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]?.issue("a");
    await first;
    await waitMs(750);
    expect(asked).toHaveLength(2);
  });
});

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

describe("callers that give up", () => {
  test("while their process waits for another leave nothing behind, and hinder nobody", async () => {
    const { memory, one, two, asked } = setUp();
    one.get(request);
    await settle();
    const controller = new AbortController();
    const aborted = two.get(request, controller.signal);
    await settle();
    controller.abort(new Error("mine"));
    await expect(aborted).rejects.toThrow("mine");
    memory.calls.length = 0;
    await waitMs(900);
    expect(memory.calls).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  test("while their process asks end its turn", async () => {
    const { memory, one, two, asked } = setUp();
    const controller = new AbortController();
    const aborted = one.get(request, controller.signal);
    await settle();
    controller.abort(new Error("mine"));
    await expect(aborted).rejects.toThrow("mine");
    await settle();
    expect(memory.locks.size).toBe(0);
    two.get(request);
    await settle();
    expect(asked).toHaveLength(2);
  });

  test.each(["get", "lock"])("while the store does a %s have nobody asked", async (slow) => {
    const { memory, one, asked } = setUp();
    const held = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      if (method === slow) await held.promise;
      return work();
    };
    const controller = new AbortController();
    const aborted = one.get(request, controller.signal);
    await settle();
    controller.abort();
    await Promise.allSettled([aborted]);
    held.resolve();
    await settle();
    expect(asked).toHaveLength(0);
    expect(memory.locks.size).toBe(0);
  });
});

describe("changes", () => {
  test("by the thousand have a process look twice: while it looks, and once more", async () => {
    const setup = setUp();
    const { memory, one } = setup;
    await share("a", setup);
    await Promise.all([setup.two.close(), setup.three.close()]);
    memory.calls.length = 0;
    for (let times = 0; times < 1000; times++) memory.announce(request.key);
    await settle();
    expect(memory.calls).toEqual(["get", "get"]);
    expect(one.peek(request)).toMatchObject({ value: "a" });
  });

  test("to nothing are no word that the token was dropped", async () => {
    const setup = setUp();
    const { memory, one } = setup;
    await share("a", setup);
    memory.values.clear();
    memory.announce(request.key);
    await settle();
    expect(one.peek(request)).toMatchObject({ value: "a" });
  });
});

describe("close", () => {
  test("waits for what is being written, and listens no more", async () => {
    const { memory, one, asked } = setUp();
    const got = one.get(request);
    await settle();
    const held = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      if (method === "compareAndSet") await held.promise;
      return work();
    };
    asked[0]?.issue("a");
    await got;
    const closed = vi.fn();
    const closing = one.close().then(closed);
    await settle();
    expect(closed).not.toHaveBeenCalled();
    held.resolve();
    await closing;
    expect(readStore(memory)).toMatchObject({ value: "a" });
    expect([memory.locks.size, memory.listeners.size, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  test("waits until the turn of a renewal that it gives up has ended", async () => {
    const setup = setUp();
    const { memory, one, clock } = setup;
    await share("a", setup);
    clock.now += 60_000;
    one.peek(request);
    await settle();
    expect(memory.locks.size).toBe(1);
    memory.interfere = async (_method, _key, work) => {
      await new Promise(setImmediate);
      return work();
    };
    await one.close();
    expect(memory.locks.size).toBe(0);
  });

  test("ends though others go on putting tokens there, and though the store goes on telling of it", async () => {
    const setup = setUp();
    const { memory, one } = setup;
    await share("a", setup);
    const listeners = [...memory.listeners];
    let gets = 0;
    memory.interfere = async (method, _key, work) => {
      const isEndless = method === "get" && gets++ < 1000;
      if (isEndless) for (const listener of listeners) listener(request.key);
      await new Promise(setImmediate);
      return work();
    };
    memory.announce(request.key);
    await settle();
    await one.close();
    expect(gets).toBeLessThan(1000);
  });

  test("ends in time though the store hangs", async () => {
    const { memory, one, asked } = setUp();
    const got = one.get(request);
    await settle();
    memory.interfere = hang;
    asked[0]?.issue("a");
    await got;
    const closed = vi.fn();
    one.close().then(closed);
    await waitMs(500);
    expect(closed).toHaveBeenCalled();
  });
});

describe("events", () => {
  test("tell of each search in the store whether it brought a token", async () => {
    const events = recordEvents("openapi-m2m.token.cache");
    const { one, two, asked } = setUp();
    one.get(request);
    await settle();
    const got = two.get(request);
    await waitMs(2000);
    asked[0]?.issue("planted-token");
    const { expiresAt } = await got;
    const inStore = events.filter((event) => (event as { layer: string }).layer === "store");
    expect(inStore).toEqual([
      { client: "a", layer: "store", hit: false },
      { client: "a", layer: "store", hit: true, expiresAt },
    ]);
  });

  test("tell by codes what is wrong with the store", async () => {
    const events = recordEvents("openapi-m2m.store.failure");
    const { memory, one, asked } = setUp();
    memory.values.set(request.key, { value: "planted-token", endsAt: Number.POSITIVE_INFINITY });
    memory.interfere = (method, _key, work) => {
      if (method === "lock") throw Object.assign(new Error("planted-token"), { code: "ECONNRESET" });
      return method === "compareAndSet" ? hang() : work();
    };
    one.get(request);
    await settle();
    asked[0]?.issue("planted-token");
    await waitMs(250);
    expect(events).toEqual([
      { operation: "get", code: "ERR_STORE_FORMAT" },
      { operation: "lock", code: "ECONNRESET" },
      { operation: "compareAndSet", code: "ERR_STORE_TIMEOUT" },
    ]);
  });
});

test("of 100,000 tenants, a process keeps no more in mind than it was told", async () => {
  setMaxListeners(0);
  const { memory, one, asked } = setUp();
  for (let tenant = 0; tenant < 2000; tenant++) {
    const got = one.get({ ...request, key: String(tenant) });
    await new Promise(setImmediate);
    asked[tenant]?.issue("a");
    await got;
  }
  await settle();
  memory.calls.length = 0;
  one.invalidateClient("a");
  await settle();
  expect(memory.calls.filter((method) => method === "set")).toHaveLength(1000);
  expect(vi.getTimerCount()).toBe(0);
});

describe("createSharedTokens", () => {
  const surroundings = { now: Date.now, listener: { onToken() {}, onClientInvalidated() {} } };
  const memory = createMemoryStore();

  test("makes nothing without a store", () => {
    expect(createSharedTokens({}, surroundings)).toBeUndefined();
  });

  test.each<[string, object]>([
    ["store", { store: null }],
    ["store", { store: {} }],
    ["store", { store: { ...memory, get: undefined } }],
    ["store", { store: { ...memory, set: 5 } }],
    ["store", { store: { ...memory, delete: null } }],
    ["store", { store: { ...memory, compareAndSet: true } }],
    ["store", { store: { ...memory, lock: {} } }],
    ["store", { store: { ...memory, onChange: "yes" } }],
    ["encryption", { encryption: undefined }],
    ["encryption", { encryption: { keys: [] } }],
    ["storeTimeoutMs", { storeTimeoutMs: 0 }],
    ["storeTimeoutMs", { storeTimeoutMs: Number.POSITIVE_INFINITY }],
    ["storeTimeoutMs", { storeTimeoutMs: "250" }],
    ["lockWaitMs", { lockWaitMs: -1 }],
    ["lockWaitMs", { lockWaitMs: 0.5 }],
    ["lockwaitMs", { lockwaitMs: 100 }],
    ["Store", { store: undefined, Store: memory }],
  ])("refuses what is no %s: %j", (option, given) => {
    const options = { store: memory, encryption: "none", ...given } as TokenStoreOptions;
    expect(() => createSharedTokens(options, surroundings)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTION",
        message: expect.stringContaining(`cache.${option}`),
      }),
    );
  });

  test("takes a store of three methods", () => {
    const store = keepPlain(memory);
    expect(createSharedTokens({ store, encryption: "none" }, surroundings)).toBeDefined();
  });
});
