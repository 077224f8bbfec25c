import { describe, expect, test } from "vitest";
import { bindTokenClients } from "../../runtime/src/token-mapping.ts";

const tokenEndpoint = "https://login.example.com/token";

describe("bindTokenClients", () => {
  const tokenClients = bindTokenClients({
    "catalog.client": { tokenEndpoint, scope: "read", resource: "urn:catalog" },
    "invoice.client": { issuer: "https://login.example.com", scope: "bill" },
  });

  test("lays credentials over the mapping of the names given", () => {
    expect(tokenClients({ "catalog.client": { clientId: "id" } })).toEqual({
      "catalog.client": { tokenEndpoint, scope: "read", resource: "urn:catalog", clientId: "id" },
    });
  });

  test.each([
    [{ issuer: "https://eu.example.com" }, { issuer: "https://eu.example.com" }],
    [{ tokenEndpoint: "https://eu.example.com/token" }, { tokenEndpoint: "https://eu.example.com/token" }],
  ])("replaces endpoint and issuer as one: %j", (given, want) => {
    const rest = { clientId: "id", scope: "read", resource: "urn:catalog" };
    expect(tokenClients({ "catalog.client": { clientId: "id", ...given } })["catalog.client"]).toEqual({
      ...rest,
      ...want,
    });
    const { resource: _, ...invoice } = { ...rest, scope: "bill" };
    expect(tokenClients({ "invoice.client": { clientId: "id", ...given } })["invoice.client"]).toEqual({
      ...invoice,
      ...want,
    });
  });

  test("replaces what else is given", () => {
    const given = { clientId: "id", scope: ["read", "write"], expiryMarginSeconds: 5 };
    expect(tokenClients({ "catalog.client": given })["catalog.client"]).toMatchObject({
      ...given,
      tokenEndpoint,
    });
  });

  test("takes undefined for not given, as an unset variable gives", () => {
    const unset = { tokenEndpoint: undefined, issuer: undefined, scope: undefined } as object;
    expect(tokenClients({ "catalog.client": { clientId: "id", ...unset } })["catalog.client"]).toEqual({
      tokenEndpoint,
      scope: "read",
      resource: "urn:catalog",
      clientId: "id",
    });
  });

  test("refuses a name that is not in the mapping", () => {
    expect(() => tokenClients({ "catalogue.client": { clientId: "id" } } as object)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTION",
        message: expect.stringContaining("catalogue.client"),
      }),
    );
  });
});
