import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Counts, Figures } from "../../examples/demo/figures.ts";

type Summary = Figures & { ok: boolean; contradictions: string[]; tokenClients: Record<string, Counts> };

test("the demo ends well: its last line has figures that agree with each other, and it says what to do next", async () => {
  const demo = promisify(execFile)(process.execPath, ["examples/demo/main.ts", "--seconds", "4"]);
  const { stdout, stderr } = await demo;

  const summary: Summary = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  expect(stderr).toContain("\n  npx openapi-m2m init\n");
  expect(summary).toMatchObject({ ok: true, contradictions: [] });
  expect(Object.keys(summary.tokenClients)).toEqual(["catalog.client", "invoice.client"]);
  expect(summary.clients).toHaveLength(7);
  for (const { tokensIssued, tokenRequests, resends, rejections } of summary.clients) {
    expect(tokenRequests).toBe(tokensIssued);
    expect(resends).toBe(rejections);
    expect(resends).toBeGreaterThan(0);
  }
}, 60_000);

test("the demo fails when a worker does, and says which", async () => {
  const sabotage = "data:text/javascript,if(process.argv[1].endsWith('manual.ts'))process.exit(7)";
  const env = { ...process.env, NODE_OPTIONS: `--import ${sabotage}` };

  const run = promisify(execFile)(process.execPath, ["examples/demo/main.ts", "--seconds", "1"], { env });

  await expect(run).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("Contradiction: manual: exit code 7."),
    stderr: expect.not.stringContaining("init"),
  });
}, 60_000);
