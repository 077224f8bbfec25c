// Generated clients: typed inputs, results typed by status, and no token in sight.
//
// Environment: TOKEN_ENDPOINT, CATALOG_URL, CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET,
//              INVOICE_URL, INVOICE_CLIENT_ID, INVOICE_CLIENT_SECRET
import { clientSecretBasic, clientSecretPost, createTokenManager, unwrap } from "@openapi-m2m/runtime";
import { CatalogClient, InvoiceClient, tokenClients } from "../generated/index.ts";
import { readEnvironment } from "./environment.ts";
import { untilStopped } from "./until-stopped.ts";

const env = readEnvironment(
  "TOKEN_ENDPOINT",
  ...(["CATALOG_URL", "CATALOG_CLIENT_ID", "CATALOG_CLIENT_SECRET"] as const),
  ...(["INVOICE_URL", "INVOICE_CLIENT_ID", "INVOICE_CLIENT_SECRET"] as const),
);

const tokens = createTokenManager({
  clients: tokenClients({
    "catalog.client": {
      tokenEndpoint: env.TOKEN_ENDPOINT,
      clientId: env.CATALOG_CLIENT_ID,
      clientAuthentication: clientSecretBasic(env.CATALOG_CLIENT_SECRET),
    },
    "invoice.client": {
      tokenEndpoint: env.TOKEN_ENDPOINT,
      clientId: env.INVOICE_CLIENT_ID,
      clientAuthentication: clientSecretPost(env.INVOICE_CLIENT_SECRET),
    },
  }),
});
const catalog = new CatalogClient({ tokens, baseUrl: env.CATALOG_URL });
const invoices = new InvoiceClient({ tokens, baseUrl: env.INVOICE_URL });

await untilStopped(async () => {
  const result = await catalog.listItems({
    query: { limit: 3, filter: { categoryId: "tools" }, sort: "-price" },
  });
  if (result.ok) console.log("items:", result.data.items.map(({ name }) => name).join(", "));
  else if (result.status === 404) console.log("no items:", result.error.title);
  else throw new Error(`The catalog answered ${result.response.status}`);

  const item = unwrap(await catalog.getItem({ path: { id: "42" } }));
  const invoice = unwrap(
    await invoices.createInvoice({
      body: {
        customerId: "c-1",
        currency: "EUR",
        lines: [{ description: item.name, quantity: 2, unitPrice: item.price?.amount ?? 0, itemId: item.id }],
      },
    }),
  );
  unwrap(await invoices.sendInvoice({ path: { invoiceId: invoice.id } }));
  const method = { type: "card", network: "visa", lastDigits: "4242" } as const;
  const payment = unwrap(
    await invoices.recordPayment({
      path: { invoiceId: invoice.id },
      body: { amount: invoice.total, method },
    }),
  );
  console.log(`invoice ${invoice.id}: ${payment.amount} ${invoice.currency} paid by ${payment.method.type}`);
});
await tokens.close();
