import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startDemoServers } from "../support/demo-servers.ts";
import { environmentOf, startExample } from "../support/example-process.ts";

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test("an application of NestJS is built, calls through an injected client, and ends when told to", async () => {
  const tsc = [root("node_modules/typescript/bin/tsc"), "-p", root("examples/integrations/nestjs")];
  await promisify(execFile)(process.execPath, tsc);
  const demo = await startDemoServers();
  const built = "nestjs/dist/examples/integrations/nestjs/main.js";
  await using app = startExample(built, environmentOf(demo));

  expect(await app.line(/in stock/)).toBe("in stock in Berlin: 60");
  const traffic = demo.watch();
  demo.catalog.revoke();
  await expect.poll(() => traffic.calls.some(({ status }) => status === 200)).toBe(true);

  expect(traffic.unauthorized).toBe(1);
  expect(traffic.tokenRequests).toHaveLength(1);
  expect(await app.stop()).toBe(0);
  expect(app.errors).toBe("");
  await demo.close();
});
