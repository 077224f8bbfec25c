import { describe, expect, onTestFinished, test, vi } from "vitest";
import { AccessToken } from "../../../runtime/src/access-token.ts";
import { SealedStore } from "../../../runtime/src/shared-tokens/sealed-store.ts";
import { createSealer, type StoreEncryption } from "../../../runtime/src/shared-tokens/sealing.ts";
import { StoreGuard, StoreUnavailableError } from "../../../runtime/src/shared-tokens/store-guard.ts";
import type { StoredToken } from "../../../runtime/src/shared-tokens/stored-token.ts";
import { buildTokenRequest, defineTokenClient } from "../../../runtime/src/token-client.ts";
import type { TokenStore } from "../../../runtime/src/token-store.ts";
import { createMemoryStore, keepPlain } from "../../support/memory-store.ts";
import { recordEvents } from "../../support/recorded-events.ts";

const NOW = 1_000_000;
const tokenEndpoint = "https://login.example.com";
const request = buildTokenRequest(defineTokenClient("a", { tokenEndpoint, clientId: "id" }));
const { key } = request;
const keys: StoreEncryption = { keys: [{ id: "k", key: Buffer.alloc(32, 7) }] };

function createStored(value = "planted-token", lifetimeMs = 100_000): StoredToken {
  const life = { issuedAt: NOW, expiresAt: NOW + lifetimeMs };
  const token = new AccessToken({ value, tokenType: "Bearer", clientName: "a", ...life });
  return { token, failures: 0, pausedUntil: 0 };
}

function setUp({ plain = false, encryption = keys }: { plain?: boolean; encryption?: StoreEncryption } = {}) {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const memory = createMemoryStore();
  const create = (store: TokenStore) =>
    new SealedStore({
      store,
      sealer: createSealer(encryption),
      guard: new StoreGuard(() => NOW),
      timeoutMs: 250,
      now: () => NOW,
    });
  return { memory, store: create(plain ? keepPlain(memory) : memory), create };
}

const storedIn = async (store: SealedStore) => (await store.read(request)).stored?.token.value;

