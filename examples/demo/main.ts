// The main job: six workers, two APIs and an authorization server whose tokens live for seconds. Half way all
// tokens in use are revoked. Fails if a figure contradicts what the runtime promises.
//
//   node examples/demo/main.ts [--seconds 10]
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startAuthorizationServer } from "./authorization-server.ts";
import { startCatalogApi } from "./catalog-api.ts";
import { contradictions, type Figures, sumByTokenClient } from "./figures.ts";
import { startInvoiceApi } from "./invoice-api.ts";
import { createRedrawer, renderLine, renderTable } from "./table.ts";
import { registeredClients, startWorkers } from "./workers.ts";

const tokenLifetimeSeconds = 5;

const NEXT_STEP = `
Next, your own API: in a project of yours, install the packages as README.md says under "Use it", and

  npx openapi-m2m init

reads your OpenAPI document, asks what it doesn't say, and writes a config that generates at once.`;

const { values } = parseArgs({ options: { seconds: { type: "string", default: "10" } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error("--seconds is a number above 0");

const authorizationServer = await startAuthorizationServer({
  tokenLifetimeSeconds,
  clients: registeredClients,
});
const catalog = await startCatalogApi({ ...authorizationServer, audience: "urn:catalog" });
const invoices = await startInvoiceApi({ ...authorizationServer, audience: "urn:invoices" });
const startedAt = performance.now();
const workers = startWorkers({ authorizationServer, catalog, invoices });

console.log(`Six workers for ${seconds} seconds, with tokens of ${tokenLifetimeSeconds} seconds.`);
const display = show();
const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort()).once("SIGTERM", () => interruption.abort());
await run(interruption.signal).catch((error) => {
  if (!interruption.signal.aborted) throw error;
});
const exitCodes = await workers.stop();
display.stop();
await Promise.all([authorizationServer.close(), catalog.close(), invoices.close()]);
process.exitCode = interruption.signal.aborted ? 130 : judge();

/** What happens to the workers, in the order of time. */
async function run(signal: AbortSignal): Promise<void> {
  await workers.settle(30_000);
  await pause(seconds * 500, undefined, { signal });
  catalog.revoke();
  invoices.revoke();
  display.tell("All tokens in use are revoked.");
  await pause(seconds * 250, undefined, { signal });
  workers.forceRenewal();
  display.tell("per-request is told to force a renewal (SIGHUP).");
  await pause(seconds * 250, undefined, { signal });
  display.tell("The workers are told to stop (SIGTERM).");
}

/** Prints the figures, and before them whatever cannot be. */
function judge(): 0 | 1 {
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  const figures: Figures = { elapsedSeconds, tokenLifetimeSeconds, clients: workers.figures(), exitCodes };
  const wrong = contradictions(figures);
  for (const contradiction of wrong) console.log(`Contradiction: ${contradiction}.`);
  const tokenClients = sumByTokenClient(figures.clients);
  console.log(JSON.stringify({ ok: wrong.length === 0, contradictions: wrong, tokenClients, ...figures }));
  if (wrong.length > 0) return 1;
  console.error(NEXT_STEP); // Not on stdout, whose last line is for programs.
  return 0;
}

/** A table that is redrawn in a terminal; elsewhere a line each second, and the table at the end. */
function show() {
  const { isTTY } = process.stdout;
  const redraw = createRedrawer(process.stdout);
  const elapsed = () => Math.round((performance.now() - startedAt) / 1000);
  let told = "";
  const draw = () => redraw([...renderTable(workers.figures()), `${elapsed()} s  ${told}`]);
  const log = () => console.log(renderLine(elapsed(), workers.figures()));
  const timer = setInterval(isTTY ? draw : log, isTTY ? 100 : 1000);
  return {
    tell(news: string) {
      told = news;
      if (!isTTY) console.log(news);
    },
    stop() {
      clearInterval(timer);
      if (isTTY) draw();
      else console.log(renderTable(workers.figures()).join("\n"));
    },
  };
}
