import { describe, expect, test } from "vitest";
import { variablesOf } from "../../../generator/src/cli/credential-variables.ts";

describe("variablesOf", () => {
  test.each([
    ["catalog.client", "CATALOG_CLIENT_ID"],
    ["catalog", "CATALOG_CLIENT_ID"],
    ["catalogClient", "CATALOG_CLIENT_ID"],
    ["client", "CLIENT_ID"],
    ["invoice-archive.client", "INVOICE_ARCHIVE_CLIENT_ID"],
    ["2nd.client", "_2ND_CLIENT_ID"],
    ["https://a.example/", "HTTPS_A_EXAMPLE_CLIENT_ID"],
  ])("names what says who %s is", (name, want) => {
    expect(variablesOf(name)?.id).toBe(want);
  });

  test("has no names for what has no letter that a variable may have", () => {
    expect(variablesOf("客户")).toBeUndefined();
  });
});
