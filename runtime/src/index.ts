export type { AccessToken } from "./access-token.ts";
export type {
  ApiClient,
  ApiClientOptions,
  CallOptions,
  PublicCallOptions,
  StreamOption,
} from "./api-client.ts";
export type { AuthenticatedFetch, AuthenticatedRequestInit } from "./authenticated-fetch.ts";
export type { OutgoingRequest, TokenParametersHook } from "./authorization.ts";
export type { BinaryBody } from "./binary-body.ts";
export { type Challenge, parseChallenges } from "./challenge.ts";
export { type ClientAssertionSource, clientAssertionFrom } from "./client-assertion.ts";
export {
  type AuthenticateClient,
  type ClientAssertion,
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
  none,
  selfSignedTlsClientAuth,
  type TypedAssertion,
  tlsClientAuth,
} from "./client-authentication.ts";
export type { BasicCredentials, CredentialSource } from "./credentials.ts";
export {
  type DpopAlgorithm,
  type DpopKey,
  type DpopKeyOptions,
  type DpopProofFields,
  dpopKey,
  generateDpopKey,
} from "./dpop.ts";
export {
  ApiConnectionError,
  ApiItemError,
  ApiResponseTooLargeError,
  ApiTimeoutError,
  TokenError,
  type TokenErrorCode,
} from "./errors.ts";
export type {
  CallResendEvent,
  RenewalReason,
  ResendReason,
  StoreFailureEvent,
  TokenCacheEvent,
  TokenRenewalEvent,
  TokenRequestEvent,
} from "./events.ts";
export type { AuthorizedDispatchOptions } from "./interceptor.ts";
export type { ServerSentEvent } from "./item-stream/event-parser.ts";
export type { ItemStream } from "./item-stream.ts";
export {
  type AssertionOptions,
  clientSecretJwt,
  type IdentifiedKey,
  type PrivateKeyJwtOptions,
  privateKeyJwt,
} from "./jwt-assertion.ts";
export type {
  DescribedContent,
  Operation,
  Parameter,
  PartEncoding,
  ReadOnlyPlace,
  ReadOnlyShape,
  ReadOnlyValues,
  RequestBody,
  RequestContent,
  ResponseContent,
} from "./operation.ts";
export { type MultipartBody, type Part, type PartOptions, part } from "./part.ts";
export type { PrivateKey } from "./private-key.ts";
export {
  ApiError,
  type ApiResult,
  type Failure,
  type ResponseInfo,
  type Success,
  type Undeclared,
  unwrap,
} from "./result.ts";
export type { SequenceBody } from "./sequence-body.ts";
export type { EncryptionKey, StoreEncryption, TokenStoreOptions } from "./shared-tokens.ts";
export type { SigningAlgorithm } from "./signing-key.ts";
export type { TlsOptions } from "./tls.ts";
export type { TokenCacheOptions } from "./token-cache.ts";
export type { TokenClient } from "./token-client.ts";
export type { TokenClientResolver } from "./token-definitions.ts";
export {
  type AccessTokenOptions,
  createTokenManager,
  type FetchOptions,
  type InterceptorOptions,
  type TokenManager,
  type TokenManagerOptions,
} from "./token-manager.ts";
export type { TokenClientCredentials, TokenClientMapping, TokenClientsFunction } from "./token-mapping.ts";
export type { TokenParameters } from "./token-parameters.ts";
export type { StoreLock, TokenStore } from "./token-store.ts";
