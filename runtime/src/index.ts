export type { AccessToken } from "./access-token.ts";
export type { AuthenticatedFetch, AuthenticatedRequestInit } from "./authenticated-fetch.ts";
export {
  type ClientAssertion,
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
  none,
} from "./client-authentication.ts";
export { ApiConnectionError, ApiTimeoutError, TokenError, type TokenErrorCode } from "./errors.ts";
export type {
  CallResendEvent,
  RenewalReason,
  TokenCacheEvent,
  TokenRenewalEvent,
  TokenRequestEvent,
} from "./events.ts";
export type { Operation, Parameter, RequestBody } from "./operation.ts";
export {
  ApiError,
  type ApiResult,
  type Failure,
  type ResponseInfo,
  type Success,
  type Undeclared,
  unwrap,
} from "./result.ts";
export type { TokenCacheOptions } from "./token-cache.ts";
export type { TokenClient, TokenClientCredentials, TokenClientMapping } from "./token-client.ts";
export {
  type AuthorizedCallOptions,
  createTokenManager,
  type NamedFetchOptions,
  type TokenManager,
  type TokenManagerOptions,
} from "./token-manager.ts";
export type { TokenParameters } from "./token-parameters.ts";
