import { describe, expect, onTestFinished, test } from "vitest";
import { startAuthorizationServer } from "../../support/authorization-server.ts";
import { documentOf, okResponses } from "../../support/documents.ts";
import { addFiles } from "../../support/folder.ts";
import { jwtOf, projectWith, runCli } from "../../support/run-cli.ts";
import { readForm, type Script, startServer } from "../../support/scripted-server.ts";

const CREDENTIALS = { CATALOG_CLIENT_ID: "catalog", CATALOG_CLIENT_SECRET: "planted-secret" };

const needing = (...scopes: string[]) => ({ ...okResponses, security: [{ machine: scopes }] });

const scopes = { "catalog:read": "", "catalog:write": "", "catalog:admin": "" };

const catalog = documentOf(
  {
    "/items": { get: needing("catalog:read"), post: needing("catalog:write") },
    "/health": { get: { ...okResponses, security: [] } },
  },
  {
    components: {
      securitySchemes: {
        machine: { type: "oauth2", flows: { clientCredentials: { tokenUrl: "/t", scopes } } },
      },
    },
  },
);

function projectOf(tokenClients: Record<string, object>, client: object = {}): string {
  const [tokenClient] = Object.keys(tokenClients);
  return projectWith({
    "openapi-m2m.config.json": {
      output: "generated",
      tokenClients,
      clients: { CatalogClient: { spec: "catalog.json", tokenClient, ...client } },
    },
    "catalog.json": catalog,
  });
}

async function start(script: Script) {
  const server = await startServer(script);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { server, tokenEndpoint: `${server.origin}/token` };
}

const granting = (scope: string | undefined, rest: object = {}) =>
  start(() => ({ access_token: "opaque", token_type: "Bearer", expires_in: 600, scope, ...rest }));

const check = (cwd: string, ...args: string[]) => runCli(cwd, ["check", ...args], CREDENTIALS);

