import { describe, expect, test } from "vitest";
import type { AccessToken } from "../../../runtime/src/access-token.ts";
import {
  buildTokenRequest,
  defineTokenClient,
  overrideTokenRequest,
} from "../../../runtime/src/token-client.ts";
import { type Renewal, Renewals } from "../../../runtime/src/token-source/renewals.ts";

const token = {} as AccessToken;
const client = defineTokenClient("a", { tokenEndpoint: "https://login.example.com", clientId: "id" });
const request = buildTokenRequest(client);
const narrow = overrideTokenRequest(request, { scope: "narrow" });
const { key } = request;

function setUp() {
  const begun: { renewal: Renewal; signal: AbortSignal; end: () => void }[] = [];
  const renewals = new Renewals((renewal, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<AccessToken>();
    signal.addEventListener("abort", () => reject(signal.reason));
    begun.push({ renewal, signal, end: () => resolve(token) });
    return promise;
  });
  return { renewals, begun };
}

describe("Renewals", () => {
  test("has one under way from before it begins until it has ended", async () => {
    const { renewals, begun } = setUp();
    const renewal = renewals.start(request, "missing");
    expect(renewals.find(key)).toBe(renewal);
    expect(renewals.find(narrow.key)).toBeUndefined();
    const got = renewal.flight.join();
    begun[0]?.end();
    expect(await got).toBe(token);
    expect(renewals.find(key)).toBeUndefined();
  });

  test("has one at most wait for the one under way, then takes its place", async () => {
    const { renewals, begun } = setUp();
    const first = renewals.start(request, "missing");
    const next = renewals.force(request);
    expect(renewals.force(request)).toBe(next);
    const got = [first.flight.join(), next.flight.join()];
    expect(begun.map(({ renewal }) => renewal)).toEqual([first]);
    begun[0]?.end();
    await got[0];
    expect(renewals.find(key)).toBe(next);
    await new Promise(setImmediate);
    expect(begun.map(({ renewal }) => renewal)).toEqual([first, next]);
    begun[1]?.end();
    await got[1];
    expect(renewals.find(key)).toBeUndefined();
  });

  test("tells of one that was detached that what it brings is not wanted, and does not detach its successor", async () => {
    const { renewals, begun } = setUp();
    const detached = renewals.start(request, "missing");
    const got = detached.flight.join();
    expect(detached.isCurrent()).toBe(true);
    renewals.detach(key);
    const successor = renewals.start(request, "missing");
    expect([detached.isCurrent(), successor.isCurrent()]).toEqual([false, true]);
    begun[0]?.end();
    await got;
    expect(renewals.find(key)).toBe(successor);
  });

  test("detaches all of a client, and no other's", () => {
    const { renewals } = setUp();
    for (const each of [request, narrow]) renewals.start(each, "missing");
    renewals.detachClient("another");
    expect([key, narrow.key].map((each) => renewals.find(each) !== undefined)).toEqual([true, true]);
    renewals.detachClient("a");
    expect([key, narrow.key].map((each) => renewals.find(each) !== undefined)).toEqual([false, false]);
  });

  test("gives up what nobody waits for, under way or waiting to begin", async () => {
    const { renewals, begun } = setUp();
    const controllers = [new AbortController(), new AbortController()];
    const first = renewals.start(request, "missing").flight.join(controllers[0]?.signal);
    const next = renewals.force(request);
    const second = next.flight.join(controllers[1]?.signal);
    controllers[1]?.abort();
    await Promise.allSettled([second]);
    expect(renewals.force(request)).not.toBe(next);
    controllers[0]?.abort();
    await Promise.allSettled([first]);
    expect(begun[0]?.signal.aborted).toBe(true);
  });
});
