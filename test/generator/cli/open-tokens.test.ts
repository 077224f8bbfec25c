import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { jwtOf, projectWith, runCli } from "../../support/run-cli.ts";
import { startServer } from "../../support/scripted-server.ts";

async function startTokens() {
  const value = jwtOf({ sub: "catalog" });
  const server = await startServer(() => ({ access_token: value, token_type: "Bearer", expires_in: 600 }));
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** A module that makes a TokenManager, as a worker's does. */
const managerOf = (origin: string) => `
import { clientSecretBasic, createTokenManager, type TokenManager } from "@openapi-m2m/runtime";

const tokens: TokenManager<"catalog.client"> = createTokenManager({
  clients: {
    "catalog.client": {
      tokenEndpoint: "${origin}/token",
      clientId: "worker",
      clientAuthentication: clientSecretBasic(process.env["CATALOG_CLIENT_SECRET"] ?? ""),
    },
  },
});
`;

/** Holds a process open. */
const LISTEN = 'import { createServer } from "node:net";\n';

const run = (cwd: string, ...args: string[]) =>
  runCli(cwd, ["token", ...args, "--manager", "tokens.ts"], { CATALOG_CLIENT_SECRET: "planted-secret" });

describe("--manager", () => {
  test.each([
    ["as tokens", "export { tokens };"],
    ["by default", "export default tokens;"],
  ])("takes tokens from the TokenManager that a TypeScript module exports %s", async (_, text) => {
    const { origin, requests } = await startTokens();
    const cwd = projectWith({ "tokens.ts": managerOf(origin) + text });
    const { status, stdout, stderr } = await run(cwd, "catalog.client");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain('sub  "catalog"');
    expect(requests[0]?.headers.authorization).toBe(`Basic ${btoa("worker:planted-secret")}`);
  });

  test("takes one of CommonJS too, and needs no config", async () => {
    const { origin } = await startTokens();
    const text = `
const { createTokenManager } = require("@openapi-m2m/runtime");
exports.tokens = createTokenManager({ clients: { a: { tokenEndpoint: "${origin}/token", clientId: "a" } } });
`;
    const cwd = projectWith({ "tokens.cjs": text });
    const { status } = await runCli(cwd, ["token", "a", "--manager", "tokens.cjs"]);
    expect(status).toBe(0);
  });

  test("ends although the module has something open, and the manager never closes", async () => {
    const { origin } = await startTokens();
    const text = `
createServer().listen(0, "127.0.0.1");
export default { getAccessToken: tokens.getAccessToken, close: () => new Promise(() => {}) };
`;
    const cwd = projectWith({ "tokens.ts": `${LISTEN}${managerOf(origin)}${text}` });
    const { status, stdout } = await run(cwd, "catalog.client");
    expect(status).toBe(0);
    expect(stdout).toContain("lifetime  10 min");
  });

  test("ends with 1 where the module fails with something open", async () => {
    const cwd = projectWith({
      "tokens.ts": `${LISTEN}createServer().listen(0, "127.0.0.1");\nthrow new Error("no database");\n`,
    });
    const { status, stderr } = await run(cwd, "catalog.client");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^tokens\.ts:3:7: error: no database/);
  });

  test.each([
    [[], 1],
    [["--force"], 2],
  ])("takes the token that the manager has, unless it is asked for anew: %j", async (flags, want) => {
    const { origin, requests } = await startTokens();
    const text = 'await tokens.getAccessToken("catalog.client");\nexport { tokens };';
    const cwd = projectWith({ "tokens.ts": managerOf(origin) + text });
    expect((await run(cwd, "catalog.client", ...flags)).status).toBe(0);
    expect(requests).toHaveLength(want);
  });

  test("closes the manager", async () => {
    const { origin } = await startTokens();
    const text = `
export default { getAccessToken: tokens.getAccessToken, async close() { console.error("closed"); } };
`;
    const cwd = projectWith({ "tokens.ts": managerOf(origin) + text });
    expect((await run(cwd, "catalog.client")).stderr).toBe("closed\n");
  });

  test("says which of the manager's token clients was meant", async () => {
    const { origin } = await startTokens();
    const cwd = projectWith({ "tokens.ts": `${managerOf(origin)}export { tokens };` });
    const { status, stderr } = await run(cwd, "catalog.clint");
    expect(status).toBe(1);
    expect(stderr).toContain('fix: did you mean "catalog.client"?');
  });

  test.each([
    [
      "exports none",
      "export const token = 1;",
      /^tokens\.ts:1:1: error: exports no TokenManager.*export const tokens = /s,
    ],
    ["can't be run", "enum A { b }", /^tokens\.ts:1:\d+: error: .*write it without enum/s],
    [
      "imports what is not there",
      'import "./gone.ts";',
      /^tokens\.ts:1:1: error: Cannot find module 'gone\.ts'/,
    ],
    [
      "quotes its secret",
      'const secret = process.env["CATALOG_CLIENT_SECRET"];\nthrow new Error("bad " + secret);',
      /^tokens\.ts:2:7: error: bad \[redacted\]/,
    ],
    [
      "has JSON.parse quote its secret",
      'export default JSON.parse(process.env["CATALOG_CLIENT_SECRET"] ?? "");',
      /^tokens\.ts:1:21: error: a text is not valid JSON/,
    ],
    [
      "gives what is no token",
      "export default { getAccessToken: async () => process.env, async close() {} };",
      /gave what is no AccessToken/,
    ],
    [
      "rejects with its secret",
      'export default { getAccessToken: async () => { throw new Error(process.env["CATALOG_CLIENT_SECRET"]); }, async close() {} };',
      /^openapi-m2m: \[redacted\]\n/,
    ],
    [
      "never gives one",
      "export default { getAccessToken: (_: string, { signal }: { signal: AbortSignal }) => new Promise((_, reject) => { signal.onabort = () => reject(signal.reason); }), async close() {} };",
      /^openapi-m2m: no token within 0\.5 s\n {2}fix: .*--timeout/,
    ],
  ])("says so where the module %s", async (_, text, want) => {
    const { status, stdout, stderr } = await run(projectWith({ "tokens.ts": text }), "a", "--timeout", "0.5");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(want);
    expect(stderr).not.toContain("planted");
  });

  test.each([
    ["folder", "folder:1:1: error: is a folder, and no module"],
    [
      "loop/tokens.ts",
      "loop/tokens.ts:1:1: error: cannot be read: ELOOP: too many symbolic links encountered",
    ],
    ["", "option '--manager <file>' argument '' is invalid. It is empty, and must be a path."],
  ])("says what is wrong with the path of a module: %j", async (path, want) => {
    const cwd = projectWith({ "folder/tokens.ts": "" });
    symlinkSync("loop", join(cwd, "loop"));
    const { status, stderr } = await runCli(cwd, ["token", "a", "--manager", path]);
    expect(status).toBe(path === "" ? 2 : 1);
    expect(stderr).toContain(want);
  });

  test("says which module was meant", async () => {
    const cwd = projectWith({ "token.ts": "" });
    expect((await run(cwd, "a")).stderr).toContain('did you mean "token.ts"?');
  });
});
