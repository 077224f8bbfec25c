import type { AnyClientOptions, ApiClientDefinition } from "../../runtime/src/api-client/options.ts";
import { ApiClient } from "../../runtime/src/api-client.ts";
import {
  createTokenManager,
  type TokenManager,
  type TokenManagerOptions,
} from "../../runtime/src/token-manager.ts";
import { using } from "./disposal.ts";
import { type ScriptedServer, startServer, startTokenEndpoint } from "./scripted-server.ts";

/** A client as the generator emits it, of any definition. */
export class TestClient extends ApiClient<object> {
  constructor(definition: Partial<ApiClientDefinition>, options: AnyClientOptions) {
    super({ name: "TestClient", tokenClient: "a", ...definition }, options);
  }
}

export interface TestSetting {
  readonly login: ScriptedServer;
  readonly api: ScriptedServer;
  readonly tokens: TokenManager<"a" | "b">;
  create(definition: Partial<ApiClientDefinition>, options?: Partial<AnyClientOptions>): TestClient;
}

/** Starts an authorization server with two clients, and an API that takes every call and answers `{"ok":true}`. */
export async function startTestSetting(
  options: Pick<TokenManagerOptions<never>, "tokenParameters"> = {},
): Promise<TestSetting> {
  const login = await using(startTokenEndpoint());
  const api = await using(startServer(() => ({ ok: true })));
  const tokenEndpoint = `${login.origin}/token`;
  const clients = {
    a: { tokenEndpoint, clientId: "a", scope: "read write" },
    b: { tokenEndpoint, clientId: "b" },
  };
  const tokens = await using(createTokenManager({ ...options, clients }));
  return {
    login,
    api,
    tokens,
    create: (definition, options) => new TestClient(definition, { tokens, baseUrl: api.origin, ...options }),
  };
}

/** What a token was asked for with, of each request. */
export function askedOf(login: ScriptedServer): Record<string, string>[] {
  return login.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body.toString())));
}
