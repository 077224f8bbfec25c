import { describe, expect, test } from "vitest";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { RenewalBackOff } from "../../runtime/src/renewal-back-off.ts";

let serial = 0;

const origin = "https://api.example";

function setUp(max?: number) {
  const clock = { now: 5000 };
  const backOff = new RenewalBackOff(() => clock.now, max);
  const issue = () => {
    const life = { issuedAt: clock.now, expiresAt: clock.now + 1000 };
    return new AccessToken({ value: `${serial++}`, tokenType: "Bearer", clientName: "a", ...life });
  };
  return {
    clock,
    backOff,
    issue,
    reject: (token = issue(), client = "a") => backOff.noteRejected(client, origin, token),
    isPausing: (client = "a") => backOff.isPausing(client, origin),
  };
}

describe("RenewalBackOff", () => {
  test("does not pause after a rejection: another token may help", () => {
    const { reject, isPausing } = setUp();
    reject();
    expect(isPausing()).toBe(false);
  });

  test("pauses for a second once a renewed token is rejected, then two, and so on up to a minute", () => {
    const { clock, reject, isPausing } = setUp();
    reject();
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      reject();
      clock.now += seconds * 1000 - 1;
      expect(isPausing()).toBe(true);
      clock.now += 1;
      expect(isPausing()).toBe(false);
    }
  });

  test("counts a token once, however many calls it was rejected for", () => {
    const { clock, issue, reject, isPausing } = setUp();
    reject();
    const renewed = issue();
    for (let call = 0; call < 1000; call++) reject(renewed);
    clock.now += 1000;
    expect(isPausing()).toBe(false);
  });

  test("counts tokens once that were all had before the first of them was rejected", () => {
    const { clock, issue, reject, isPausing } = setUp();
    reject();
    const renewed = Array.from({ length: 6 }, issue);
    clock.now += 10;
    for (const token of renewed) reject(token);
    clock.now += 1000;
    expect(isPausing()).toBe(false);
  });

  test("ends with any other answer, and begins anew", () => {
    const { backOff, reject, isPausing } = setUp();
    for (let renewal = 0; renewal < 5; renewal++) reject();
    backOff.noteAccepted("a", origin);
    expect(isPausing()).toBe(false);
    reject();
    expect(isPausing()).toBe(false);
  });

  test("is of one token client and one origin", () => {
    const { backOff, reject, isPausing } = setUp();
    for (let renewal = 0; renewal < 2; renewal++) reject();
    expect(isPausing("b")).toBe(false);
    expect(backOff.isPausing("a", "https://other.example")).toBe(false);
    backOff.noteAccepted("b", origin);
    expect(isPausing()).toBe(true);
  });

  test("does not last when the clock is set back", () => {
    const { clock, reject, isPausing } = setUp();
    for (let renewal = 0; renewal < 2; renewal++) reject();
    clock.now -= 86_400_000;
    expect(isPausing()).toBe(false);
  });

  test("begins anew by a clock that was set back", () => {
    const { clock, reject, isPausing } = setUp();
    for (let renewal = 0; renewal < 2; renewal++) reject();
    clock.now -= 86_400_000;
    reject();
    expect(isPausing()).toBe(false);
    reject();
    expect(isPausing()).toBe(true);
  });

  test("is remembered of a bounded number of clients", () => {
    const { issue, reject, isPausing } = setUp(2);
    for (let renewal = 0; renewal < 2; renewal++) reject();
    for (let client = 0; client < 2; client++) reject(issue(), `tenant ${client}`);
    expect(isPausing()).toBe(false);
  });
});
