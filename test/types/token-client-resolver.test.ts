import {
  createTokenManager,
  type TokenClient,
  type TokenClientResolver,
  type TokenManager,
  type TokenManagerOptions,
} from "@openapi-m2m/runtime";
import { describe, expectTypeOf, test } from "vitest";
import { CatalogClient } from "../../generated/catalog/client.js";

declare const client: TokenClient;

describe("a resolver", () => {
  test("gives a definition or none, at once or later", () => {
    expectTypeOf<(name: string) => TokenClient>().toExtend<TokenClientResolver>();
    expectTypeOf<(name: string) => undefined>().toExtend<TokenClientResolver>();
    expectTypeOf<() => Promise<TokenClient | undefined>>().toExtend<TokenClientResolver>();
    expectTypeOf<TokenClientResolver>().toExtend<TokenManagerOptions<string>["clients"]>();
  });

  test("gives no definition without a client id", () => {
    expectTypeOf<() => { tokenEndpoint: string }>().not.toExtend<TokenClientResolver>();
    expectTypeOf<() => Promise<null>>().not.toExtend<TokenClientResolver>();
  });

  test("makes any string a name, in every method", () => {
    const create = () => createTokenManager({ clients: async () => client });
    expectTypeOf(create).returns.toEqualTypeOf<TokenManager>();
    const named = () => createTokenManager<"a" | "b">({ clients: async () => client });
    expectTypeOf(named).returns.toEqualTypeOf<TokenManager<"a" | "b">>();
    expectTypeOf<TokenManager["getAccessToken"]>().parameter(0).toEqualTypeOf<string>();
    expectTypeOf<TokenManager["fetch"]>().parameter(0).toEqualTypeOf<string>();
    expectTypeOf<TokenManager["interceptor"]>().parameter(0).toEqualTypeOf<string>();
    expectTypeOf<TokenManager["invalidate"]>().parameter(0).toEqualTypeOf<string>();
  });

  test("is checked for what it gives where it is passed", () => {
    const wrong = { clients: async () => ({ ...client, clientId: 5 }) };
    const incomplete = { clients: () => ({ issuer: "https://login.example" }) };
    // @ts-expect-error -- a client id is a string.
    expectTypeOf(() => createTokenManager(wrong)).toBeFunction();
    // @ts-expect-error -- and required.
    expectTypeOf(() => createTokenManager(incomplete)).toBeFunction();
  });

  test("lets a generated client be bound to any tenant", () => {
    const bind = (tokens: TokenManager, tenant: string) => [
      new CatalogClient({ tokens, baseUrl: "https://apis.example/", tokenClient: "tenant-42" }),
      new CatalogClient({ tokens, baseUrl: "https://apis.example/", tokenClient: tenant }),
    ];
    expectTypeOf(bind).toBeFunction();
  });
});
