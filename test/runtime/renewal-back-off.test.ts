import { describe, expect, test } from "vitest";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { RenewalBackOff } from "../../runtime/src/renewal-back-off.ts";

let serial = 0;
const token = () =>
  new AccessToken({ value: `${serial++}`, tokenType: "Bearer", issuedAt: 0, expiresAt: 1, clientName: "a" });

const origin = "https://api.example";

function setUp() {
  const clock = { now: 5000 };
  const backOff = new RenewalBackOff(() => clock.now);
  return { clock, backOff, isPausing: () => backOff.isPausing("a", origin) };
}

describe("RenewalBackOff", () => {
  test("pauses for a second, then two, and so on up to a minute", () => {
    const { clock, backOff, isPausing } = setUp();
    expect(isPausing()).toBe(false);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      backOff.noteRejected("a", origin, token());
      clock.now += seconds * 1000 - 1;
      expect(isPausing()).toBe(true);
      clock.now += 1;
      expect(isPausing()).toBe(false);
    }
  });

  test("counts a token once, however many calls it was rejected for", () => {
    const { clock, backOff, isPausing } = setUp();
    const renewed = token();
    for (let call = 0; call < 1000; call++) backOff.noteRejected("a", origin, renewed);
    clock.now += 1000;
    expect(isPausing()).toBe(false);
  });

  test("ends with any other answer, and begins anew", () => {
    const { clock, backOff, isPausing } = setUp();
    for (let renewal = 0; renewal < 5; renewal++) backOff.noteRejected("a", origin, token());
    backOff.noteAccepted("a", origin);
    expect(isPausing()).toBe(false);
    backOff.noteRejected("a", origin, token());
    clock.now += 1000;
    expect(isPausing()).toBe(false);
  });

  test("is of one token client and one origin", () => {
    const { backOff, isPausing } = setUp();
    backOff.noteRejected("a", origin, token());
    expect(backOff.isPausing("b", origin)).toBe(false);
    expect(backOff.isPausing("a", "https://other.example")).toBe(false);
    backOff.noteAccepted("b", origin);
    expect(isPausing()).toBe(true);
  });

  test("is remembered of a bounded number of clients", () => {
    const { backOff, isPausing } = setUp();
    backOff.noteRejected("a", origin, token());
    for (let client = 0; client < 1000; client++) backOff.noteRejected(`tenant ${client}`, origin, token());
    expect(isPausing()).toBe(false);
  });
});
