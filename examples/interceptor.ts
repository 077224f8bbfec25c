// An undici interceptor, for code that calls `request` itself: only calls to the API's own origin get the token.
//
// Environment: TOKEN_ENDPOINT, INVOICE_URL, INVOICE_CLIENT_ID, INVOICE_CLIENT_SECRET
import { clientSecretPost, createTokenManager } from "@openapi-m2m/runtime";
import { request } from "undici";
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
const dispatcher = tokens.dispatcher.compose(
  tokens.interceptor("invoice.client", { baseUrl: env.INVOICE_URL }),
);

await untilStopped(async () => {
  const { statusCode, body } = await request(new URL("invoices/2001/status", env.INVOICE_URL), {
    dispatcher,
  });
  if (statusCode !== 200) throw new Error(`The invoice API answered ${statusCode}`);
  console.log("invoice 2001:", await body.text());
});
await tokens.close();
