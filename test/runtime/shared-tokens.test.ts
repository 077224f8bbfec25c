import { setMaxListeners } from "node:events";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createSharedTokens, type TokenStoreOptions } from "../../runtime/src/shared-tokens.ts";
import { createMemoryStore, keepPlain } from "../support/memory-store.ts";
import { settle } from "../support/processes.ts";
import { recordEvents } from "../support/recorded-events.ts";
import { hang, request, setUp, share, stopTime, waitMs } from "../support/token-sharing.ts";

beforeEach(stopTime);

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
