// A fetch that is bound to a token client: for an API without a document, or a library that takes a `fetch`.
//
// Environment: TOKEN_ENDPOINT, INVOICE_URL, INVOICE_CLIENT_ID, INVOICE_CLIENT_SECRET
import { clientSecretPost, createTokenManager } from "@openapi-m2m/runtime";
import { readEnvironment } from "./environment.ts";
import { untilStopped } from "./until-stopped.ts";

const env = readEnvironment("TOKEN_ENDPOINT", "INVOICE_URL", "INVOICE_CLIENT_ID", "INVOICE_CLIENT_SECRET");

const tokens = createTokenManager({
  clients: {
    "invoice.client": {
      tokenEndpoint: env.TOKEN_ENDPOINT,
      clientId: env.INVOICE_CLIENT_ID,
      clientAuthentication: clientSecretPost(env.INVOICE_CLIENT_SECRET),
      scope: "invoice:read",
    },
  },
});
const invoices = tokens.fetch("invoice.client", { baseUrl: env.INVOICE_URL });

await untilStopped(async () => {
  const response = await invoices("invoices/2001/pdf");
  if (!response.ok) throw new Error(`The invoice API answered ${response.status}`);
  const pdf = await response.bytes();
  console.log(`invoice 2001: a PDF of ${pdf.length} bytes`);
});
await tokens.close();
