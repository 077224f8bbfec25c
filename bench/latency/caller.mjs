// Calls at the rate that it is asked for, and answers how long that took: caller.mjs FORM API
import { byHand } from "../calls/by-hand.mjs";
import { ours } from "../calls/ours.mjs";

const forms = { "undici.request": byHand.get, generated: ours.get };
const [form, api] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const call = await forms[form]({ ...api, connections: 50 });

/** Calls at fixed moments, whatever has become of the calls before: a call that starts late has waited. */
async function callAtRate({ rate, seconds, quantiles }) {
  const latencies = [];
  const pending = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < rate * seconds; ) {
    const due = Math.min(((performance.now() - startedAt) / 1000) * rate, rate * seconds);
    for (; sent < due; sent++) {
      const dueAt = startedAt + (sent / rate) * 1000;
      pending.push(call().then(() => latencies.push(performance.now() - dueAt)));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(pending);
  // What can't keep up has ever more to do: what it takes then says nothing.
  if ((performance.now() - startedAt) / 1000 > seconds * 1.05)
    throw new Error(`can't keep up with ${rate} a second`);
  latencies.sort((a, b) => a - b);
  return quantiles.map((share) => latencies[Math.floor(latencies.length * share)]);
}

process.on("message", async (load) => process.send(await callAtRate(load)));
process.on("disconnect", () => process.exit());
