import type { AuthenticateClient, ClientAuthentication } from "@openapi-m2m/runtime";
import type { ClientAuth } from "oauth4webapi";
import { describe, expectTypeOf, test } from "vitest";

describe("AuthenticateClient", () => {
  test("may be what oauth4webapi has, and is of use to it", () => {
    expectTypeOf<ClientAuth>().toExtend<AuthenticateClient>();
    expectTypeOf<AuthenticateClient>().toExtend<ClientAuth>();
  });

  test("may be a function of one's own, which need not wait", () => {
    const own: ClientAuthentication = {
      method: "x",
      authenticate: (server, client, body, headers) => {
        expectTypeOf(server.issuer).toEqualTypeOf<string>();
        body.set("client_id", client.client_id);
        headers.set("authorization", "x");
      },
    };
    expectTypeOf(own.authenticate).toEqualTypeOf<AuthenticateClient>();
  });
});
