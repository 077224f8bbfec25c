// Preloaded into every process that is measured, and those that it starts: says at its end what it took.
import { writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

const { USAGE_FOLDER, USAGE_ALONE } = process.env;
if (USAGE_ALONE) {
  os.availableParallelism = () => 1;
  syncBuiltinESMExports();
}
if (USAGE_FOLDER && isMainThread) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, maxRSS: maxRSS / 1024 };
    writeFileSync(join(USAGE_FOLDER, `${process.pid}.json`), JSON.stringify(usage));
  });
}
