// Calls from when it is told to until it is told to stop: process.mjs API
import { drive } from "../calls/measure.mjs";
import { ours } from "../calls/ours.mjs";

const AT_ONCE = 50;
const call = await ours.get({ ...JSON.parse(process.argv[2]), connections: AT_ONCE });
let isStopped = false;
let running;

async function run() {
  let calls = 0;
  const before = process.cpuUsage();
  const work = async () => {
    for (; !isStopped; calls++) await call();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const { user, system } = process.cpuUsage(before);
  return { calls, microseconds: user + system };
}

const commands = {
  warmUp: () => drive(call, { calls: 20_000, atOnce: AT_ONCE }),
  start() {
    running = run();
  },
  stop() {
    isStopped = true;
    return running;
  },
};
process.on("message", async (command) => process.send((await commands[command]()) ?? {}));
process.on("disconnect", () => process.exit());
