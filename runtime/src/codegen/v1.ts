// What generated clients import: version 1 of the contract between committed clients and any later runtime.
export {
  type AcceptOption,
  ApiClient,
  type ApiClientOptions,
  ApiGroup,
  type CallOptions,
  call,
  type PublicCallOptions,
  type RequiredBaseUrl,
  type StreamOption,
} from "../api-client.ts";
export type { BinaryBody } from "../binary-body.ts";
export type { BasicCredentials, CredentialSource } from "../credentials.ts";
export type { ServerSentEvent } from "../item-stream/event-parser.ts";
export type { ItemStream } from "../item-stream.ts";
export type { MediaTypeLike } from "../media-type.ts";
export type { Operation } from "../operation.ts";
export type { MultipartBody } from "../part.ts";
export type { Failure, Success, Undeclared } from "../result.ts";
export type { SequenceBody } from "../sequence-body.ts";
export { bindTokenClients, type TokenClientsFunction } from "../token-mapping.ts";
