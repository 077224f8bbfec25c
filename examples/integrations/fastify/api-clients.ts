// A Fastify plugin that gives `app.catalog`, and answers for failures of what is behind it.
//
// A caller of this service can do nothing about our tokens, nor about another API's mistakes. It is told whether to try
// again, and when; what went wrong is in our log.
import {
  ApiError,
  ApiTimeoutError,
  clientSecretBasic,
  createTokenManager,
  TokenError,
} from "@openapi-m2m/runtime";
import fp from "fastify-plugin";
import { CatalogClient, tokenClients } from "../../../generated/index.ts";
import { readEnvironment } from "../../environment.ts";

declare module "fastify" {
  interface FastifyInstance {
    readonly catalog: CatalogClient;
  }
}

export const apiClients = fp(async (app) => {
  const env = readEnvironment("TOKEN_ENDPOINT", "CATALOG_URL", "CATALOG_CLIENT_ID", "CATALOG_CLIENT_SECRET");
  const tokens = createTokenManager({
    clients: tokenClients({
      "catalog.client": {
        tokenEndpoint: env.TOKEN_ENDPOINT,
        clientId: env.CATALOG_CLIENT_ID,
        clientAuthentication: clientSecretBasic(env.CATALOG_CLIENT_SECRET),
        requestTimeoutMs: 3_000, // Less than a call has, so that the answer says when to try again.
      },
    }),
  });
  app.decorate("catalog", new CatalogClient({ tokens, baseUrl: env.CATALOG_URL }));
  app.addHook("onClose", () => tokens.close());

  app.setErrorHandler((error, request, reply) => {
    const failure = describeFailure(error);
    if (failure === undefined) throw error; // Not of a call: as Fastify answers it.
    request.log.error(error);
    if (failure.retryAfter !== undefined) reply.header("retry-after", failure.retryAfter);
    return reply.status(failure.status).send({ title: failure.title, status: failure.status });
  });
});

/** What a call's failure is to whoever called us; undefined where it was none. */
function describeFailure(error: unknown): { status: number; title: string; retryAfter?: string } | undefined {
  const later = { status: 503, title: "Try again later" };
  if (error instanceof TokenError) {
    // Without `retryAfterMs` nothing passes by itself: a wrong secret, a scope that is not granted.
    if (error.retryAfterMs === undefined) return { status: 502, title: "A service behind this one refused" };
    return { ...later, retryAfter: String(Math.ceil(error.retryAfterMs / 1000)) };
  }
  if (error instanceof ApiError && (error.status === 429 || error.status === 503)) {
    const retryAfter = error.result.response.headers["retry-after"];
    return typeof retryAfter === "string" ? { ...later, retryAfter } : later;
  }
  if (error instanceof ApiTimeoutError)
    return { status: 504, title: "A service behind this one is too slow" };
  const isCall = error instanceof Error && "code" in error && /^ERR_API_/.test(String(error.code));
  return isCall ? { status: 502, title: "A service behind this one failed" } : undefined;
}
