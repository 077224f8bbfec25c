import type { TokenManager } from "@openapi-m2m/runtime";
import {
  ApiClient,
  type ApiClientOptions,
  type BinaryBody,
  type CallOptions,
  type call,
  type PublicCallOptions,
  type RequiredBaseUrl,
} from "@openapi-m2m/runtime/codegen/v1";
import { describe, expectTypeOf, test } from "vitest";

/** As the generator emits it. */
class CatalogClient<Bound extends string = "catalog.client"> extends ApiClient<object> {
  constructor(options: ApiClientOptions<Bound> & RequiredBaseUrl) {
    super({ name: "CatalogClient", tokenClient: "catalog.client" }, options);
  }
}

const baseUrl = "https://api.example.com/";
declare const catalogTokens: TokenManager<"catalog.client">;
declare const tenantTokens: TokenManager<"tenant.client">;
declare const allTokens: TokenManager<"catalog.client" | "tenant.client">;
declare const anyTokens: TokenManager;

describe("a generated client", () => {
  test("takes a token manager that knows its token client", () => {
    const create = () => [
      new CatalogClient({ tokens: catalogTokens, baseUrl }),
      new CatalogClient({ tokens: allTokens, baseUrl }),
      new CatalogClient({ tokens: anyTokens, baseUrl: new URL(baseUrl) }),
    ];
    expectTypeOf(create).returns.items.toEqualTypeOf<CatalogClient>();
  });

  test("takes none that does not", () => {
    // @ts-expect-error: tenant.client is not catalog.client
    const create = () => new CatalogClient({ tokens: tenantTokens, baseUrl });
    expectTypeOf(create).toBeFunction();
  });

  test("takes a manager that knows the token client that it is bound to instead", () => {
    const create = () => new CatalogClient({ tokens: tenantTokens, tokenClient: "tenant.client", baseUrl });
    expectTypeOf(create).returns.toEqualTypeOf<CatalogClient<"tenant.client">>();
    const both = () => new CatalogClient({ tokens: allTokens, tokenClient: "tenant.client", baseUrl });
    expectTypeOf(both).returns.toEqualTypeOf<CatalogClient<"tenant.client">>();
  });

  test("takes no manager that lacks it", () => {
    // @ts-expect-error: the manager knows catalog.client only
    const create = () => new CatalogClient({ tokens: catalogTokens, tokenClient: "tenant.client", baseUrl });
    expectTypeOf(create).toBeFunction();
  });

  test("needs a base URL where the mapping names none", () => {
    // @ts-expect-error: no baseUrl
    const create = () => new CatalogClient({ tokens: catalogTokens });
    expectTypeOf(create).toBeFunction();
  });

  test("has but one member that has a name", () => {
    expectTypeOf<keyof CatalogClient>().toEqualTypeOf<"paths" | typeof call>();
  });

  test("may be bound to one token client or another where only its operations matter", () => {
    expectTypeOf<CatalogClient<"tenant.client">>().toExtend<CatalogClient>();
  });
});

describe("CallOptions", () => {
  type Scope = "catalog:read" | "catalog:write";
  type Given = NonNullable<NonNullable<CallOptions<Scope>["token"]>["scope"]>;

  test("takes the document's scopes, one or many", () => {
    expectTypeOf<Given>().toEqualTypeOf<Scope | readonly Scope[]>();
    const many: CallOptions<Scope> = { token: { scope: ["catalog:read", "catalog:write"] } };
    expectTypeOf(many).toExtend<CallOptions>();
  });

  test("takes no scope that the document does not declare", () => {
    // @ts-expect-error: misspelt
    const one: CallOptions<Scope> = { token: { scope: "catalog:wirte" } };
    // @ts-expect-error: misspelt
    const many: CallOptions<Scope> = { token: { scope: ["catalog:read", "catalog:wirte"] } };
    expectTypeOf([one, many]).toBeArray();
  });

  test("takes any scope where the document declares none", () => {
    expectTypeOf<NonNullable<CallOptions["token"]>["scope"]>().toEqualTypeOf<
      string | readonly string[] | undefined
    >();
  });
});

describe("PublicCallOptions", () => {
  test("takes no token: none goes with the call", () => {
    // @ts-expect-error: no token goes with the call
    const options: PublicCallOptions = { token: { scope: "catalog:read" } };
    expectTypeOf(options).toEqualTypeOf<PublicCallOptions>();
  });
});

describe("BinaryBody", () => {
  test("takes bytes, a stream, or what gives a stream for each attempt", () => {
    expectTypeOf<Uint8Array | Buffer | ArrayBuffer | Blob | File | string>().toExtend<BinaryBody>();
    expectTypeOf<ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>>().toExtend<BinaryBody>();
    expectTypeOf<() => ReadableStream<Uint8Array>>().toExtend<BinaryBody>();
    expectTypeOf<object>().not.toExtend<BinaryBody>();
    expectTypeOf<number>().not.toExtend<BinaryBody>();
    expectTypeOf<() => string>().not.toExtend<BinaryBody>();
  });
});