describe.each([
  ["a store that compares", false],
  ["a plain store", true],
])("SealedStore over %s", (_kind, plain) => {
  test("finds what it put, and nothing before", async () => {
    const { store } = setUp({ plain });
    const seen = await store.read(request);
    expect(seen).toEqual({ sealed: undefined, stored: undefined, isConclusive: plain });
    await store.replace(request, seen, createStored());
    expect(await storedIn(store)).toBe("planted-token");
  });

  test("keeps a token for as long as it lives, and one that has no life not at all", async () => {
    const { memory, store } = setUp({ plain });
    const nothing = await store.read(request);
    await store.replace(request, nothing, createStored("token", 0));
    expect(memory.values.size).toBe(0);
    await store.replace(request, nothing, createStored("token", 1500.2));
    expect((memory.values.get(key)?.endsAt ?? 0) - performance.now()).toBe(1501);
  });

  test("shows the store no token", async () => {
    const { memory, store } = setUp({ plain });
    await store.replace(request, await store.read(request), createStored());
    const [[name, { value }]] = memory.values as unknown as [[string, { value: string }]];
    for (const form of ["planted-token", Buffer.from("planted-token").toString("base64url").slice(0, -2)]) {
      expect(name + value + Buffer.from(value.split(".")[2] ?? "", "base64url")).not.toContain(form);
    }
  });

  test("drops whatever is there", async () => {
    const { store } = setUp({ plain });
    await store.replace(request, await store.read(request), createStored());
    await store.drop(request);
    expect(await storedIn(store)).toBeUndefined();
  });

  test("finds no token while it is being dropped", async () => {
    const { memory, store } = setUp({ plain });
    await store.replace(request, await store.read(request), createStored());
    const slow = Promise.withResolvers<void>();
    memory.interfere = async (method, _key, work) => {
      if (method === "set" || method === "delete") await slow.promise;
      return work();
    };
    const drops = [store.drop(request), store.drop(request)];
    const read = storedIn(store);
    slow.resolve();
    expect(await read).toBeUndefined();
    await Promise.all(drops);
  });

  test("finds no token while one of two drops is done, and the other is not", async () => {
    const { memory, store } = setUp({ plain });
    const slow = Promise.withResolvers<void>();
    const writes: string[] = [];
    memory.interfere = async (method, _key, work) => {
      if (method !== "get" && writes.push(method) === 2) await slow.promise;
      return work();
    };
    await Promise.all([store.drop(request), Promise.race([store.drop(request), new Promise(setImmediate)])]);
    store.read(request);
    await new Promise(setImmediate);
    expect(memory.calls).not.toContain("get");
    slow.resolve();
    await new Promise(setImmediate);
    expect(memory.calls).toContain("get");
  });

  test("waits for a drop no longer than it may take to read", async () => {
    const { memory, store } = setUp({ plain });
    memory.interfere = (method, _key, work) =>
      method === "set" || method === "delete" ? new Promise(() => {}) : work();
    const settled = Promise.allSettled([store.drop(request), store.read(request, 100)]);
    await vi.advanceTimersByTimeAsync(100);
    expect(memory.calls).not.toContain("get");
    await vi.advanceTimersByTimeAsync(150);
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const read = store.read(request);
    expect((await read).sealed).toBeUndefined();
  });

  test.each([
    ["null", null, undefined],
    ["undefined", undefined, undefined],
    ["an empty text", "", "ERR_STORE_FORMAT"],
    ["a number", 5, "ERR_STORE_FORMAT"],
    ["an object", {}, "ERR_STORE_FORMAT"],
    ["an object without a form", Object.create(null), "TypeError"],
    ["a text of another format", "s9.k.AAAA", "ERR_STORE_FORMAT"],
    ["plain text where it is to be sealed", createSealer("none").seal("null", key), "ERR_STORE_FORMAT"],
    [
      "what an unknown key sealed",
      createSealer({ keys: [{ id: "x", key: Buffer.alloc(32) }] }).seal("null", key),
      "ERR_STORE_KEY_UNKNOWN",
    ],
    ["what belongs elsewhere", createSealer(keys).seal("null", "elsewhere"), "ERR_STORE_SEAL"],
    [
      "a text that is longer than any token's",
      createSealer(keys).seal(" ".repeat(1_000_000), key),
      "ERR_STORE_FORMAT",
    ],
    ["no token", createSealer(keys).seal("{}", key), "ERR_STORE_VALUE"],
    [
      "a token bound to a key",
      createSealer(keys).seal(
        '{"value":"a","tokenType":"DPoP","jkt":"x","issuedAt":1,"expiresAt":2,"failures":0,"pausedUntil":0}',
        key,
      ),
      "ERR_STORE_BINDING",
    ],
  ])("finds nothing in %s, and says why", async (_what, value, code) => {
    const events = recordEvents("openapi-m2m.store.failure");
    const { memory, store } = setUp({ plain });
    memory.interfere = () => value;
    const found = await store.read(request).then(
      ({ stored, isConclusive }) => ({ stored, isConclusive }),
      () => "unavailable",
    );
    expect(found).toEqual(
      code === "TypeError" ? "unavailable" : { stored: undefined, isConclusive: code === undefined && plain },
    );
    expect(events).toEqual(code === undefined ? [] : [{ operation: "get", code }]);
  });

  test("takes bytes for the text that they are", async () => {
    const { memory, store } = setUp({ plain });
    await store.replace(request, await store.read(request), createStored());
    memory.interfere = async (_method, _key, work) => Buffer.from((await work()) as string);
    expect(await storedIn(store)).toBe("planted-token");
  });

  test("discards no token but the one that was rejected", async () => {
    const { store } = setUp({ plain });
    await store.replace(request, await store.read(request), createStored("newer"));
    await store.discard(request, createStored("rejected").token);
    expect(await storedIn(store)).toBe("newer");
    await store.discard(request, createStored("newer").token);
    expect(await storedIn(store)).toBeUndefined();
  });

  test("puts a token over what it can't use", async () => {
    const { memory, store } = setUp({ plain });
    memory.values.set(key, { value: "garbage", endsAt: Number.POSITIVE_INFINITY });
    await store.replace(request, await store.read(request), createStored());
    expect(await storedIn(store)).toBe("planted-token");
  });
});