describe("openapi-m2m check", () => {
  test("finds nothing wrong where a real server grants what is needed", async () => {
    await using server = await startAuthorizationServer({
      clients: [{ client_id: "catalog", client_secret: "planted-secret" }],
    });
    const cwd = projectOf({
      "catalog.client": {
        issuer: server.issuer,
        resource: "urn:catalog",
        scope: "catalog:read catalog:write",
      },
    });
    const { status, stdout, stderr } = await check(cwd);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(
      "catalog.client: ok\n  JWT for 10 min; scope catalog:read catalog:write; audience urn:catalog; 2 scopes needed\n1 token client: nothing wrong\n",
    );
  });

  test("finds the scopes that a real server drops silently, with the operations that need them", async () => {
    await using server = await startAuthorizationServer({
      clients: [{ client_id: "catalog", client_secret: "planted-secret" }],
      resources: { "urn:catalog": "catalog:read" },
    });
    const { issuer } = server;
    const cwd = projectOf({ "catalog.client": { issuer, scope: "catalog:read catalog:write" } });
    const { status, stdout } = await check(cwd);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^catalog\.client \(openapi-m2m\.config\.json:1:\d+\): 1 error\n/);
    expect(stdout).toContain(
      "  error: the server left out catalog:write, needed by POST /items\n    fix: register the client for it at the server\n",
    );
  });

  test("exits with 1 for a scope too many, but not with --level error", async () => {
    const { tokenEndpoint } = await granting("catalog:read catalog:write catalog:admin");
    const cwd = projectOf({ "catalog.client": { tokenEndpoint } });
    const { status, stdout } = await check(cwd);
    expect(status).toBe(1);
    expect(stdout).toContain("  warning: no operation needs catalog:admin, which the token is good for\n");
    expect((await check(cwd, "--level", "error")).status).toBe(0);
  });

  test("asks for what calls ask for themselves", async () => {
    const { server, tokenEndpoint } = await start((request) => ({
      access_token: "opaque",
      token_type: "Bearer",
      expires_in: 600,
      scope: readForm(request).get("scope"),
    }));
    const cwd = projectOf(
      { "catalog.client": { tokenEndpoint, scope: "catalog:read catalog:write catalog:admin" } },
      { scopes: "operation" },
    );
    const { status, stdout } = await check(cwd);
    expect(server.requests.map((request) => readForm(request).get("scope"))).toEqual([
      "catalog:read catalog:write",
    ]);
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("asked for by operation"),
    });
  });

  test("says what can't be told", async () => {
    const { tokenEndpoint } = await granting(undefined);
    const cwd = projectOf({
      "catalog.client": { tokenEndpoint, resource: "urn:catalog" },
      "other.client": { tokenEndpoint },
    });
    const { stdout } = await runCli(cwd, ["check"], {
      ...CREDENTIALS,
      OTHER_CLIENT_ID: "other",
      OTHER_CLIENT_SECRET: "planted-secret",
    });
    expect(stdout).toContain("  note: the server did not say which scopes it granted\n");
    expect(stdout).toContain("  note: the token is opaque: whom it is for can't be told\n");
    expect(stdout).toContain("  note: no generated client uses it: what it needs is not known\n");
  });

  test("warns of a JWT that shows no scope where none was asked for, unless a TokenManager may have asked", async () => {
    const { tokenEndpoint } = await start(() => ({
      access_token: jwtOf({ sub: "catalog" }),
      token_type: "Bearer",
      expires_in: 600,
    }));
    const cwd = projectOf({ "catalog.client": { tokenEndpoint } });
    const { status, stdout } = await check(cwd);
    expect(status).toBe(1);
    expect(stdout).toContain("  warning: no scope was asked for, and neither the server nor the token says");
    expect(stdout).not.toContain("note:");
    addFiles(cwd, { "tokens.ts": managerOf(tokenEndpoint) });
    const managed = await check(cwd, "--manager", "tokens.ts");
    expect(managed.status).toBe(0);
    expect(managed.stdout).toContain("which means what the TokenManager asked for, if it asked for any");
  });

  test("prints JSON that says the same", async () => {
    const value = jwtOf({ scp: ["catalog:read"], aud: ["urn:other"] });
    const { tokenEndpoint } = await start(() => ({
      access_token: value,
      token_type: "Bearer",
      expires_in: 30,
    }));
    const cwd = projectOf({ "catalog.client": { tokenEndpoint, resource: "urn:catalog" } });
    const { status, stdout } = await check(cwd, "--json");
    expect(status).toBe(1);
    const [client] = JSON.parse(stdout).tokenClients;
    expect(client.problems.map(({ code }: { code: string }) => code)).toEqual([
      "SCOPE_MISSING",
      "AUDIENCE_MISSING",
      "LIFETIME_SHORT",
    ]);
    expect(client).toMatchObject({
      ok: false,
      place: expect.stringMatching(/^openapi-m2m\.config\.json:1:\d+$/),
      tokens: [
        {
          needed: { "catalog:write": ["POST /items"] },
          scopes: ["catalog:read"],
          scopesFrom: "scp",
          lifetimeSeconds: 30,
        },
      ],
    });
    expect(client.tokens[0]).not.toHaveProperty("claims");
  });

  test("checks the others where one fails, and each by itself", async () => {
    const failing = await start(
      (_, response) => void response.writeHead(401).end('{"error":"invalid_client"}'),
    );
    const { tokenEndpoint } = await granting("catalog:read catalog:write");
    const cwd = projectOf({
      "catalog.client": { tokenEndpoint },
      "invoice.client": { tokenEndpoint: failing.tokenEndpoint },
      "order.client": { tokenEndpoint },
    });
    const variables = {
      ...CREDENTIALS,
      INVOICE_CLIENT_ID: "invoice",
      INVOICE_CLIENT_SECRET: "planted-secret",
    };
    const { status, stdout } = await runCli(cwd, ["check"], variables);
    expect(status).toBe(1);
    expect(stdout).toContain("catalog.client: ok\n");
    expect(stdout).toContain("/token answered 401 (invalid_client)\n    fix: check INVOICE_CLIENT_ID and");
    expect(stdout).toContain(
      "error: ORDER_CLIENT_ID is not set\n    fix: set ORDER_CLIENT_ID, and ORDER_CLIENT_SECRET,",
    );
    expect(stdout).toContain("3 token clients: 2 errors\n");
  });

  test("sends the secret of one token client to the server of no other, whose name comes to the same variables", async () => {
    const { server, tokenEndpoint } = await granting("catalog:read catalog:write");
    const cwd = projectOf({ "catalog.client": { tokenEndpoint }, catalog: { tokenEndpoint } });
    const { status, stdout } = await check(cwd);
    expect(status).toBe(1);
    expect(stdout).toContain(
      'error: the token clients "catalog" and "catalog.client" have the same variables',
    );
    expect(server.requests).toEqual([]);
  });

  test("checks those that are named, and knows no other", async () => {
    const { server, tokenEndpoint } = await granting("catalog:read catalog:write");
    const cwd = projectOf({ "catalog.client": { tokenEndpoint }, "other.client": { tokenEndpoint } });
    expect((await check(cwd, "catalog.client")).status).toBe(0);
    expect(server.requests).toHaveLength(1);
    const { status, stderr } = await check(cwd, "catalog.cleint");
    expect(status).toBe(1);
    expect(stderr).toContain('did you mean "catalog.client"?');
  });

  test("says what is wrong with the mapping before it asks for tokens", async () => {
    const { server, tokenEndpoint } = await granting("catalog:read");
    const cwd = projectOf({ "catalog.client": { tokenEndpoint, scope: "catalog:read" } });
    const { status, stderr } = await check(cwd);
    expect(status).toBe(1);
    expect(stderr).toContain("lacks catalog:write, needed by POST /items");
    expect(server.requests).toEqual([]);
  });
});

