// The values of what prelude.ts declares. It is copied to the folder of the snippets, which has `generated/`, and
// `orders/`, generated from orders.yaml.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import {
  clientAssertionFrom,
  clientSecretBasic,
  clientSecretPost,
  createTokenManager,
  dpopKey,
  unwrap,
} from "@openapi-m2m/runtime";
import { CatalogClient, InvoiceClient, tokenClients } from "./generated/index.ts";
import { OrdersClient } from "./orders/index.ts";

const {
  CATALOG_CLIENT_ID: clientId = "",
  CATALOG_CLIENT_SECRET: secret = "",
  INVOICE_CLIENT_ID = "",
  INVOICE_CLIENT_SECRET = "",
} = process.env;

const issuer = "https://login.company.com";
const tenantUrl = "https://apis.company.com/catalog/";
const clientAuthentication = clientSecretBasic(secret);
const production = { clientId, clientAuthentication };
const tenant = { issuer, clientId, clientAuthentication };
const invoiceClient = {
  clientId: INVOICE_CLIENT_ID,
  clientAuthentication: clientSecretPost(INVOICE_CLIENT_SECRET),
};
const tokens = createTokenManager({
  clients: tokenClients({ "catalog.client": production, "invoice.client": invoiceClient }),
});
const { privateKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

export const values = {
  ...{ clientAssertionFrom, clientSecretBasic, createTokenManager, dpopKey, generateKeyPairSync, unwrap },
  ...{ CatalogClient, OrdersClient, tokenClients, tokens },
  ...{ clientId, secret, issuer, clientAuthentication, production, tenant, tenantUrl, privateKey },
  key: randomBytes(32).toString("base64"),
  clients: { "catalog.client": tenant },
  catalog: new CatalogClient({ tokens, baseUrl: "https://apis.company.com/catalog/" }),
  invoices: new InvoiceClient({ tokens, baseUrl: "https://apis.company.com/invoice/" }),
  vault: { read: async (name: string) => `the password of ${name}` },
  database: {
    findTenant: async (name: string) => (name === "none" ? undefined : { issuer, clientId, secret }),
  },
};

/** What snippets declare themselves, for `declare` leaves nothing to run. */
export const declared = {
  item: { id: "42", name: "Widget", status: "active", createdAt: "2026-01-01T00:00:00Z", updatedAt: null },
  png: new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
  other: new Blob(["bytes"]),
  client: { sendReadings: async () => {} },
  readSensors: async function* () {
    yield { sensor: "a", celsius: 21 };
  },
  petstore: { getPet: async () => ({ ok: true, status: 200, data: { name: "Tom" }, response: {} }) },
  getTokenSomehow: async () => "token",
};
