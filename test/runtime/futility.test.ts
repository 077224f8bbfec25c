import { describe, expect, test } from "vitest";
import { AccessToken } from "../../runtime/src/access-token.ts";
import { FutileRenewals } from "../../runtime/src/futility.ts";

let serial = 0;
const token = () =>
  new AccessToken({ value: `${serial++}`, tokenType: "Bearer", issuedAt: 0, expiresAt: 1, clientName: "a" });

const origin = "https://api.example";

function createFutile() {
  const clock = { now: 5000 };
  const futile = new FutileRenewals(() => clock.now);
  return { clock, futile, arePausing: () => futile.arePausing("a", origin) };
}

describe("FutileRenewals", () => {
  test("pause for a second, then two, and so on up to a minute", () => {
    const { clock, futile, arePausing } = createFutile();
    expect(arePausing()).toBe(false);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      futile.add("a", origin, token());
      clock.now += seconds * 1000 - 1;
      expect(arePausing()).toBe(true);
      clock.now += 1;
      expect(arePausing()).toBe(false);
    }
  });

  test("count a token once, however many calls it was in vain for", () => {
    const { clock, futile, arePausing } = createFutile();
    const renewed = token();
    for (let call = 0; call < 1000; call++) futile.add("a", origin, renewed);
    clock.now += 1000;
    expect(arePausing()).toBe(false);
  });

  test("end with any other answer, and begin anew", () => {
    const { clock, futile, arePausing } = createFutile();
    for (let renewal = 0; renewal < 5; renewal++) futile.add("a", origin, token());
    futile.end("a", origin);
    expect(arePausing()).toBe(false);
    futile.add("a", origin, token());
    clock.now += 1000;
    expect(arePausing()).toBe(false);
  });

  test("are those of one token client and one origin", () => {
    const { futile, arePausing } = createFutile();
    futile.add("a", origin, token());
    expect(futile.arePausing("b", origin)).toBe(false);
    expect(futile.arePausing("a", "https://other.example")).toBe(false);
    futile.end("b", origin);
    expect(arePausing()).toBe(true);
  });

  test("are remembered of a bounded number of clients", () => {
    const { futile, arePausing } = createFutile();
    futile.add("a", origin, token());
    for (let client = 0; client < 1000; client++) futile.add(`tenant ${client}`, origin, token());
    expect(arePausing()).toBe(false);
  });
});
