// A worker in Kubernetes that has no secret of its own: its service account is its identity (deployment.yaml).
//
// - The kubelet writes a token of the service account into a file, and a new one long before it expires. It is read for
//   each token request, so that a rotation needs no restart. The authorization server has to know the cluster's issuer.
// - Where an authorization server wants a secret all the same, it is a file too: not a variable, which a process hands on
//   to its children and which stays as it was. The function below reads it again within a minute.
//
// Environment: TOKEN_ISSUER, IDENTITY_FILE, CATALOG_URL, CATALOG_CLIENT_ID, INVOICE_URL, INVOICE_CLIENT_ID,
//              INVOICE_SECRET_FILE
import { readFile } from "node:fs/promises";
import {
  clientAssertionFrom,
  clientSecretPost,
  createTokenManager,
  type TokenClient,
  unwrap,
} from "@openapi-m2m/runtime";
import { CatalogClient, InvoiceClient, tokenClients } from "../../../generated/index.ts";
import { readEnvironment } from "../../environment.ts";
import { untilStopped } from "../../until-stopped.ts";

const env = readEnvironment(
  ...(["TOKEN_ISSUER", "IDENTITY_FILE", "CATALOG_URL", "CATALOG_CLIENT_ID"] as const),
  ...(["INVOICE_URL", "INVOICE_CLIENT_ID", "INVOICE_SECRET_FILE"] as const),
);

async function defineClients(): Promise<Readonly<Record<string, TokenClient>>> {
  const secret = await readFile(env.INVOICE_SECRET_FILE, "utf8");
  return tokenClients({
    "catalog.client": {
      issuer: env.TOKEN_ISSUER,
      clientId: env.CATALOG_CLIENT_ID,
      clientAuthentication: clientAssertionFrom({ file: env.IDENTITY_FILE }),
    },
    "invoice.client": {
      issuer: env.TOKEN_ISSUER,
      clientId: env.INVOICE_CLIENT_ID,
      clientAuthentication: clientSecretPost(secret.trimEnd()), // Files end in a line break, secrets don't.
    },
  });
}

const tokens = createTokenManager({
  clients: async (name) => (await defineClients())[name],
});
const catalog = new CatalogClient({ tokens, baseUrl: env.CATALOG_URL });
const invoices = new InvoiceClient({ tokens, baseUrl: env.INVOICE_URL });

await untilStopped(async () => {
  const { items } = unwrap(await catalog.listItems({ query: { limit: 1 } }));
  const status = unwrap(await invoices.getInvoiceStatus({ path: { invoiceId: "2001" } }));
  console.log(`first item: ${items[0]?.name}; invoice 2001: ${status}`);
});
await tokens.close();
