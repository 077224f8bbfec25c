import { describe, expect, test } from "vitest";
import { assertAllowed, parseOrigins, parseSecureUrl } from "../../runtime/src/origin.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

describe("parseSecureUrl", () => {
  test.each<[string | URL]>([
    ["https://login.example.com/connect/token"],
    [new URL("https://login.example.com/")],
    ["https://203.0.113.7:8443/"],
    ["http://localhost:3000/"],
    ["http://127.0.0.1/"],
    ["http://127.1:80/"],
    ["http://[::1]:8080/"],
    ["http://[0:0:0:0:0:0:0:1]/"],
    ["http://LOCALHOST/"],
  ])("accepts https, and http on loopback: %s", (value) => {
    expect(parseSecureUrl(value, "baseUrl").href).toBe(new URL(value).href);
  });

  test.each([
    "http://api.example.com/",
    "http://localhost.example.com/",
    "http://127.0.0.1.example.com/",
    "http://127.example.com/",
    "http://127.0.0.2/",
    "http://localhost./",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://[::2]/",
    "http://notlocalhost/",
    "ftp://localhost/",
    "ws://localhost/",
    "file:///etc/passwd",
    "data:text/plain,x",
  ])("refuses what is neither: %s", (value) => {
    expect(() => parseSecureUrl(value, "baseUrl")).toThrow(invalidOption);
  });

  test.each(["", "/connect/token", "login.example.com", "//login.example.com", "https://", "https://["])(
    "refuses what is no absolute URL: %j",
    (value) => {
      expect(() => parseSecureUrl(value, "baseUrl")).toThrow(invalidOption);
    },
  );

  test.each([
    "https://user:pass@api.example.com/",
    "https://user@api.example.com/",
    "https://:pass@localhost/",
  ])("refuses credentials and does not repeat them: %s", (value) => {
    expect(() => parseSecureUrl(value, "baseUrl")).toThrow(invalidOption);
    expect(() => parseSecureUrl(value, "baseUrl")).not.toThrow(/user:|pass@/);
  });

  test("names the option, and the hosts that http is for", () => {
    const parse = () => parseSecureUrl("http://127.0.0.2/", "allowedOrigins");
    expect(parse).toThrow(/^allowedOrigins .*localhost, 127\.0\.0\.1 and \[::1\]/);
  });
});

describe("parseOrigins", () => {
  test.each<[string | URL | undefined, (string | URL)[] | undefined, string[]]>([
    ["https://api.example.com/catalog/", undefined, ["https://api.example.com"]],
    ["https://API.example.com:443/", [], ["https://api.example.com"]],
    ["https://api.example.com/", ["https://api.example.com/other"], ["https://api.example.com"]],
    [
      new URL("https://api.example.com/"),
      ["https://eu.example.com:8443", new URL("http://localhost:3000/")],
      ["https://api.example.com", "https://eu.example.com:8443", "http://localhost:3000"],
    ],
    [undefined, ["https://api.example.com"], ["https://api.example.com"]],
  ])("grants the base URL's origin and those listed: %s, %j", (baseUrl, allowed, want) => {
    expect(parseOrigins(baseUrl, allowed)).toEqual(new Set(want));
  });

  test.each<[string | undefined, string[] | undefined]>([
    [undefined, undefined],
    [undefined, []],
    ["http://api.example.com", ["https://api.example.com"]],
    ["https://api.example.com", ["http://api.example.com"]],
    ["https://api.example.com", ["*"]],
    ["https://api.example.com", ["null"]],
  ])("grants nothing when there is no origin, or one that is not secure: %s, %j", (baseUrl, allowed) => {
    expect(() => parseOrigins(baseUrl, allowed)).toThrow(invalidOption);
  });
});

describe("assertAllowed", () => {
  const origins = new Set(["https://api.example.com", "http://localhost:3000"]);

  test.each([...origins])("lets a token go to a granted origin: %s", (origin) => {
    expect(() => assertAllowed(origin, origins, "catalog.client")).not.toThrow();
  });

  test.each([
    "http://api.example.com",
    "https://api.example.com:8443",
    "https://api.example.com.evil.example",
    "https://sub.api.example.com",
    "http://localhost:3001",
    "null",
  ])("refuses any other, naming client and origin: %s", (origin) => {
    expect(() => assertAllowed(origin, origins, "catalog.client")).toThrow(
      expect.objectContaining({
        code: "ERR_ORIGIN_NOT_ALLOWED",
        client: "catalog.client",
        message: expect.stringContaining(origin),
      }),
    );
  });
});
