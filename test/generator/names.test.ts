import { describe, expect, test } from "vitest";
import {
  abridge,
  camelCase,
  closestName,
  groupName,
  kebabCase,
  methodName,
  methodNameFromPath,
  typeName,
} from "../../generator/src/names.ts";

describe("methodName", () => {
  test.each([
    ["getItem", "getItem"],
    ["list_items", "list_items"],
    ["GetItem", "GetItem"],
    ["orders.get", "ordersGet"],
    ["get-an-album", "getAnAlbum"],
    ["Orders/Get one", "ordersGetOne"],
    ["2fa.enable", "_2faEnable"],
    ["größe", "größe"],
    ["get \u{323b0}one", "getOne"], // a letter that TypeScript does not know
    ["!!!", ""],
    ["", ""],
  ])("makes of %j %j", (given, want) => {
    expect(methodName(given)).toBe(want);
  });
});

describe("methodNameFromPath", () => {
  test.each([
    ["GET", "/items/{id}", "getItemsById"],
    ["get", "/items", "getItems"],
    ["POST", "/", "postRoot"],
    ["GET", "/files/{name}.{ext}", "getFilesByNameByExt"],
    ["POST", "/v1/{name}:publish", "postV1ByNamePublish"],
    ["GET", "/Businesses({key})", "getBusinessesByKey"],
    ["GET", "/users/@me", "getUsersMe"],
  ])("names %s %s %s", (method, path, want) => {
    expect(methodNameFromPath(method, path)).toBe(want);
  });
});

describe("typeName", () => {
  test.each([
    ["Item", "Item"],
    ["foo_bar", "foo_bar"],
    ["foo.bar-baz", "FooBarBaz"],
    ["Größe", "Größe"],
    ["3d", "_3d"],
    ["***", ""],
  ])("makes of %j %j", (given, want) => {
    expect(typeName(given)).toBe(want);
  });
});

describe("groupName", () => {
  test.each([
    ["orders", "orders"],
    ["Orders", "orders"],
    ["Pull Requests", "pullRequests"],
    ["API keys", "apiKeys"],
    ["APIKeys", "apiKeys"],
    ["OAuth", "oAuth"],
    ["HTTP2", "http2"],
    ["aB", "aB"],
    ["user_groups", "user_groups"],
    ["2fa", "_2fa"],
    ["!!!", ""],
  ])("makes of the tag %j %j", (given, want) => {
    expect(groupName(given)).toBe(want);
  });
});

describe("kebabCase and camelCase", () => {
  test.each([
    ["Catalog", "catalog", "catalog"],
    ["InvoiceArchive", "invoice-archive", "invoiceArchive"],
    ["HTTPProxy2Client", "http-proxy2-client", "httpProxy2Client"],
  ])("turn %s into %s and %s", (given, kebab, camel) => {
    expect(kebabCase(given)).toBe(kebab);
    expect(camelCase(kebab)).toBe(camel);
  });
});

describe("closestName", () => {
  test.each([
    ["catalog.clinet", ["catalog.client", "invoice.client"], "catalog.client"],
    ["Item", ["item"], "item"],
    ["outptu", ["output", "clients"], "output"],
    ["zebra", ["output", "clients"], undefined],
    ["x", [], undefined],
  ])("finds for %s among %j %s", (given, candidates, want) => {
    expect(closestName(given, candidates)).toBe(want);
  });
});

describe("names that were made to take long", () => {
  test("closestName compares no endless names, and not with any number of others", () => {
    const others = Array.from({ length: 200_000 }, (_, index) => `component-${index}`);
    const began = performance.now();
    expect(closestName("a".repeat(1_000_000), ["b".repeat(1_000_000)])).toBeUndefined();
    for (let i = 0; i < 20; i += 1) closestName(`unknown-name-${i}`, others);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test("methodNameFromPath reads a path once, however many braces it has", () => {
    const began = performance.now();
    methodNameFromPath("GET", "/".padEnd(500_000, "{"));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe("abridge", () => {
  test.each([
    [["a"], "a"],
    [["a", "b", "c"], "a, b, c"],
    [["a", "b", "c", "d", "e"], "a, b, c and 2 more"],
  ])("writes %j as %s", (given, want) => {
    expect(abridge(given)).toBe(want);
  });
});