const managerOf = (tokenEndpoint: string, name = "catalog.client") => `
import { createTokenManager } from "@openapi-m2m/runtime";
export const tokens = createTokenManager({ clients: { "${name}": { tokenEndpoint: "${tokenEndpoint}", clientId: "worker" } } });
`;

describe("openapi-m2m check --manager", () => {
  const project = (tokenEndpoint: string, manager: string) => {
    const config = {
      output: "generated",
      tokenClients: { "catalog.client": { tokenEndpoint }, "other.client": { tokenEndpoint } },
      clients: { CatalogClient: { spec: "catalog.json", tokenClient: "catalog.client" } },
    };
    return projectWith({ "openapi-m2m.config.json": config, "catalog.json": catalog, "tokens.ts": manager });
  };

  test("needs no more of the mapping's token clients than the TokenManager has", async () => {
    const { server, tokenEndpoint } = await granting("catalog:read catalog:write");
    const { status, stdout } = await check(
      project(tokenEndpoint, managerOf(tokenEndpoint)),
      "--manager",
      "tokens.ts",
    );
    expect(status).toBe(0);
    expect(stdout).toContain("catalog.client: ok\n");
    expect(stdout).toContain("other.client: not in the TokenManager, and not checked\n");
    expect(readForm(server.requests[0]).get("client_id")).toBe("worker");
  });

  test("asks the server although the TokenManager has a token", async () => {
    const { server, tokenEndpoint } = await granting("catalog:read catalog:write");
    const manager = `${managerOf(tokenEndpoint)}await tokens.getAccessToken("catalog.client");`;
    await check(project(tokenEndpoint, manager), "catalog.client", "--manager", "tokens.ts");
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ["none of them", managerOf("https://login.example/", "stranger.client"), []],
    ["none that is named", managerOf("https://login.example/"), ["other.client"]],
    [
      "a function that gives definitions, which fails",
      'import { createTokenManager } from "@openapi-m2m/runtime";\nexport const tokens = createTokenManager({ clients: () => { throw new Error("no database"); } });',
      [],
    ],
  ])("exits with 1 where the TokenManager has %s", async (_, manager, names) => {
    const cwd = project("https://login.example/token", manager);
    const { status, stdout } = await check(cwd, ...names, "--manager", "tokens.ts");
    expect(status).toBe(1);
    expect(stdout).toMatch(/error: .*(the TokenManager has no token client|no database)/);
  });
});

describe("a secret", () => {
  const secret = 'planted"sec\\ret/+';
  const token = jwtOf({ note: secret, [secret]: [secret], aud: secret, scope: secret });
  const echo = {
    scope: `catalog:read ${secret}`,
    error: "invalid_client",
    error_description: `no ${secret}, ${btoa(secret)}, ${Buffer.from(secret).toString("hex")}`,
  };
  const granted: Script = () => ({ access_token: token, token_type: "Bearer", ...echo });
  const refused: Script = (_, response) => void response.writeHead(401).end(JSON.stringify(echo));
  const commands = [
    ["check"],
    ["check", "--json"],
    ["token", "catalog.client"],
    ["token", "catalog.client", "--json"],
  ];

  const expectHidden = (printed: string) => {
    expect(printed).toContain("[redacted]");
    const [, claims = ""] = token.split(".");
    for (const text of [
      "planted",
      btoa(secret),
      Buffer.from(secret).toString("hex"),
      claims,
      "c2lnbmF0dXJl",
    ]) {
      expect(printed).not.toContain(text);
    }
  };

  test.each([
    ...commands.map((args) => ({ args, answer: "granted", script: granted })),
    ...commands.map((args) => ({ args, answer: "refused", script: refused })),
  ])("is not printed by $args when a token is $answer and the server echoes it", async ({ args, script }) => {
    const { tokenEndpoint } = await start(script);
    const cwd = projectOf({ "catalog.client": { tokenEndpoint, audience: "a" } });
    const variables = { CATALOG_CLIENT_ID: "catalog", CATALOG_CLIENT_SECRET: secret };
    const { stdout, stderr } = await runCli(cwd, args, variables);
    expectHidden(stdout + stderr);
  });

  test.each(commands.map((args) => ({ args })))(
    "that only a module has is not printed by $args when the server echoes it",
    async ({ args }) => {
      const { tokenEndpoint } = await start(refused);
      const cwd = projectOf({ "catalog.client": { tokenEndpoint, audience: "a" } });
      const authentication = `clientSecretPost(${JSON.stringify(secret)})`;
      addFiles(cwd, {
        "tokens.ts": managerOf(tokenEndpoint)
          .replace("{ createTokenManager", "{ clientSecretPost, createTokenManager")
          .replace('"worker"', `$&, clientAuthentication: ${authentication}`),
      });
      const { stdout, stderr } = await runCli(cwd, [...args, "--manager", "tokens.ts"]);
      expectHidden(stdout + stderr);
    },
  );
});
