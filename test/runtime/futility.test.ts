import { describe, expect, test } from "vitest";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { Futility } from "../../runtime/src/futility.ts";

let serial = 0;
const token = () =>
  new AccessToken({ value: `${serial++}`, tokenType: "Bearer", issuedAt: 0, expiresAt: 1, clientName: "a" });

describe("Futility", () => {
  test("pauses renewals for a second, then two, and so on up to a minute", () => {
    const clock = { now: 5000 };
    const futility = new Futility(() => clock.now);
    expect(futility.isPausing).toBe(false);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      futility.add(token());
      clock.now += seconds * 1000 - 1;
      expect(futility.isPausing).toBe(true);
      clock.now += 1;
      expect(futility.isPausing).toBe(false);
    }
  });

  test("counts a token once, however many calls it was in vain for", () => {
    const clock = { now: 0 };
    const futility = new Futility(() => clock.now);
    const renewed = token();
    for (let call = 0; call < 1000; call++) futility.add(renewed);
    clock.now = 1000;
    expect(futility.isPausing).toBe(false);
  });

  test("ends with any other answer, and begins anew", () => {
    const clock = { now: 0 };
    const futility = new Futility(() => clock.now);
    for (let renewal = 0; renewal < 5; renewal++) futility.add(token());
    futility.end();
    expect(futility.isPausing).toBe(false);
    futility.add(token());
    clock.now = 1000;
    expect(futility.isPausing).toBe(false);
  });
});
