import { describe, expect, test } from "vitest";
import { formatPath } from "../../generator/src/document.ts";

describe("formatPath", () => {
  test.each([
    [[], ""],
    [["output"], "output"],
    [["tokenClients", "catalog.client", "scope"], 'tokenClients["catalog.client"].scope'],
    [["tokenClients", "a", "resource", "0"], "tokenClients.a.resource[0]"],
    [["clients", 'a"]; b'], 'clients["a\\"]; b"]'],
  ])("keeps apart names that hold dots: %j is %s", (parts, want) => {
    expect(formatPath(parts)).toBe(want);
  });
});
