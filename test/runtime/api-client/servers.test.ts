import { describe, expect, test } from "vitest";
import { resolveServer } from "../../../runtime/src/api-client/servers.ts";
import type { Server } from "../../../runtime/src/operation.ts";

const server: Server = {
  url: "https://{tenant}.{region}.example.com:{port}/{path}/v1",
  variables: {
    tenant: {},
    region: { default: "eu", enum: ["us", "ap"] },
    port: { default: "443" },
    path: { default: "a/b" },
  },
};

describe("resolveServer", () => {
  test.each<[values: Record<string, string>, want: string]>([
    [{ tenant: "acme" }, "https://acme.eu.example.com:443/a/b/v1"],
    [
      { tenant: "acme-2", region: "us", port: "8443", path: "c.d_e~f" },
      "https://acme-2.us.example.com:8443/c.d_e~f/v1",
    ],
    [{ tenant: "a.b", region: "eu", path: "a/b" }, "https://a.b.eu.example.com:443/a/b/v1"],
    [{ tenant: "xn--bcher-kva.A1" }, "https://xn--bcher-kva.A1.eu.example.com:443/a/b/v1"],
  ])("puts %j into the URL as %s", (values, want) => {
    expect(resolveServer(server, values)).toBe(want);
  });

  test.each<[values: Record<string, unknown>, variable: string]>([
    [{}, "tenant"],
    [{ tenant: "" }, "tenant"],
    [{ tenant: "evil.example/" }, "tenant"],
    [{ tenant: "evil.example#" }, "tenant"],
    [{ tenant: "evil.example?" }, "tenant"],
    [{ tenant: "evil.example:8443" }, "tenant"],
    [{ tenant: "user@evil.example" }, "tenant"],
    [{ tenant: "evil.example\\" }, "tenant"],
    [{ tenant: "a%2fb" }, "tenant"],
    [{ tenant: "a b" }, "tenant"],
    [{ tenant: "a\n" }, "tenant"],
    [{ tenant: "{region}" }, "tenant"],
    [{ tenant: 42 }, "tenant"],
    [{ tenant: "a_b" }, "tenant"],
    [{ tenant: "a~b" }, "tenant"],
    [{ tenant: ".a" }, "tenant"],
    [{ tenant: "a." }, "tenant"],
    [{ tenant: "a..b" }, "tenant"],
    [{ tenant: "." }, "tenant"],
    [{ tenant: "-a" }, "tenant"],
    [{ tenant: "a-" }, "tenant"],
    [{ tenant: "a.-b" }, "tenant"],
    [{ tenant: "a-.b" }, "tenant"],
    [{ tenant: "ａ" }, "tenant"],
    [{ tenant: "a", port: "" }, "port"],
    [{ tenant: "a", port: "8443a" }, "port"],
    [{ tenant: "a", port: "1.1" }, "port"],
    [{ tenant: "a", region: "cn" }, "region"],
    [{ tenant: "a", path: ".." }, "path"],
    [{ tenant: "a", path: "." }, "path"],
    [{ tenant: "a", path: "../c" }, "path"],
  ])("refuses %j", (values, variable) => {
    const resolve = () => resolveServer(server, values as Record<string, string>);
    expect(resolve).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(resolve).toThrow(new RegExp(`^serverVariables\\.${variable} `));
  });

  test.each(["https://{host}/v1", "//{host}", "{scheme}://{host}", "https:/{host}", "https:\\\\a.{host}"])(
    "knows the host of %s by what stands before it",
    (url) => {
      const variables = { scheme: { default: "https" }, host: { default: "a.example" } };
      const resolve = (host: string) => () => resolveServer({ url, variables }, { host });
      expect(resolve("b-1.example")).not.toThrow();
      expect(resolve("b_1.example")).toThrow(/^serverVariables\.host is part of a host: /);
    },
  );

  test.each(["https://a.example/{path}", "/{path}", "{path}", "v2/{path}", "https://a.example?{path}"])(
    "takes other values where a variable is no part of the host: %s",
    (url) => {
      expect(() => resolveServer({ url, variables: { path: {} } }, { path: "_a~" })).not.toThrow();
    },
  );

  test("takes nothing that only looks like a value: names of the prototype are names like others", () => {
    const url = "https://{constructor}.example";
    expect(() => resolveServer({ url, variables: { constructor: {} } })).toThrow(
      /^serverVariables\.constructor is required/,
    );
  });
});
