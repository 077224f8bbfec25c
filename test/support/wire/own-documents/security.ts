import { documentOf, fine } from "./document.ts";

function requiring(...security: readonly object[]) {
  return { get: { security, ...fine } };
}

const oauth = {
  type: "oauth2",
  flows: { clientCredentials: { tokenUrl: "https://login.example.com/token", scopes: { read: "Read." } } },
};

/** Requirements: one, all, any, none; schemes of every kind. */
export const securityDocument = documentOf(
  "3.1.1",
  {
    "/document": { get: { ...fine } },
    "/none": { get: { security: [], ...fine } },
    "/token": requiring({ oauth: ["read"] }),
    "/optional": requiring({}, { oauth: ["read"] }),
    "/bearer": requiring({ bearer: [] }),
    "/oidc": requiring({ oidc: ["openid"] }),
    "/key-header": requiring({ keyHeader: [] }),
    "/key-query": requiring({ keyQuery: [] }),
    "/key-query-with-query?fixed=1": requiring({ keyQuery: [] }),
    "/key-cookie": requiring({ keyCookie: [] }),
    "/basic": requiring({ basic: [] }),
    "/mutual-tls": requiring({ tls: [] }),
    "/token-and-key": requiring({ oauth: ["read"], keyHeader: [] }),
    "/all-keys": requiring({ keyHeader: [], keyQuery: [], keyCookie: [] }),
    "/token-or-key": requiring({ keyHeader: [] }, { oauth: [] }),
    "/basic-or-key": requiring({ basic: [] }, { keyQuery: [] }),
  },
  {
    security: [{ oauth: [] }],
    components: {
      securitySchemes: {
        oauth,
        oidc: {
          type: "openIdConnect",
          openIdConnectUrl: "https://login.example.com/.well-known/openid-configuration",
        },
        bearer: { type: "http", scheme: "bearer" },
        basic: { type: "http", scheme: "basic" },
        keyHeader: { type: "apiKey", in: "header", name: "X-Api-Key" },
        keyQuery: { type: "apiKey", in: "query", name: "api key" },
        keyCookie: { type: "apiKey", in: "cookie", name: "session" },
        tls: { type: "mutualTLS" },
      },
    },
  },
);
