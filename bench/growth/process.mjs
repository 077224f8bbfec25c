import { drive } from "../calls/measure.mjs";
import { ours } from "../calls/ours.mjs";

const CONNECTIONS = 50;
const call = await ours.get({ ...JSON.parse(process.argv[2]), connections: CONNECTIONS });
let isStopped = false;
let running;

/** Calls until it is told to stop. */
async function run() {
  let calls = 0;
  const before = process.cpuUsage();
  const work = async () => {
    for (; !isStopped; calls++) await call();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  const { user, system } = process.cpuUsage(before);
  return { calls, microseconds: user + system };
}

const commands = {
  open: () => drive(call, { calls: 20_000, connections: CONNECTIONS }),
  start() {
    running = run();
  },
  stop() {
    isStopped = true;
    return running;
  },
};
process.on("message", async (text) => process.send((await commands[text]()) ?? {}));
process.on("disconnect", () => process.exit());
