import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { stringify } from "node:querystring";
import type { TLSSocket } from "node:tls";
import { decodeJwt, exportJWK, generateKeyPair, type JWK, type JWTPayload } from "jose";
import Provider, {
  type AdapterFactory,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
} from "oidc-provider";
import { type CertificateAuthority, certificateThumbprint } from "./certificates.ts";
import { certificateOf, listenOnLoopback } from "./loopback.ts";

export interface AuthorizationServerOptions {
  /** As RFC 7591 and its kin name them; what client credentials need is filled in. */
  readonly clients: readonly ClientMetadata[];
  /** Resource indicator, which is the audience too, to scopes; default those of `APIS`. A request that names none gets the first. */
  readonly resources?: Readonly<Record<string, string>>;
  /** A whole number; default 600. */
  readonly tokenLifetimeSeconds?: number;
  /**
   * What becomes of DPoP proofs: nobody looks at them, they bind tokens, or they bind tokens and each answer offers a
   * nonce which proofs may have, or must have; default `bound`. A client demands bound tokens for itself with
   * `dpop_bound_access_tokens`.
   */
  readonly dpop?: "ignored" | "bound" | "nonce-offered" | "nonce-required";
  /** Serves https; a second listener asks for certificates and is announced by `mtls_endpoint_aliases` (RFC 8705 §5). */
  readonly authority?: CertificateAuthority;
}

/** A request to a token endpoint, with what was answered. */
export interface RecordedTokenRequest {
  /** As authenticated or claimed; undefined when there is no such client. */
  readonly clientId: string | undefined;
  readonly form: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The claims of the client assertion. */
  readonly assertion: JWTPayload | undefined;
  /** The claims of the DPoP proof. */
  readonly proof: JWTPayload | undefined;
  /** `x5t#S256` of the client certificate. */
  readonly certificate: string | undefined;
  readonly status: number;
  /** The OAuth error code answered. */
  readonly error: string | undefined;
}

export interface AuthorizationServer extends AsyncDisposable {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** The token endpoint that asks for a certificate; undefined without an authority. */
  readonly mtlsTokenEndpoint: string | undefined;
  readonly jwksUri: string;
  /** PEM: whom its clients are to trust. */
  readonly ca: string | undefined;
  /** Every request to the token endpoints, in the order of the answers. */
  readonly tokenRequests: readonly RecordedTokenRequest[];
  /** Takes none of the DPoP nonces given out so far. */
  expireNonces(): void;
}

const APIS = { "urn:catalog": "catalog:read catalog:write", "urn:invoices": "invoice:read invoice:write" };

