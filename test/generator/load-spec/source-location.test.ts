import { describe, expect, test } from "vitest";
import { resolveLocation } from "../../../generator/src/load-spec/source-location.ts";

describe("resolveLocation", () => {
  test.each([
    ["/a/api.yaml", "./b/item.yaml", "/a/b/item.yaml"],
    ["/a/api.yaml", "item.yaml", "/a/item.yaml"],
    ["/a/api.yaml", "../b.yaml", "/b.yaml"],
    ["/a/api.yaml", "my%20item.yaml", "/a/my item.yaml"],
    ["/a/api.yaml", "100%.yaml", "/a/100%.yaml"],
    ["/a/api.yaml", "https://x.example/b.yaml", "https://x.example/b.yaml"],
    ["/a/api.yaml", "//x.example/b.yaml", "https://x.example/b.yaml"],
    ["/a/api.yaml", "file:///etc/passwd", "file:///etc/passwd"],
    ["/a/api.yaml", "data:text/plain,a", "data:text/plain,a"],
    ["https://x.example/v1/api.yaml?key=1", "b.yaml", "https://x.example/v1/b.yaml"],
    ["https://x.example/v1/api.yaml", "/b.yaml", "https://x.example/b.yaml"],
    ["https://x.example/v1/api.yaml", "//y.example/b.yaml", "https://y.example/b.yaml"],
    ["https://x.example/v1/api.yaml", "file:///etc/passwd", "file:///etc/passwd"],
    ["https://x.example/v1/api.yaml", "https://[", "https://["],
  ])("in %s, %s leads to %s", (base, reference, want) => {
    expect(resolveLocation(base, reference)).toBe(want);
  });
});
