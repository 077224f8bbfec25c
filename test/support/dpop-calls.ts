import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import { clientSecretPost } from "../../runtime/src/client-authentication.ts";
import type { TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { type AuthorizationServerOptions, startAuthorizationServer } from "./authorization-server.ts";
import { using } from "./disposal.ts";
import { type ProtectedApiOptions, startProtectedApi } from "./protected-api.ts";
import type { RecordedRequest } from "./scripted-server.ts";

export interface DpopSetting {
  /** Of the authorization server; default `bound`. */
  readonly dpop?: AuthorizationServerOptions["dpop"];
  readonly api?: Partial<ProtectedApiOptions>;
  readonly key?: TokenClient["dpop"];
  /** The manager's clock. */
  readonly now?: () => number;
}

const SECRET = "a secret that is long enough";
const registered = {
  client_id: "a",
  client_secret: SECRET,
  token_endpoint_auth_method: "client_secret_post",
} as const;

/** A manager whose client `a` has its tokens bound to a key, an authorization server and an API that see to it. */
export async function setUpDpop({ dpop = "bound", api, key = "generate", now }: DpopSetting = {}) {
  const server = await using(startAuthorizationServer({ clients: [registered], dpop }));
  const protectedApi = await using(startProtectedApi({ authorizationServer: server, ...api }));
  const client: TokenClient = {
    tokenEndpoint: server.tokenEndpoint,
    clientId: "a",
    clientAuthentication: clientSecretPost(SECRET),
    dpop: key,
  };
  const tokens = await using(createTokenManager({ clients: { a: client }, ...(now && { now }) }));
  return { server, api: protectedApi, tokens, baseUrl: protectedApi.origin };
}

/** The claims of the DPoP proof that a request carried. */
export function proofOf({ headers }: Pick<RecordedRequest, "headers">): JWTPayload {
  return decodeJwt(String(headers["dpop"]));
}

/** The thumbprint of the key that it was signed with. */
export function proofKeyOf({ headers }: Pick<RecordedRequest, "headers">): Promise<string> {
  return calculateJwkThumbprint(decodeProtectedHeader(String(headers["dpop"])).jwk ?? {});
}
