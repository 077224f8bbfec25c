import { documentOf, okResponses } from "./documents.ts";

const oauth = (scopes: Record<string, string>) => ({
  type: "oauth2",
  flows: { clientCredentials: { tokenUrl: "https://login.example.com/token", scopes } },
});

/** A path with one operation. */
const path = (method: string, operationId: string, rest: object) => ({
  [method]: { operationId, ...okResponses, ...rest },
});

const orders = (write: Write) => {
  const needs = (...scopes: string[]) => ({ security: [{ oauth: scopes.map(write) }] });
  return documentOf(
    {
      "/orders": {
        ...path("get", "listOrders", { ...needs("orders:read"), summary: write("List orders") }),
        ...path("post", "createOrder", needs("orders:write")),
      },
      [`/orders/${write("order")}`]: path("delete", "deleteOrder", {
        ...needs("orders:write"),
        deprecated: true,
      }),
      "/health": path("get", "getHealth", { security: [] }),
      "/ping": path("post", "ping", { security: [{}] }),
      "/me": path("get", "getMe", needs()),
      "/import": path("post", "importOrders", { security: [{ oauth: [write("orders:write")] }, {}] }),
      "/legacy": path("post", "callLegacy", { security: [{ [write("key")]: [] }] }),
      "/certificate": path("get", "showCertificate", { security: [{ mtls: [] }] }),
      "/digest": path("post", "answerDigest", { security: [{ digest: [] }] }),
    },
    {
      info: { title: write("Orders API"), version: write("1.0.0") },
      components: {
        securitySchemes: {
          oauth: oauth({ [write("orders:read")]: "", [write("orders:write")]: "" }),
          [write("key")]: { type: "apiKey", in: "header", name: "X-Key" },
          mtls: { type: "mutualTLS" },
          digest: { type: "http", scheme: "digest" },
        },
      },
    },
  );
};

const bills = (write: Write) =>
  documentOf(
    { "/bills": path("get", "listBills", { security: [{ oauth: [write("bills:read")] }] }) },
    { components: { securitySchemes: { oauth: oauth({ [write("bills:read")]: "" }) } } },
  );

const things = documentOf({
  "/things": { ...path("get", "listThings", {}), ...path("post", "createThing", {}) },
});

/** Writes a text of a document, or of the config; what else it could be is nobody's but the tests'. */
export type Write = (text: string) => string;

/**
 * The files of a config with an operation for everything that can guard one, and a token client for everything that can be
 * said of one.
 */
export function guardedApis(write: Write = (text) => text): Record<string, unknown> {
  const issuer = "https://login.example.com";
  const scopes = (...names: string[]) => names.map(write);
  return {
    "orders.json": orders(write),
    "bills.json": bills(write),
    "things.json": things,
    "openapi-m2m.config.json": {
      output: "generated",
      tokenClients: {
        [write("orders.client")]: {
          issuer,
          scope: scopes("orders:read", "orders:write", "orders:admin"),
          resource: "urn:orders",
        },
        "bills.client": { issuer, scope: scopes("bills:read", "orders:read") },
        "things.client": { tokenEndpoint: "https://login.example.org/token" },
        "idle.client": { tokenEndpoint: "https://login.example.org/token", scope: "things" },
      },
      clients: {
        OrdersClient: { spec: "orders.json", tokenClient: write("orders.client") },
        BillsClient: { spec: "bills.json", tokenClient: "bills.client", scopes: "operation" },
        ThingsClient: {
          spec: "things.json",
          tokenClient: "things.client",
          baseUrl: "https://things.example.com",
        },
      },
    },
  };
}
