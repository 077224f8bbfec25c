import { defineConfig } from "openapi-m2m";

export default defineConfig({
  output: "./generated",
  tokenClients: {
    "catalog.client": {
      tokenEndpoint: "https://login.company.com/connect/token",
      scope: "catalog:read catalog:write inventory:read inventory:write",
      resource: "urn:catalog",
    },
    "invoice.client": {
      tokenEndpoint: "https://login.company.com/connect/token",
      scope: "invoice:read invoice:write invoice:send",
      resource: "urn:invoices",
    },
  },
  clients: {
    CatalogClient: { spec: "./specs/catalog.yaml", tokenClient: "catalog.client" },
    InvoiceClient: { spec: "./specs/invoice.yaml", tokenClient: "invoice.client" },
  },
});