describe("SealedStore over a store that compares", () => {
  test("replaces nothing that was put there since it looked", async () => {
    const { store } = setUp();
    const before = await store.read(request);
    expect(await store.replace(request, before, createStored("newer"))).toBe(true);
    expect(await store.replace(request, before, createStored("slow"))).toBe(false);
    expect(await storedIn(store)).toBe("newer");
  });

  test("discards a token that was rejected, and none that is put there while it looks", async () => {
    const { memory, store, create } = setUp();
    const { token } = createStored("rejected");
    const put = async (value: string) =>
      store.replace(request, await store.read(request), createStored(value));
    await put("rejected");
    const slow = create({
      ...memory,
      async compareAndSet(...given) {
        await put("newer");
        return memory.compareAndSet(...given);
      },
    });
    await slow.discard(request, token);
    expect(await storedIn(store)).toBe("newer");
    await put("rejected");
    await store.discard(request, token);
    expect(await storedIn(store)).toBeUndefined();
  });

  test("tells a token from the same one put there again, and two drops apart", async () => {
    const { store } = setUp();
    await store.replace(request, await store.read(request), createStored("same"));
    const before = await store.read(request);
    await store.replace(request, before, createStored("same"));
    await store.replace(request, before, createStored("slow"));
    expect(await storedIn(store)).toBe("same");
    await store.drop(request);
    const dropped = await store.read(request);
    await store.drop(request);
    await store.replace(request, dropped, createStored("slow"));
    expect(await storedIn(store)).toBeUndefined();
  });

  test("does not put what was asked for before a drop where nothing was before", async () => {
    const { store } = setUp();
    const before = await store.read(request);
    await store.drop(request);
    await store.replace(request, before, createStored("slow"));
    expect(await storedIn(store)).toBeUndefined();
  });

  test("expects nothing of a store that says null for it", async () => {
    const { memory, store } = setUp();
    memory.interfere = async (_method, _key, work) => (await work()) ?? null;
    await store.replace(request, await store.read(request), createStored());
    expect(await storedIn(store)).toBe("planted-token");
  });
});

describe("listen", () => {
  test("passes on what the store says, as text, until it is stopped", async () => {
    const { memory, store } = setUp();
    const heard: unknown[] = [];
    const stop = store.listen((key) => heard.push(key));
    for (const key of ["a", 5, undefined]) for (const listener of memory.listeners) listener(key as string);
    expect(heard).toEqual(["a", "5", "undefined"]);
    await stop();
    expect(memory.listeners.size).toBe(0);
  });

  test.each<[string, TokenStore["onChange"], string[]]>([
    ["has nothing to say", undefined, []],
    ["gives nothing that ends it", () => undefined as never, []],
    ["gives that later", (async () => () => {}) as never, []],
    [
      "throws",
      () => {
        throw new RangeError("planted");
      },
      ["RangeError"],
    ],
    ["rejects", (async () => Promise.reject(new RangeError("planted"))) as never, ["RangeError"]],
    ["gives what can't be called", () => 5 as never, ["TypeError"]],
    [
      "fails to end it",
      () => () => {
        throw new RangeError("planted");
      },
      ["RangeError"],
    ],
    ["fails to end it, later", () => async () => Promise.reject(new RangeError("planted")), ["RangeError"]],
  ])("ends, though the store %s", async (_how, onChange, codes) => {
    const events = recordEvents("openapi-m2m.store.failure");
    const { memory, create } = setUp();
    const { onChange: _own, ...rest } = memory;
    const stop = create(onChange === undefined ? rest : { ...rest, onChange }).listen(() => {});
    await stop();
    expect(events).toEqual(codes.map((code) => ({ operation: "onChange", code })));
  });

  test("ends in time, though the store does not", async () => {
    const { memory, create } = setUp();
    const stop = create({ ...memory, onChange: () => () => new Promise(() => {}) }).listen(() => {});
    const stopped = stop();
    await vi.advanceTimersByTimeAsync(250);
    await stopped;
  });
});

test.each([new Error("down"), "down", undefined, null, 5])(
  "is of no use, and says so with one kind of error, when the store throws %s",
  async (failure) => {
    const { memory, store } = setUp();
    const seen = await store.read(request);
    memory.interfere = () => {
      throw failure;
    };
    await expect(store.read(request)).rejects.toThrow(StoreUnavailableError);
    await expect(store.replace(request, seen, createStored())).rejects.toThrow(StoreUnavailableError);
  },
);
