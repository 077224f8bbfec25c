import { exportJWK, generateKeyPair } from "jose";
import Provider, { type Adapter, errors, type KoaContextWithOIDC } from "oidc-provider";
import { listen } from "./listen.ts";

/** The APIs that tokens are issued for: resource indicator (RFC 8707), which is the audience too, and scopes. */
export const resources: Readonly<Record<string, string>> = {
  "urn:catalog": "catalog:read catalog:write inventory:read inventory:write",
  "urn:invoices": "invoice:read invoice:write invoice:send",
};

export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The API whose tokens it gets when a request names none. */
  readonly resource: string;
  /** Default `client_secret_basic`. */
  readonly authentication?: "client_secret_basic" | "client_secret_post";
  /** The scopes it may have; default all of the API. */
  readonly scope?: string;
}

export interface TokenRequest {
  /** The client id; undefined when the client could not be authenticated. */
  readonly client: string | undefined;
  /** Epoch ms. */
  readonly at: number;
  /** The scope asked for. */
  readonly scope: string | undefined;
  /** The OAuth error answered, if any. */
  readonly error?: string;
}

export interface AuthorizationServer {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  /** Every request to the token endpoint, as it came. */
  readonly tokenRequests: readonly TokenRequest[];
  close(): Promise<void>;
}

export const demoClients: readonly RegisteredClient[] = [
  { clientId: "catalog-worker", clientSecret: "catalog secret: + & %", resource: "urn:catalog" },
  {
    clientId: "invoice-worker",
    clientSecret: "invoice secret: + & %",
    resource: "urn:invoices",
    authentication: "client_secret_post",
  },
];

/**
 * Starts an OAuth 2.0 authorization server on loopback for the client credentials grant.
 *
 * Access tokens are JWTs (RFC 9068) signed with a key that lives as long as the server.
 *
 * @param options.tokenLifetimeSeconds - a whole number; 5 or more lets a client's margin of a fifth cover the
 *   second that JWTs lose by counting in whole ones
 * @param options.clients - default `demoClients`
 */
export async function startAuthorizationServer(options: {
  tokenLifetimeSeconds: number;
  clients?: readonly RegisteredClient[];
  port?: number;
}): Promise<AuthorizationServer> {
  const clients = options.clients ?? demoClients;
  const { server, origin, close } = await listen(options.port);
  const provider = new Provider(origin, {
    jwks: { keys: [await signingKey()] },
    clients: clients.map((client) => ({
      client_id: client.clientId,
      client_secret: client.clientSecret,
      token_endpoint_auth_method: client.authentication ?? "client_secret_basic",
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
    })),
    adapter: NothingStored,
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    ttl: { ClientCredentials: options.tokenLifetimeSeconds },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_, client) => find(clients, client.clientId).resource,
        getResourceServerInfo: (_, resource, client) => {
          const scope = resources[resource];
          if (scope === undefined) throw new errors.InvalidTarget();
          return {
            scope: find(clients, client.clientId).scope ?? scope,
            audience: resource,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "ES256" } },
          };
        },
      },
    },
  });

  const tokenRequests: TokenRequest[] = [];
  const record = ({ oidc }: KoaContextWithOIDC, error?: { error: string }) =>
    tokenRequests.push({
      client: oidc.client?.clientId,
      at: Date.now(),
      scope: oidc.params?.["scope"] as string | undefined,
      ...(error && { error: error.error }),
    });
  provider.on("grant.success", (context) => record(context));
  provider.on("grant.error", (context, error) => record(context, error));
  server.on("request", provider.callback());

  return {
    issuer: origin,
    tokenEndpoint: `${origin}/token`,
    jwksUri: `${origin}/jwks`,
    tokenRequests,
    close,
  };
}

/** What issues JWTs to clients that it knows beforehand has nothing to keep. */
class NothingStored implements Adapter {
  async upsert() {}
  async find() {}
  async findByUserCode() {}
  async findByUid() {}
  async consume() {}
  async destroy() {}
  async revokeByGrantId() {}
}

async function signingKey() {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: "demo", use: "sig", alg: "ES256" };
}

function find(clients: readonly RegisteredClient[], clientId: string): RegisteredClient {
  const client = clients.find((candidate) => candidate.clientId === clientId);
  if (!client) throw new errors.InvalidClient(`unknown client ${clientId}`);
  return client;
}
