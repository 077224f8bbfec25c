import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { documentOf, modelOf, okResponses } from "../../support/documents.ts";

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

  test("that can't be called are warned of, without repeating them", async () => {
    const servers = [{ url: "https://a.example" }, { url: "https://user:hunter2@b.example" }];
    const { warnings } = await modelOf(documentOf({ "/a": get() }, { servers }), { baseUrl });
    expect(warnings).toMatchObject([
      { pointer: "#/servers/1/url", message: expect.stringMatching(/^a server is left out/) },
    ]);
    expect(JSON.stringify(warnings)).not.toContain("hunter2");
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
