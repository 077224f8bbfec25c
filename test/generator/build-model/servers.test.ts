import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { documentOf, generatorErrorOf, modelOf, okResponses } from "../../support/documents.ts";

const baseUrl = "document";
/** The folder need not be there. */
const corpus = [new URL("../../../../shared/corpus/server-variables.json", import.meta.url)].filter(
  existsSync,
);

const get = (operation: object = {}) => ({ get: { ...okResponses, ...operation } });

describe("the servers of a trusted document", () => {
  test.each<[rule: string, servers: object[], want: object]>([
    [
      "one without variables is the base URL",
      [{ url: "https://a.example" }],
      { baseUrl: "https://a.example" },
    ],
    [
      "several are a choice",
      [{ url: "https://a.example" }, { url: "https://b.example" }],
      { servers: [{ url: "https://a.example" }, { url: "https://b.example" }] },
    ],
    [
      "those that can't be called are left out",
      [{ url: "https://a.example" }, { url: "http://b.example" }, { url: "/v1" }],
      { baseUrl: "https://a.example" },
    ],
    [
      "variables have defaults and values, a number as its text",
      [
        {
          url: "https://{r}.example:{port}",
          variables: { r: { default: "eu", enum: ["eu", "us"] }, port: { default: 443 } },
        },
      ],
      {
        servers: [
          {
            url: "https://{r}.example:{port}",
            variables: { r: { default: "eu", enum: ["eu", "us"] }, port: { default: "443" } },
          },
        ],
      },
    ],
    [
      "a variable without a default is there to be given",
      [{ url: "https://{tenant}.example" }],
      { servers: [{ url: "https://{tenant}.example", variables: { tenant: {} } }] },
    ],
  ])("%s", async (_, servers, want) => {
    const model = await modelOf(documentOf({ "/a": get() }, { servers }), { baseUrl });
    expect({
      ...(model.baseUrl && { baseUrl: model.baseUrl }),
      ...(model.servers && { servers: model.servers }),
    }).toEqual(want);
  });

  test.each<[what: string, rest: object, want: object]>([
    ["there is none", {}, { pointer: "#", message: expect.stringMatching(/and the document names none$/) }],
    [
      "it can't be called",
      { servers: [{ url: "/v1" }] },
      {
        pointer: "#/servers/0/url",
        message: expect.stringMatching(/first server: expected an absolute URL/),
      },
    ],
  ])("are ERR_DOCUMENT_INVALID where the first is the base URL and %s", async (_, rest, want) => {
    const error = await generatorErrorOf(() =>
      modelOf(documentOf({ "/a": get() }, { ...rest }), { baseUrl }),
    );
    expect(error).toMatchObject({ code: "ERR_DOCUMENT_INVALID", diagnostics: [want] });
  });

  test("that can't be called are warned of, without repeating them", async () => {
    const servers = [{ url: "https://a.example" }, { url: "https://user:hunter2@b.example" }];
    const { warnings } = await modelOf(documentOf({ "/a": get() }, { servers }), { baseUrl });
    expect(warnings).toMatchObject([
      { pointer: "#/servers/1/url", message: expect.stringMatching(/^a server is left out/) },
    ]);
    expect(JSON.stringify(warnings)).not.toContain("hunter2");
  });
});