/**
 * Starts an authorization server for the client credentials grant: every way to authenticate, DPoP, mutual TLS.
 *
 * Access tokens are JWTs (RFC 9068) for one resource each; two in a request are refused (`invalid_target`).
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const { authority } = options;
  const tls = authority?.issueServerCertificate();
  const listener = await listenOnLoopback(tls);
  const mtls = tls && (await listenOnLoopback({ ...tls, requestCert: true, rejectUnauthorized: false }));
  const { origin } = listener;
  const mtlsTokenEndpoint = mtls && `${mtls.origin}/token`;
  const configuration: Configuration = {
    ...buildConfiguration(options, await createSigningKey()),
    ...(mtlsTokenEndpoint && {
      discovery: { mtls_endpoint_aliases: { token_endpoint: mtlsTokenEndpoint } },
    }),
  };

  const tokenRequests: RecordedTokenRequest[] = [];
  const createHandler = () => createProvider(origin, configuration, options, tokenRequests).callback();
  let handle = createHandler();
  for (const each of [listener, mtls]) each?.serve((request, response) => handle(request, response));

  return {
    issuer: origin,
    tokenEndpoint: `${origin}/token`,
    mtlsTokenEndpoint,
    jwksUri: `${origin}/jwks`,
    ca: authority?.cert,
    tokenRequests,
    expireNonces() {
      handle = createHandler();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([listener, mtls].map((each) => each?.[Symbol.asyncDispose]()));
    },
  };
}

function createProvider(
  issuer: string,
  configuration: Configuration,
  { dpop = "bound" }: AuthorizationServerOptions,
  tokenRequests: RecordedTokenRequest[],
): Provider {
  const hasNonces = dpop === "nonce-offered" || dpop === "nonce-required";
  const dPoP = {
    enabled: dpop !== "ignored",
    requireNonce: () => dpop === "nonce-required",
    ...(hasNonces && { nonceSecret: randomBytes(32) }),
  };
  const features = { ...configuration.features, dPoP };
  const provider = new Provider(issuer, { ...configuration, features });
  provider.use(async (context, next) => {
    await next();
    if (context.path === "/token") tokenRequests.push(record(context as KoaContextWithOIDC));
  });
  return provider;
}

/** What stays the same when the nonces change. */
function buildConfiguration(
  { clients, resources = APIS, tokenLifetimeSeconds = 600, authority }: AuthorizationServerOptions,
  signingKey: JWK,
): Configuration {
  const forClientCredentials = { grant_types: ["client_credentials"], response_types: [], redirect_uris: [] };
  return {
    jwks: { keys: [signingKey] },
    clients: clients.map((client) => ({ ...forClientCredentials, ...client })),
    adapter: rememberReplays(),
    clientAuthMethods: [
      "client_secret_basic",
      "client_secret_post",
      "client_secret_jwt",
      "private_key_jwt",
      "none",
      ...(authority ? (["tls_client_auth", "self_signed_tls_client_auth"] as const) : []),
    ],
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    ttl: { ClientCredentials: tokenLifetimeSeconds },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => Object.keys(resources)[0] ?? [],
        getResourceServerInfo: (_, resource) => {
          const scope = resources[resource];
          if (scope === undefined) throw new errors.InvalidTarget();
          return { scope, audience: resource, accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } };
        },
      },
      ...(authority && { mTLS: mutualTls() }),
    },
  };
}

function mutualTls() {
  return {
    enabled: true,
    certificateBoundAccessTokens: true,
    tlsClientAuth: true,
    selfSignedTlsClientAuth: true,
    getCertificate: ({ req }: KoaContextWithOIDC) => certificateOf(req),
    certificateAuthorized: ({ req }: KoaContextWithOIDC) => (req.socket as TLSSocket).authorized,
    certificateSubjectMatches: ({ req }: KoaContextWithOIDC, property: string, expected: string) =>
      property === "tls_client_auth_subject_dn" && certificateOf(req)?.subject === expected,
  } as const;
}

function record({ oidc, req, response }: KoaContextWithOIDC): RecordedTokenRequest {
  const form = new URLSearchParams(stringify(oidc.body as Record<string, string | string[]>));
  const certificate = certificateOf(req);
  return {
    clientId: oidc.client?.clientId,
    form,
    headers: req.headers,
    assertion: claimsOf(form.get("client_assertion")),
    proof: claimsOf(req.headers["dpop"]),
    certificate: certificate && certificateThumbprint(certificate),
    status: response.status,
    error: (response.body as { error?: string } | undefined)?.error,
  };
}

/** Undefined for what is no JWT: the server has refused it. */
function claimsOf(jwt: unknown): JWTPayload | undefined {
  try {
    return decodeJwt(String(jwt));
  } catch {
    return undefined;
  }
}

/** Of all there is to store, only what replays are recognised by: tokens are JWTs, and clients are known beforehand. */
function rememberReplays(): AdapterFactory {
  const seen = new Map<string, AdapterPayload>();
  return (model) => ({
    async upsert(id, payload) {
      if (model === "ReplayDetection") seen.set(id, payload);
    },
    find: async (id) => (model === "ReplayDetection" ? seen.get(id) : undefined),
    async findByUserCode() {
      return undefined;
    },
    async findByUid() {
      return undefined;
    },
    async consume() {},
    async destroy() {},
    async revokeByGrantId() {},
  });
}

async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: "throw-away", use: "sig", alg: "ES256" };
}
