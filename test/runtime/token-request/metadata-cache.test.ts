import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { MetadataCache } from "../../../runtime/src/token-request/metadata-cache.ts";
import { createAgent, using } from "../../support/disposal.ts";
import { type ScriptedServer, startServer } from "../../support/scripted-server.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const never = new AbortController().signal;

/** A server whose metadata is numbered, and a cache that asks it by a clock. */
async function setUp({ renewalTimeoutMs = 10_000 } = {}) {
  const clock = { now: Date.parse("2026-01-01T00:00:00Z"), reads: 0 };
  let serial = 0;
  const server: ScriptedServer = await using(
    startServer(() => {
      serial++;
      return { issuer: server.origin, token_endpoint: `${server.origin}/token-${serial}` };
    }),
  );
  const now = () => {
    clock.reads++;
    return clock.now;
  };
  const cache = new MetadataCache(now, renewalTimeoutMs);
  const request = { issuer: server.origin, dispatcher: createAgent() };
  const find = (signal = never) => cache.find(request, signal);
  /** Number of the metadata that is found. */
  const findNumber = async (...given: Parameters<typeof find>) =>
    Number((await find(...given)).tokenEndpoint.split("-").at(-1));
  /** Waits for the end of a renewal in the background, which looks at the clock. */
  const land = async () => {
    for (const { reads } = clock; clock.reads === reads; ) await turn();
    await turn();
  };
  const works = server.script;
  return { clock, server, cache, request, find, findNumber, land, works };
}

const fail = (_: unknown, response: ServerResponse) => void response.writeHead(503).end();

describe("MetadataCache", () => {
  test("discovers once for all who ask meanwhile and after", async () => {
    const { server, findNumber } = await setUp();
    expect(await Promise.all([findNumber(), findNumber(), findNumber()])).toEqual([1, 1, 1]);
    expect(await findNumber()).toBe(1);
    expect(server.requests).toHaveLength(1);
  });

  test("ends the wait of those alone whose signal is aborted", async () => {
    const { server, findNumber, works } = await setUp();
    const controller = new AbortController();
    server.script = (...exchange) => {
      controller.abort(new Error("stop"));
      return works(...exchange);
    };
    const [left, stayed] = await Promise.allSettled([findNumber(controller.signal), findNumber()]);
    expect(left).toMatchObject({ reason: { message: "stop" } });
    expect(stayed).toMatchObject({ value: 1 });
  });

  test("gives a discovery up that nobody waits for any more, and begins another for who comes then", async () => {
    const { server, findNumber, works } = await setUp();
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      server.script = (_, response) => {
        once(response, "close").then(() => resolve());
        controller.abort();
      };
    });
    await expect(findNumber(controller.signal)).rejects.toThrow("aborted");
    await closed;
    server.script = works;
    expect(await findNumber()).toBe(1);
  });

  test("keeps no failure", async () => {
    const { server, findNumber, works } = await setUp();
    server.script = fail;
    const outcomes = await Promise.allSettled([findNumber(), findNumber()]);
    expect(outcomes).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
    expect(server.requests).toHaveLength(1);
    server.script = works;
    expect(await findNumber()).toBe(1);
  });

  test("shares nothing between dispatchers, each of which has its own way to the issuer", async () => {
    const { server, cache, request, findNumber } = await setUp();
    const other = { ...request, dispatcher: createAgent() };
    await findNumber();
    await cache.find(other, never);
    expect(server.requests).toHaveLength(2);
  });

  test("renews metadata that is an hour old", async () => {
    const { clock, server, findNumber, land } = await setUp();
    await findNumber();
    clock.now += HOUR - 1;
    expect(await findNumber()).toBe(1);
    expect(server.requests).toHaveLength(1);
    clock.now += 1;
    expect(await Promise.all([findNumber(), findNumber()])).toEqual([1, 1]);
    await land();
    expect(await findNumber()).toBe(2);
    expect(server.requests).toHaveLength(2);
  });

  test("renews metadata that seems to be of the future: the clock was set back", async () => {
    const { clock, findNumber, land } = await setUp();
    await findNumber();
    clock.now -= 1000 * HOUR;
    await findNumber();
    await land();
    expect(await findNumber()).toBe(2);
  });

  test("serves old metadata on when it can't be renewed, and tries again not before a minute", async () => {
    const { clock, server, findNumber, land, works } = await setUp();
    await findNumber();
    clock.now += HOUR;
    server.script = fail;
    expect(await Promise.all([findNumber(), findNumber()])).toEqual([1, 1]);
    await land();
    server.script = works;
    clock.now += MINUTE - 1;
    expect(await findNumber()).toBe(1);
    expect(server.requests).toHaveLength(2);
    clock.now += 1;
    expect(await findNumber()).toBe(1);
    await land();
    expect(await findNumber()).toBe(2);
  });

  test("gives up a renewal that takes too long, and serves old metadata on", async () => {
    const { clock, server, findNumber, land, works } = await setUp({ renewalTimeoutMs: 20 });
    await findNumber();
    clock.now += HOUR;
    server.script = () => undefined;
    expect(await findNumber()).toBe(1);
    await land();
    server.script = works;
    clock.now += MINUTE;
    expect(await findNumber()).toBe(1);
    await land();
    expect(await findNumber()).toBe(2);
  });

  test("forgets metadata that proved wrong, unless it has newer", async () => {
    const { clock, cache, request, find, findNumber, land } = await setUp();
    const first = await find();
    clock.now += HOUR;
    await find();
    await land();
    const second = await find();
    cache.forget(request, first);
    expect(await findNumber()).toBe(2);
    cache.forget(request, second);
    expect(await findNumber()).toBe(3);
  });

  test("waits for the renewal under way once the old metadata proved wrong", async () => {
    const { clock, server, cache, request, find, findNumber } = await setUp();
    const first = await find();
    clock.now += HOUR;
    await find();
    cache.forget(request, first);
    expect(await findNumber()).toBe(2);
    expect(server.requests).toHaveLength(2);
  });
});
