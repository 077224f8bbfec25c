import { describe, expect, test } from "vitest";
import { shownLocation } from "../../generator/src/shown-location.ts";

describe("shownLocation", () => {
  test.each([
    ["https://a.example/api.json?key=hunter2#x", "https://a.example/api.json"],
    ["https://user:hunter2@a.example/api.json", "https://a.example/api.json"],
    ["HTTPS://hunter2@a.example/@b", "https://a.example/@b"],
    ["ftp://user:hunter2@a.example/api.json", "ftp://a.example/api.json"],
    ["https://user:hun/ter2@a.example:99999/b?hunter2", "https://a.example:99999/b"],
    ["https://[/b?hunter2", "https://[/b"],
    ["/a/b?c.yaml", "/a/b?c.yaml"],
    ["C:\\a\\b#c.yaml", "C:\\a\\b#c.yaml"],
  ])("shows %s as %s", (location, want) => {
    expect(shownLocation(location)).toBe(want);
  });
});
