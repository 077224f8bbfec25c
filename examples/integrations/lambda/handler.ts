// A handler of AWS Lambda that takes messages of SQS.
//
// - What is made at module scope lasts as long as the execution environment: one token for all of its invocations. It
//   costs a cold start nothing but its import, since no token is requested before the first call.
// - Nothing runs between invocations, when the environment is frozen: no timer renews a token, and an idle connection
//   holds nothing open. So there is nothing to close either. A call may find that its connection died meanwhile: like
//   any other failure it is reported, and SQS delivers the message again.
// - Calls end before Lambda ends the invocation: what was not done by then is reported, and delivered again.
//
// Environment: TOKEN_ENDPOINT, CATALOG_URL, CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET
import { clientSecretBasic, createTokenManager, unwrap } from "@openapi-m2m/runtime";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { CatalogClient, tokenClients } from "../../../generated/index.ts";
import { readEnvironment } from "../../environment.ts";

/** What is left for the report, and for what Lambda does itself. */
const RESERVE_MS = 500;

const env = readEnvironment("TOKEN_ENDPOINT", "CATALOG_URL", "CATALOG_CLIENT_ID", "CATALOG_CLIENT_SECRET");

const tokens = createTokenManager({
  clients: tokenClients({
    "catalog.client": {
      tokenEndpoint: env.TOKEN_ENDPOINT,
      clientId: env.CATALOG_CLIENT_ID,
      clientAuthentication: clientSecretBasic(env.CATALOG_CLIENT_SECRET),
    },
  }),
});
const catalog = new CatalogClient({ tokens, baseUrl: env.CATALOG_URL });

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  // One signal for each invocation: it is garbage after that, and so are its listeners.
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS));
  const outcomes = await Promise.allSettled(event.Records.map((record) => createItem(record, signal)));
  const batchItemFailures = outcomes.flatMap((outcome, index) => {
    if (outcome.status === "fulfilled") return [];
    console.error(outcome.reason);
    return [{ itemIdentifier: event.Records[index]?.messageId ?? "" }];
  });
  return { batchItemFailures };
}

async function createItem({ body, messageId }: SQSRecord, signal: AbortSignal): Promise<void> {
  const { name }: { name: string } = JSON.parse(body);
  // SQS may deliver a message twice; its id is a UUID, and the same both times.
  unwrap(await catalog.createItem({ headers: { "Idempotency-Key": messageId }, body: { name }, signal }));
}
