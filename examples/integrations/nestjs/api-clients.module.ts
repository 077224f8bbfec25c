// A NestJS module that provides the generated clients: inject `CatalogClient` like any other class.
//
// - One token manager for the whole application. It is a provider of its own, so that further clients share it.
// - It is closed when the application is: calls under way finish, connections end, and nothing holds the process open.
// - In tests, `overrideProvider(CatalogClient).useValue(...)` replaces the API, and nothing asks for a token.

import { Inject, Module, type OnApplicationShutdown } from "@nestjs/common";
import { clientSecretBasic, createTokenManager, type TokenManager } from "@openapi-m2m/runtime";
import { CatalogClient, tokenClients } from "../../../generated/index.ts";
import { readEnvironment } from "../../environment.ts";

const TOKENS = Symbol("TokenManager");
type Tokens = TokenManager<"catalog.client">;

function createTokens(): Tokens {
  const env = readEnvironment("TOKEN_ENDPOINT", "CATALOG_CLIENT_ID", "CATALOG_CLIENT_SECRET");
  return createTokenManager({
    clients: tokenClients({
      "catalog.client": {
        tokenEndpoint: env.TOKEN_ENDPOINT,
        clientId: env.CATALOG_CLIENT_ID,
        clientAuthentication: clientSecretBasic(env.CATALOG_CLIENT_SECRET),
      },
    }),
  });
}

@Module({
  providers: [
    { provide: TOKENS, useFactory: createTokens },
    {
      provide: CatalogClient,
      inject: [TOKENS],
      useFactory: (tokens: Tokens) =>
        new CatalogClient({ tokens, baseUrl: readEnvironment("CATALOG_URL").CATALOG_URL }),
    },
  ],
  exports: [CatalogClient],
})
export class ApiClientsModule implements OnApplicationShutdown {
  constructor(@Inject(TOKENS) private readonly tokens: Tokens) {}

  async onApplicationShutdown(): Promise<void> {
    await this.tokens.close();
  }
}
