// Invokes the handler on this machine, once for each argument, one after the other, as a warm environment of Lambda
// would: `node lambda/invoke.ts Spade Rake`. TIMEOUT_MS is how long each has (default 3000).
import { randomUUID } from "node:crypto";
import type { Context, SQSEvent } from "aws-lambda";
import { handler } from "./handler.ts";

for (const name of process.argv.slice(2)) {
  const endsAt = Date.now() + Number(process.env["TIMEOUT_MS"] ?? 3000);
  const context = { getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()) } as Context;
  const event = { Records: [{ messageId: randomUUID(), body: JSON.stringify({ name }) }] } as SQSEvent;
  const { batchItemFailures } = await handler(event, context);
  console.log(batchItemFailures.length === 0 ? `created ${name}` : `failed ${name}`, endsAt - Date.now());
}
