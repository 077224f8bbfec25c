import { createTokenManager, type TokenClient, type TokenManager } from "@openapi-m2m/runtime";
import { bindTokenClients } from "@openapi-m2m/runtime/codegen/v1";
import { describe, expectTypeOf, test } from "vitest";

const tokenClients = bindTokenClients({
  "catalog.client": { tokenEndpoint: "https://login.example.com/token", scope: "read" },
  "invoice.client": { issuer: "https://login.example.com", resource: ["urn:a", "urn:b"] },
});
const clientId = "id";

describe("bindTokenClients", () => {
  test("takes a subset of the mapping's names, and gives definitions of just those", () => {
    const subset = tokenClients({ "catalog.client": { clientId } });
    expectTypeOf(subset).toEqualTypeOf<Record<"catalog.client", TokenClient>>();
    const create = () => createTokenManager({ clients: subset });
    expectTypeOf(create).returns.toEqualTypeOf<TokenManager<"catalog.client">>();
  });

  test("takes all of them", () => {
    const all = tokenClients({ "catalog.client": { clientId }, "invoice.client": { clientId } });
    expectTypeOf(all).toEqualTypeOf<Record<"catalog.client" | "invoice.client", TokenClient>>();
  });

  test("takes no name that is not in the mapping", () => {
    // @ts-expect-error: misspelt
    const misspelt = () => tokenClients({ "catalogue.client": { clientId } });
    // @ts-expect-error: one of two misspelt
    const besides = () => tokenClients({ "catalog.client": { clientId }, "invoices.client": { clientId } });
    expectTypeOf([misspelt, besides]).toBeArray();
  });

  test("needs a client id", () => {
    // @ts-expect-error: no clientId
    const incomplete = () => tokenClients({ "catalog.client": { scope: "read" } });
    expectTypeOf(incomplete).toBeFunction();
  });

  test("takes no option that there is not", () => {
    // @ts-expect-error: clientSecret is an argument of an authentication method
    const wrong = () => tokenClients({ "catalog.client": { clientId, clientSecret: "secret" } });
    expectTypeOf(wrong).toBeFunction();
  });

  test("takes no credentials in the mapping, which is committed", () => {
    // @ts-expect-error: clientId is added at run time
    const committed = () => bindTokenClients({ a: { issuer: "https://login.example.com", clientId } });
    expectTypeOf(committed).toBeFunction();
  });
});
