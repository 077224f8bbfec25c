// Preloaded into every process that is measured, and those that it starts: says at its end what it took.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

const { USAGE_FOLDER } = process.env;
if (USAGE_FOLDER && isMainThread) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, maxRSS: maxRSS / 1024 };
    writeFileSync(join(USAGE_FOLDER, `${process.pid}.json`), JSON.stringify(usage));
  });
}
