import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { clientSecretBasic } from "../../runtime/src/client-authentication.ts";
import type { TokenClient, TokenRequest } from "../../runtime/src/token-client.ts";
import {
  defineTokenClients,
  resolveTokenClients,
  type TokenClientResolver,
} from "../../runtime/src/token-definitions.ts";

const base = { tokenEndpoint: "https://login.example/token", clientId: "id" };

/** Definitions of a resolver that answers what the test says, at the time that the test says it is. */
function createResolved(
  given: Record<string, Partial<TokenClient>> = { a: {} },
  { max = 10, ttlMs = 60_000 } = {},
) {
  const clock = { now: 0 };
  const changed: string[] = [];
  const resolve = vi.fn<TokenClientResolver>(async (name) => {
    const client = given[name];
    return client && { ...base, ...client };
  });
  const options = {
    max,
    ttlMs,
    now: () => clock.now,
    onChange: (name: string) => changed.push(name),
  };
  const definitions = resolveTokenClients(resolve, options);
  const find = async (name = "a"): Promise<TokenRequest> => definitions.find(name);
  return { definitions, find, resolve, given, clock, changed };
}

const unknown = (client: string) => expect.objectContaining({ code: "ERR_TOKEN_CLIENT_UNKNOWN", client });

describe("defineTokenClients", () => {
  test("has every definition at hand", () => {
    const definitions = defineTokenClients({ a: base, b: base });
    expect(definitions.find("a")).toMatchObject({ client: { name: "a", clientId: "id" } });
    expect(definitions.names).toEqual(["a", "b"]);
  });

  test("refuses an unknown name and lists the known ones", () => {
    const definitions = defineTokenClients({ a: base, b: base });
    for (const name of ["c", "toString", "__proto__"]) {
      expect(() => definitions.find(name)).toThrow(unknown(name));
    }
    expect(() => definitions.assertKnown("c")).toThrow(/a, b/);
  });

  test("refuses an empty record", () => {
    expect(() => defineTokenClients({})).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test("generates one key for all of a manager's clients that ask for one, and another for the next manager", () => {
    const thumbprints = [1, 2].flatMap(() => {
      const definitions = defineTokenClients({
        a: { ...base, dpop: "generate" },
        b: { ...base, dpop: "generate" },
      });
      return ["a", "b"].map((name) => (definitions.find(name) as TokenRequest).client.dpop?.thumbprint);
    });
    expect(thumbprints[0]).toBe(thumbprints[1]);
    expect(thumbprints[2]).toBe(thumbprints[3]);
    expect(new Set(thumbprints).size).toBe(2);
  });
});

describe("resolveTokenClients", () => {
  test("asks once for any number of concurrent calls, then has the definition at hand", async () => {
    const { definitions, find, resolve } = createResolved();
    const found = await Promise.all(Array.from({ length: 100 }, () => find()));
    expect(new Set(found).size).toBe(1);
    expect(definitions.find("a")).toBe(found[0]);
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  test("takes a definition that is given at once, too", async () => {
    const options = { max: 1, ttlMs: 1, now: () => 0, onChange() {} };
    const definitions = resolveTokenClients(() => base, options);
    expect(await definitions.find("a")).toMatchObject({ client: { name: "a" } });
  });

  test("asks again once the definition is older than its time", async () => {
    const { find, resolve, clock } = createResolved();
    await find();
    clock.now = 59_999;
    await find();
    expect(resolve).toHaveBeenCalledTimes(1);
    clock.now = 60_000;
    await find();
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  test("asks again when the clock was set back", async () => {
    const { find, resolve, clock } = createResolved();
    await find();
    clock.now = -60_000;
    await find();
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  test("keeps nothing for a time of 0, and asks once for concurrent calls all the same", async () => {
    const { definitions, find, resolve } = createResolved({ a: {} }, { ttlMs: 0 });
    await Promise.all([find(), find()]);
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(definitions.peek("a")).toBeUndefined();
    await find();
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  test.each<[string, Partial<TokenClient>, boolean]>([
    ["nothing", {}, false],
    [
      "only the object that holds the same secret",
      { clientAuthentication: clientSecretBasic("secret") },
      false,
    ],
    ["the secret", { clientAuthentication: clientSecretBasic("another") }, true],
    ["the default scope", { scope: "y" }, true],
    ["the audience", { audience: "z" }, true],
    ["the client id", { clientId: "other" }, true],
    ["the endpoint", { tokenEndpoint: "https://other.example/token" }, true],
    ["the key that tokens are bound to", { dpop: "generate" }, true],
    ["a margin, which changes no token", { expiryMarginSeconds: 1 }, false],
  ])("tells of a change of %s", async (_, change, isTold) => {
    const definition = { clientAuthentication: clientSecretBasic("secret"), scope: "x" };
    const { find, given, clock, changed } = createResolved({ a: definition });
    await find();
    given["a"] = { ...definition, ...change };
    clock.now = 60_000;
    await find();
    expect(changed).toEqual(isTold ? ["a"] : []);
  });

  test("keeps the key that it generated when a definition is resolved anew", async () => {
    const { find, clock, changed } = createResolved({ a: { dpop: "generate" } });
    await find();
    clock.now = 60_000;
    await find();
    expect(changed).toEqual([]);
  });

  test("refuses a name that there is none for, and tells so when there was one", async () => {
    const { find, given, clock, changed } = createResolved();
    await expect(find("b")).rejects.toEqual(unknown("b"));
    await find();
    delete given["a"];
    clock.now = 60_000;
    await expect(find()).rejects.toEqual(unknown("a"));
    expect(changed).toContain("a");
  });

  test("does not fall back on a definition that there is none of any more", async () => {
    const { find, resolve, given, clock } = createResolved();
    await find();
    delete given["a"];
    clock.now = 60_000;
    await expect(find()).rejects.toEqual(unknown("a"));
    resolve.mockRejectedValueOnce(new Error("down"));
    await expect(find()).rejects.toMatchObject({ cause: { message: "down" } });
  });

  test("rejects when the resolver fails, without what only it should know", async () => {
    const { find, resolve } = createResolved();
    const failure = Object.assign(new Error("down"), { code: "ECONNREFUSED", password: "planted" });
    resolve.mockRejectedValueOnce(failure);
    const error = await find().catch((error: unknown) => error);
    expect(error).toEqual(unknown("a"));
    expect(error).toMatchObject({ cause: { message: "down", code: "ECONNREFUSED" } });
    expect(Object(error).cause).not.toHaveProperty("password");
    expect(await find()).toMatchObject({ client: { name: "a" } });
  });

  test("serves the last definition while the resolver fails, and asks again a second later", async () => {
    const { find, resolve, clock, changed } = createResolved();
    const first = await find();
    clock.now = 60_000;
    resolve.mockRejectedValueOnce(new Error("down"));
    expect(await find()).toBe(first);
    clock.now = 60_999;
    expect(await find()).toBe(first);
    expect(resolve).toHaveBeenCalledTimes(2);
    clock.now = 61_000;
    await find();
    expect(resolve).toHaveBeenCalledTimes(3);
    expect(changed).toEqual([]);
  });

  test("passes a definition that breaks a rule on as the caller's mistake", async () => {
    const { find } = createResolved({ a: { clientId: "" } });
    await expect(find()).rejects.toMatchObject({
      code: "ERR_INVALID_OPTION",
      message: expect.stringContaining('token client "a": clientId'),
    });
  });

  test("rejects when the resolver does not answer in time, which its signal tells", async () => {
    const options = { max: 1, ttlMs: 1, now: () => 0, onChange() {}, timeoutMs: 1 };
    const resolve = vi.fn<TokenClientResolver>(() => new Promise(() => {}));
    const definitions = resolveTokenClients(resolve, options);
    await expect(definitions.find("a")).rejects.toMatchObject({
      code: "ERR_TOKEN_CLIENT_UNKNOWN",
      cause: { name: "TimeoutError" },
    });
    expect(resolve.mock.calls[0]?.[1].signal).toMatchObject({
      aborted: true,
      reason: { name: "TimeoutError" },
    });
  });

  test("tells the resolver by its signal when nobody waits any more, and not before", async () => {
    const { definitions, resolve } = createResolved();
    resolve.mockImplementation(() => new Promise(() => {}));
    const callers = [new AbortController(), new AbortController()];
    const found = Promise.allSettled(callers.map(({ signal }) => definitions.find("a", signal)));
    const signal = resolve.mock.calls[0]?.[1].signal;
    const states: unknown[] = [];
    for (const caller of callers) {
      caller.abort(new Error("mine"));
      await turn();
      states.push(signal?.aborted);
    }
    expect(states).toEqual([false, true]);
    expect(await found).toMatchObject([{ reason: { message: "mine" } }, { reason: { message: "mine" } }]);
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  test("keeps a bounded number of definitions, the most recently used", async () => {
    const { find, resolve } = createResolved({ a: {}, b: {}, c: {} }, { max: 2 });
    for (const name of ["a", "b", "a", "c", "a", "b"]) await find(name);
    expect(resolve.mock.calls.map(([name]) => name)).toEqual(["a", "b", "c", "b"]);
  });

  test("asks anew after it was told to forget, even while it was asking", async () => {
    const { definitions, find, given } = createResolved();
    await find();
    definitions.forget("a");
    const before = find();
    given["a"] = { scope: "new" };
    definitions.forget("a");
    await before;
    expect(await find()).toMatchObject({ grant: { scope: "new" } });
  });

  test("tells of a change also after it was told to forget", async () => {
    const { definitions, find, given, changed } = createResolved();
    await find();
    definitions.forget("a");
    await find();
    expect(changed).toEqual([]);
    definitions.forget("a");
    given["a"] = { scope: "new" };
    await find();
    expect(changed).toEqual(["a"]);
  });

  test("asks anew also after it was told to forget while it was asking in vain", async () => {
    const { definitions, find, resolve, clock } = createResolved();
    await find();
    clock.now = 60_000;
    resolve.mockRejectedValueOnce(new Error("down"));
    const before = find();
    definitions.forget("a");
    await before;
    await find();
    expect(resolve).toHaveBeenCalledTimes(3);
  });

  test("does not ask for one who has given up already", async () => {
    const { definitions, resolve } = createResolved();
    const found = definitions.find("a", AbortSignal.abort(new Error("early")));
    await expect(found).rejects.toThrow("early");
    expect(resolve).not.toHaveBeenCalled();
  });

  test.each<[string, TokenClient | undefined]>([
    ["none", undefined],
    ["another", { ...base, scope: "late" }],
  ])("changes nothing by an answer from before it was told to forget: %s", async (_, late) => {
    const { definitions, find, resolve, changed } = createResolved();
    await find();
    definitions.forget("a");
    const { promise, resolve: answer } = Promise.withResolvers<TokenClient | undefined>();
    resolve.mockReturnValueOnce(promise);
    const before = find();
    definitions.forget("a");
    const found = await find();
    answer(late);
    await Promise.allSettled([before]);
    expect(definitions.peek("a")).toBe(found);
    expect(changed).toEqual([]);
  });

  test("rejects one who aborts alone", async () => {
    const { definitions } = createResolved();
    const controller = new AbortController();
    const aborted = definitions.find("a", controller.signal);
    const waiting = definitions.find("a");
    controller.abort(new Error("mine"));
    await expect(aborted).rejects.toThrow("mine");
    expect(await waiting).toMatchObject({ client: { name: "a" } });
  });
});
