import {
  type AccessToken,
  createTokenManager,
  type TokenClient,
  type TokenManager,
} from "@openapi-m2m/runtime";
import { describe, expectTypeOf, test } from "vitest";

type Catalog = "catalog.client";
type Invoice = "invoice.client";

declare const client: TokenClient;

describe("TokenManager", () => {
  test("may be given where fewer names are needed", () => {
    expectTypeOf<TokenManager<Catalog | Invoice>>().toExtend<TokenManager<Catalog>>();
    expectTypeOf<TokenManager>().toExtend<TokenManager<Catalog>>();
  });

  test("may not be given where it lacks a name", () => {
    expectTypeOf<TokenManager<Invoice>>().not.toExtend<TokenManager<Catalog>>();
    expectTypeOf<TokenManager<Catalog>>().not.toExtend<TokenManager<Catalog | Invoice>>();
    expectTypeOf<TokenManager<Catalog>>().not.toExtend<TokenManager>();
  });

  test("takes only its names, in every method", () => {
    type Manager = TokenManager<Catalog | Invoice>;
    expectTypeOf<Manager["getAccessToken"]>().parameter(0).toEqualTypeOf<Catalog | Invoice>();
    expectTypeOf<Manager["fetch"]>().parameter(0).toEqualTypeOf<Catalog | Invoice>();
    expectTypeOf<Manager["interceptor"]>().parameter(0).toEqualTypeOf<Catalog | Invoice>();
    expectTypeOf<Manager["invalidate"]>().parameter(0).toEqualTypeOf<Catalog | Invoice>();
  });

  test("gives access tokens, which can be read and not made", () => {
    expectTypeOf<TokenManager["getAccessToken"]>().returns.resolves.toEqualTypeOf<AccessToken>();
    expectTypeOf<AccessToken["value"]>().toBeString();
    expectTypeOf<AccessToken["tokenType"]>().toEqualTypeOf<"Bearer" | "DPoP">();
  });
});

describe("createTokenManager", () => {
  test("takes its names from the definitions", () => {
    const create = () =>
      createTokenManager({ clients: { "catalog.client": client, "invoice.client": client } });
    expectTypeOf(create).returns.toEqualTypeOf<TokenManager<Catalog | Invoice>>();
  });

  test("needs a client id in every definition", () => {
    const create = () =>
      createTokenManager({
        // @ts-expect-error: no clientId
        clients: { "catalog.client": { tokenEndpoint: "https://login.example.com/token" } },
      });
    expectTypeOf(create).toBeFunction();
  });

  test("takes no name that it was not given", () => {
    const ask = (tokens: TokenManager<Catalog>) => {
      // @ts-expect-error: misspelt
      const token = tokens.getAccessToken("catalogue.client");
      return token;
    };
    expectTypeOf(ask).toBeFunction();
  });
});
