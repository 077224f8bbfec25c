import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { CatalogClient } from "../../generated/index.ts";
import { staticTokens } from "../../runtime/src/testing.ts";
import { using } from "../support/disposal.ts";
import { startServer } from "../support/scripted-server.ts";

const VALUE = "a.static~token";

describe("staticTokens", () => {
  test("gives each client its token, with no server to ask", async () => {
    const tokens = await using(staticTokens({ "catalog.client": VALUE, "invoice.client": "another" }));
    expect(await tokens.getAccessToken("catalog.client")).toMatchObject({
      value: VALUE,
      tokenType: "Bearer",
      clientName: "catalog.client",
    });
    expect((await tokens.getAccessToken("invoice.client")).value).toBe("another");
  });

  test("sends it with the calls of clients, fetch and interceptor, to allowed origins alone", async () => {
    const api = await using(startServer(() => ({ items: [] })));
    const tokens = await using(staticTokens({ "catalog.client": VALUE }));
    const catalog = new CatalogClient({ tokens, baseUrl: api.origin });
    expect(await catalog.listItems()).toMatchObject({ status: 200 });
    await tokens.fetch("catalog.client", { baseUrl: api.origin })("items");
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${VALUE}`,
      `Bearer ${VALUE}`,
    ]);
    const elsewhere = tokens.fetch("catalog.client", { baseUrl: "https://apis.example" })(api.origin);
    await expect(elsewhere).rejects.toMatchObject({ code: "ERR_ORIGIN_NOT_ALLOWED" });
  });

  test("leaves a 401 to the caller: a renewal would give the same token", async () => {
    const api = await using(startServer((_, response) => void response.writeHead(401).end()));
    const tokens = await using(staticTokens({ "catalog.client": VALUE }));
    const catalog = new CatalogClient({ tokens, baseUrl: api.origin });
    expect(await catalog.listItems()).toMatchObject({ status: 401 });
    expect(api.requests).toHaveLength(1);
  });

  test("knows no other name", async () => {
    const tokens = await using(staticTokens({ "catalog.client": VALUE }));
    // @ts-expect-error: it has no such client
    const asked = tokens.getAccessToken("invoice.client");
    await expect(asked).rejects.toMatchObject({ code: "ERR_TOKEN_CLIENT_UNKNOWN" });
  });

  test("does not print a token", () => {
    expect(inspect(staticTokens({ "catalog.client": VALUE }), { depth: 9 })).not.toContain(VALUE);
  });

  test.each(["", "two words", "a\nline", "ü", undefined])("refuses %j, which no header can hold", (value) => {
    const create = () => staticTokens({ "catalog.client": value as string });
    expect(create).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });
});