describe("a variable that decides which host tokens go to", () => {
  const warningsOf = async (url: string, variables: object) => {
    const servers = [{ url: "https://a.example.com" }, { url, variables }];
    return (await modelOf(documentOf({ "/a": get() }, { servers }), { baseUrl })).warnings;
  };
  const free = { default: "a.example" };

  test.each<[url: string, variables: Record<string, object>, name: string]>([
    ["https://{host}", { host: free }, "host"],
    ["https://{host}:{port}/v1", { host: free, port: { default: "443" } }, "host"],
    ["{scheme}://{host}/v1", { scheme: { default: "https" }, host: free }, "host"],
    ["https://api.{domain}/v1", { domain: free }, "domain"],
    ["https://example.{tld}", { tld: { default: "com" } }, "tld"],
    ["https://example.com{suffix}", { suffix: { default: "" } }, "suffix"],
    ["https://{name}.com", { name: { default: "a" } }, "name"],
    ["https://api-{name}x.com", { name: { default: "a" } }, "name"],
    ["https://{name}.{tld}", { name: { default: "a" }, tld: { default: "com", enum: ["com"] } }, "name"],
  ])("is warned of: %s", async (url, variables, name) => {
    expect(await warningsOf(url, variables)).toMatchObject([
      {
        severity: "warning",
        pointer: "#/servers/1/url",
        message: expect.stringContaining(`"${name}"`),
        fix: expect.stringMatching(/`enum`.*baseUrl/),
      },
    ]);
  });

  test.each<[url: string, variables: Record<string, object>]>([
    ["https://{tenant}.example.com", { tenant: free }],
    ["https://{tenant}.localhost", { tenant: free }],
    ["https://{host}", { host: { default: "a.example", enum: ["a.example", "b.example"] } }],
    ["https://a.example:{port}", { port: { default: "443" } }],
    ["https://a.example/{path}", { path: { default: "v1" } }],
    ["https://{name}.{zone}", { name: free, zone: { default: "b.example", enum: ["b.example"] } }],
    ["{server}", { server: { default: "https://a.example" } }],
  ])("is none where all its values are of one owner, or the document's: %s", async (url, variables) => {
    expect(await warningsOf(url, variables)).toEqual([]);
  });

  test("is warned of once for the servers of operations too, and not where the config has a base URL", async () => {
    const servers = [{ url: "https://{host}", variables: { host: free } }];
    const paths = { "/a": { get: { ...okResponses, servers }, put: { ...okResponses, servers } } };
    const rest = { servers: [{ url: "https://a.example.com" }] };
    expect((await modelOf(documentOf(paths, rest), { baseUrl })).warnings).toMatchObject([
      { pointer: "#/paths/~1a/get" },
    ]);
    const { warnings } = await modelOf(documentOf({ "/a": get() }, { servers }), {
      baseUrl: "https://a.example.com",
    });
    expect(warnings).toEqual([]);
  });
});

describe("the servers of an operation", () => {
  const servers = [{ url: "https://a.example" }];
  const own = [{ url: "https://upload.example/{v}", variables: { v: { default: "1" } } }];

  test.each<[rule: string, paths: object, want: object | undefined]>([
    ["its own", { "/a": get({ servers: own }) }, own],
    ["its path's", { "/a": { ...get(), servers: own } }, own],
    ["its own before its path's", { "/a": { ...get({ servers: own }), servers } }, own],
    ["not the document's", { "/a": get() }, undefined],
    ["relative ones as they are", { "/a": get({ servers: [{ url: "v2" }] }) }, [{ url: "v2" }]],
    ["none that can't be called", { "/a": get({ servers: [{ url: "http://a.example" }] }) }, undefined],
  ])("are %s", async (_, paths, want) => {
    const { operations } = await modelOf(documentOf(paths as Record<string, unknown>, { servers }), {
      baseUrl,
    });
    expect(operations[0]?.servers).toEqual(want);
  });

  test("make a choice of the document's only server, which they are trusted with", async () => {
    const model = await modelOf(documentOf({ "/a": get({ servers: own }) }, { servers }), { baseUrl });
    expect(model).toMatchObject({ servers });
  });

  test("are warned of once where the document is not trusted, unless they are relative", async () => {
    const paths = {
      "/a": { ...get({ servers: own }), put: { ...okResponses, servers: own } },
      "/b": get({ servers: [{ url: "v2" }] }),
    };
    const { warnings } = await modelOf(documentOf(paths, { servers }), { baseUrl: "https://a.example" });
    expect(warnings).toMatchObject([
      {
        severity: "warning",
        pointer: "#/paths/~1a/get",
        message: expect.stringMatching(/^GET \/a is at https:\/\/upload.example\/\{v\}: .*`allowedOrigins`/),
      },
    ]);
  });
});

describe("a document with servers of every kind", () => {
  test("has its variables, its enums and its operations' servers", async () => {
    for (const file of corpus) {
      const model = await modelOf(JSON.parse(readFileSync(file, "utf8")), { baseUrl });
      expect(model.servers?.map(({ url }) => url)).toEqual([
        "https://{name}.example.com:{port}/{basePath}",
        "https://{name}.readme.io:{port}/{basePath}",
      ]);
      expect(model.servers?.[1]?.variables?.["port"]).toEqual({ default: "3000", enum: ["3000", "5000"] });
      expect(model.operations.map(({ servers }) => servers?.map(({ url }) => url))).toEqual([
        undefined,
        ["https://httpbin.com/anything/{subpath}"],
        ["https://httpbin.com/anything/common/{subpath}"],
        ["https://httpbin.com/anything/{subpath}"],
      ]);
    }
  });
});
