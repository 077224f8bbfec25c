import { type Dispatcher, MockAgent } from "undici";
import { invalidOption } from "./errors.ts";
import type { TokenClient } from "./token-client.ts";
import { createTokenManager, type TokenManager } from "./token-manager.ts";

export { ApiMockAgent, type MockClientOptions } from "./testing/api-mock-agent.ts";
export {
  type AnsweredFault,
  type AuthorizationServer,
  type AuthorizationServerOptions,
  type RecordedTokenRequest,
  type RegisteredClient,
  startAuthorizationServer,
  type TokenFault,
  type TokenGrant,
  type TokenLifetime,
  type TokenStatus,
} from "./testing/authorization-server.ts";
export type { ClientClass } from "./testing/client-operations.ts";
export type {
  AnswerArguments,
  BodyOf,
  ExpectedInput,
  HttpStatus,
  MockedClient,
  MockedOperation,
  MockedReply,
  Replies,
  ReplyOptions,
  StatusOf,
} from "./testing/mocked-client.ts";
export {
  type AnswerCall,
  type ApiRequest,
  type ProtectedApi,
  type ProtectedApiOptions,
  type Refusal,
  startProtectedApi,
} from "./testing/protected-api.ts";

/** What else a manager of static tokens may have. */
export interface StaticTokensOptions {
  /** What calls go through that bring no dispatcher of their own: an `ApiMockAgent`, mostly. */
  readonly dispatcher?: Dispatcher;
}

/** Reserved, so that nobody can be asked (RFC 2606 §2). */
const ORIGIN = "https://static-tokens.invalid";

/**
 * Creates a token manager whose tokens are given: it asks no authorization server, and opens no connection for them.
 *
 * In all else it is a manager: clients, `fetch` and `interceptor` get the token the same way, only allowed origins do,
 * an unknown name is a `TokenError`. A renewal gives the same token again, so that a 401 is the caller's.
 *
 * @param values - tokens by the names of their clients
 * @throws {TypeError} `ERR_INVALID_OPTION` for a value that no `Authorization` field can hold
 */
export function staticTokens<const Names extends string>(
  values: Readonly<Record<Names, string>>,
  { dispatcher }: StaticTokensOptions = {},
): TokenManager<Names> {
  const issuer = new MockAgent();
  issuer.disableNetConnect();
  const pool = issuer.get(ORIGIN);
  const clients = Object.entries<string>(values).map(([name, value], index): [string, TokenClient] => {
    if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value))
      throw invalidOption(
        `staticTokens: "${name}"`,
        "must be a token: printable ASCII without spaces, and not empty",
      );
    const path = `/${index}`;
    const token = { access_token: value, token_type: "Bearer", expires_in: 365 * 86_400 };
    pool.intercept({ path, method: "POST" }).reply(200, token, { headers: JSON_HEADERS }).persist();
    return [name, { tokenEndpoint: ORIGIN + path, clientId: name, dispatcher: issuer }];
  });
  return createTokenManager<Names>({
    clients: Object.fromEntries(clients) as Record<Names, TokenClient>,
    ...(dispatcher && { dispatcher }),
  });
}

const JSON_HEADERS = { "content-type": "application/json" };
