import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoClients } from "../examples/demo/authorization-server.ts";
import { startDemoServers } from "../test/support/demo-servers.ts";
import { addFiles } from "../test/support/folder.ts";
import { packPackages } from "../test/support/packed-packages.ts";
import { binOf, COMPILERS, install, NODES, run } from "./programs.ts";
import { readmeProject } from "./readme-project.ts";

const { folder, packages } = packPackages();
const tarballs = packages.map(({ tarball }) => tarball);
afterAll(() => rmSync(folder, { recursive: true }));

const servers = await startDemoServers();
afterAll(() => servers.close());

const [catalog, invoices] = demoClients;
const variables = {
  CATALOG_CLIENT_ID: catalog?.clientId ?? "",
  CATALOG_CLIENT_SECRET: catalog?.clientSecret ?? "",
  INVOICE_CLIENT_ID: invoices?.clientId ?? "",
  INVOICE_CLIENT_SECRET: invoices?.clientSecret ?? "",
};

/** Of the lowest Node.js that is supported, and the newest there are: types are moved from one to the next. */
const NODE_TYPES = ["@types/node@22", "@types/node@latest"];

/** What only those install who use what needs it. */
const PEERS = ["@opentelemetry/api", "ioredis", "redis"];

describe.each(COMPILERS)("the project of README.md, with TypeScript %s,", (compiler) => {
  const project = join(folder, `with-typescript-${compiler}`);
  const tsc = (...options: string[]) => run(project, binOf(project, "tsc"), options);
  const cli = join(project, "node_modules/openapi-m2m/dist/cli.js");

  beforeAll(async () => {
    addFiles(project, readmeProject(servers));
    await install(project, "--save-dev", ...tarballs, `typescript@${compiler}`, "@types/node@24");
    await run(project, binOf(project, "openapi-m2m"), ["generate"]);
    await tsc();
  });

  test("is compiled by it", async () => {
    expect(await tsc("--version")).toContain(compiler);
  });

  test("compiles for bundlers, with the types of all that it imports", async () => {
    const bundler = ["--module", "preserve", "--moduleResolution", "bundler"];
    expect(await tsc(...bundler, "--noEmit")).toBe("");
  });

  test.each(NODES)(
    "is generated the same, is granted its scopes, and calls with Node.js $version",
    async ({ program }) => {
      const generated = await run(project, program, [cli, "generate", "--check"]);
      expect(generated).not.toContain("stale");
      await run(project, program, [cli, "check"], variables);
      const traffic = servers.watch();
      const asIs = await run(project, program, ["worker.ts"], variables);
      const built = await run(project, program, ["dist/worker.js"], variables);
      expect(asIs).toMatch(/ 200\n$/);
      expect(built).toBe(asIs);
      expect(traffic.calls.length).toBe(4);
      expect(traffic.unauthorized).toBe(0);
      expect(traffic.tokenRequests.map(({ client }) => client)).toEqual([
        ...[variables.CATALOG_CLIENT_ID, variables.INVOICE_CLIENT_ID],
        ...[variables.CATALOG_CLIENT_ID, variables.INVOICE_CLIENT_ID],
      ]);
    },
  );

  test("compiles with every entry of both packages, what those entries need, and other types of Node.js", async () => {
    await install(project, "--save-dev", ...PEERS);
    const entries = packages.flatMap(({ name, entries }) => entries.map((entry) => join(name, entry)));
    const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";`);
    const names = entries.map((_entry, index) => `entry${index}`);
    addFiles(project, { "entries.ts": `${imports.join("\n")}\nexport default [${names.join(", ")}];\n` });
    expect(entries).toContain("@openapi-m2m/runtime/redis");
    expect(await tsc("--noEmit")).toBe("");
    expect(await tsc("--noEmit", "--module", "preserve", "--moduleResolution", "bundler")).toBe("");
    for (const { program } of NODES) await run(project, program, ["entries.ts"]);
    for (const types of NODE_TYPES) {
      await install(project, "--save-dev", types);
      expect(await tsc("--noEmit"), types).toBe("");
    }
  });
});
