import { describe, expect, test } from "vitest";
import { ServerClocks } from "../../runtime/src/server-clocks.ts";

const now = Date.parse("2026-03-01T12:00:00.700Z");
const origin = "https://login.example";

/** The fields of a server whose clock is that far from ours, its fraction of a second left out. */
const dated = (seconds: number) => ({ date: new Date(now + seconds * 1000).toUTCString() });

describe("ServerClocks", () => {
  test("knows of no offset at first", () => {
    const clocks = new ServerClocks();
    expect(clocks.offsetMs(origin)).toBe(0);
    expect(clocks.isOutdated(origin, 0)).toBe(false);
  });

  test.each<[string, number, number]>([
    ["a minute ahead", 60, 59_300],
    ["a minute behind", -60, -60_700],
    ["5.3 s ahead", 6, 5300],
    ["5.7 s behind", -5, -5700],
    ["4.3 s ahead, which is no difference", 5, 0],
    ["4.7 s behind, which is no difference", -4, 0],
  ])("knows how far a server's clock is from ours: %s", (_, seconds, want) => {
    const clocks = new ServerClocks();
    clocks.note(origin, dated(seconds), now);
    expect(clocks.offsetMs(origin)).toBe(want);
    expect(clocks.isOutdated(origin, 0)).toBe(want !== 0);
    expect(clocks.isOutdated(origin, want)).toBe(false);
    expect(clocks.offsetMs("https://other.example")).toBe(0);
  });

  test("follows a clock that is set, and says so only where that makes a difference", () => {
    const clocks = new ServerClocks();
    const outdated = [60, 63, 66, 90, 0].map((seconds) => {
      const before = clocks.offsetMs(origin);
      clocks.note(origin, dated(seconds), now);
      return clocks.isOutdated(origin, before);
    });
    expect(outdated).toEqual([true, false, false, true, true]);
    expect(clocks.offsetMs(origin)).toBe(0);
  });

  test.each([
    {},
    { date: null },
    { date: "" },
    { date: "soon" },
    { date: "0" },
    { date: "2030-01-01T00:00:00Z" },
    { date: "Sun Nov  6 08:49:37 1994" },
    { date: "Xyz, 99 Nov 2030 GMT" },
    { date: [dated(0).date, dated(0).date] },
    { ...dated(0), age: "0" },
  ])("forgets what it knew when a refusal has no date that can be read, or a cache's: %j", (fields) => {
    const clocks = new ServerClocks();
    clocks.note(origin, dated(60), now);
    clocks.note(origin, fields, now);
    expect(clocks.offsetMs(origin)).toBe(0);
    expect(clocks.isOutdated(origin, 59_300)).toBe(true);
  });

  test("forgets the server that was longest without a request", () => {
    const clocks = new ServerClocks(2);
    for (const name of ["a", "b"]) clocks.note(name, dated(60), now);
    clocks.offsetMs("a");
    clocks.note("c", dated(60), now);
    expect(["a", "b", "c"].map((name) => clocks.offsetMs(name))).toEqual([59_300, 0, 59_300]);
  });
});
