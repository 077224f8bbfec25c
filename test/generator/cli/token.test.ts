import { generateKeyPairSync } from "node:crypto";
import { exportJWK, importPKCS8, SignJWT } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import { startAuthorizationServer } from "../../support/authorization-server.ts";
import { addFiles, folderWith } from "../../support/folder.ts";
import { jwtOf, projectWith, runCli } from "../../support/run-cli.ts";
import { type Script, startServer } from "../../support/scripted-server.ts";

function configWith(tokenClient: object) {
  return {
    output: "generated",
    tokenClients: { "catalog.client": tokenClient },
    clients: { ThingsClient: { spec: "things.json", tokenClient: "catalog.client" } },
  };
}

const CREDENTIALS = { CATALOG_CLIENT_ID: "catalog", CATALOG_CLIENT_SECRET: "planted-secret" };

async function startTokens(script: Script) {
  const server = await startServer(script);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const tokenEndpoint = `${server.origin}/token`;
  const cwd = projectWith({
    "things.json": {},
    "openapi-m2m.config.json": configWith({ tokenEndpoint, scope: "a" }),
  });
  return { server, tokenEndpoint, cwd };
}

const answerWith = (access_token: string, rest: object = {}) =>
  startTokens(() => ({ access_token, token_type: "Bearer", expires_in: 600, ...rest }));

describe("openapi-m2m token", () => {
  test("shows the claims and the lifetime of a token that a real server gives, and not the token", async () => {
    await using server = await startAuthorizationServer({
      clients: [{ client_id: "catalog", client_secret: "planted-secret" }],
    });
    const { issuer } = server;
    const cwd = projectWith({ "openapi-m2m.config.json": configWith({ issuer, resource: "urn:catalog" }) });
    const { status, stdout, stderr } = await runCli(
      cwd,
      ["token", "catalog.client", "--scope", "catalog:read"],
      CREDENTIALS,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("  type      Bearer, a JWT (typ at+jwt, alg ES256, kid throw-away)\n");
    expect(stdout).toContain(
      "  scope     catalog:read\n  audience  urn:catalog\n  lifetime  10 min, until 20",
    );
    expect(stdout).toContain(`    iss        "${issuer}"\n`);
    expect(stdout).toMatch(
      /^ {4}exp {8}\d{10} {2}20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+00:00 \(in (9 min \d+ s|10 min)\)$/m,
    );
    expect(stdout).not.toMatch(/eyJ|planted/);
  });

  test("prints the token alone on the standard output with --reveal", async () => {
    const { cwd } = await answerWith("planted-token");
    const { stdout, stderr } = await runCli(cwd, ["token", "catalog.client", "--reveal"], CREDENTIALS);
    expect(stdout).toBe("planted-token\n");
    expect(stderr).toContain("  lifetime  10 min");
    expect(stderr).not.toContain("planted");
  });

  test("prints JSON, the token in it only with --reveal", async () => {
    const value = jwtOf({ aud: "urn:catalog", exp: 7 });
    const { cwd } = await answerWith(value, { scope: "a b" });
    const shown = JSON.parse((await runCli(cwd, ["token", "catalog.client", "--json"], CREDENTIALS)).stdout);
    expect(shown).toMatchObject({
      name: "catalog.client",
      format: "jwt",
      scopes: ["a", "b"],
      audience: ["urn:catalog"],
      lifetimeSeconds: 600,
      claims: { exp: 7 },
    });
    expect(shown).not.toHaveProperty("token");
    const { stdout } = await runCli(cwd, ["token", "catalog.client", "--json", "--reveal"], CREDENTIALS);
    expect(JSON.parse(stdout)).toHaveProperty("token", value);
  });

  test("says that a token is opaque, and that the server did not say its scope", async () => {
    const { cwd } = await answerWith("opaque");
    const { stdout } = await runCli(cwd, ["token", "catalog.client"], CREDENTIALS);
    expect(stdout).toContain("  type      Bearer, opaque: only its server can tell what is in it\n");
    expect(stdout).toContain("  scope     the server did not say\n");
    expect(stdout).not.toContain("claims");
  });

  test.each([[["--json"]], [[]]])("makes hostile claims printable %j", async (flags) => {
    const claims = {
      "\u001b[2Jname": "a\u0007b\u202ec\u009bd\nline",
      exp: 1e300,
      nbf: "soon",
      iat: -1,
      long: "x".repeat(5000),
    };
    const { cwd } = await answerWith(jwtOf(claims), { scope: "a\u001b[31m" });
    const { status, stdout } = await runCli(cwd, ["token", "catalog.client", ...flags], CREDENTIALS);
    expect(status).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them is to be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    if (flags.length === 0)
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThan(1200);
    else expect(JSON.parse(stdout).claims).toEqual(claims);
  });

  test("sends what is asked for besides", async () => {
    const { cwd, server } = await answerWith("opaque");
    const flags = [
      "--scope",
      "b",
      "--scope",
      "c",
      "--resource",
      "urn:a",
      "--resource",
      "urn:b",
      "--audience",
      "d",
      "--parameter",
      "tenant=4=2",
    ];
    await runCli(cwd, ["token", "catalog.client", ...flags], CREDENTIALS);
    expect(String(server.requests[0]?.body)).toBe(
      "tenant=4%3D2&scope=b+c&resource=urn%3Aa&resource=urn%3Ab&audience=d&grant_type=client_credentials",
    );
  });

  test("takes what a file of variables says, but what is set already prevails", async () => {
    const { cwd, server } = await answerWith("opaque");
    addFiles(cwd, { ".env": "CATALOG_CLIENT_ID=file\nCATALOG_CLIENT_SECRET=of-a-file\n" });
    await runCli(cwd, ["token", "catalog.client", "--env", ".env"], { CATALOG_CLIENT_ID: "set" });
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa("set:of-a-file")}`);
    const { status, stderr } = await runCli(cwd, ["token", "catalog.client", "--env", ".envv"]);
    expect(status).toBe(1);
    expect(stderr).toContain(".envv can't be read (ENOENT)");
  });

  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));

  test.each(["CATALOG_CLIENT_KEY", "CATALOG_CLIENT_KEY_FILE", "JWK"])(
    "signs with the key of %s",
    async (variable) => {
      const jwk = {
        ...(await exportJWK(await importPKCS8(pem, "ES256", { extractable: true }))),
        kid: "first",
      };
      const { d: _, ...publicJwk } = jwk;
      await using server = await startAuthorizationServer({
        clients: [
          {
            client_id: "catalog",
            token_endpoint_auth_method: "private_key_jwt",
            jwks: { keys: [publicJwk] },
          },
        ],
      });
      const cwd = projectWith({
        "openapi-m2m.config.json": configWith({ issuer: server.issuer }),
        "key.pem": pem,
      });
      const given =
        variable === "JWK"
          ? { CATALOG_CLIENT_KEY: JSON.stringify(jwk) }
          : { [variable]: variable.endsWith("_FILE") ? "key.pem" : pem };
      const { status, stderr } = await runCli(cwd, ["token", "catalog.client"], {
        CATALOG_CLIENT_ID: "catalog",
        ...given,
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(server.tokenRequests[0]?.assertion).toMatchObject({ iss: "catalog", aud: server.issuer });
    },
  );

  test("sends the assertion of a file, as Kubernetes gives it", async () => {
    await using server = await startAuthorizationServer({
      clients: [
        {
          client_id: "catalog",
          token_endpoint_auth_method: "client_secret_jwt",
          client_secret: "planted-secret-of-32-characters-x",
        },
      ],
    });
    const assertion = await new SignJWT({ jti: "1" })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer("catalog")
      .setSubject("catalog")
      .setAudience(server.issuer)
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode("planted-secret-of-32-characters-x"));
    const { issuer } = server;
    const cwd = projectWith({ "openapi-m2m.config.json": configWith({ issuer }), token: `${assertion}\n` });
    const variables = { CATALOG_CLIENT_ID: "catalog", CATALOG_CLIENT_ASSERTION_FILE: "token" };
    const { status, stderr } = await runCli(cwd, ["token", "catalog.client"], variables);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("openapi-m2m token, where there is none", () => {
  test("says that the assertion of a file has expired", async () => {
    const assertion = jwtOf({ iss: "planted", sub: "planted", exp: 1_000_000_000 });
    const { cwd } = await startTokens(
      (_, response) => void response.writeHead(401).end('{"error":"invalid_client"}'),
    );
    addFiles(cwd, { token: assertion });
    const variables = { CATALOG_CLIENT_ID: "catalog", CATALOG_CLIENT_ASSERTION_FILE: "token" };
    const { status, stderr } = await runCli(cwd, ["token", "catalog.client"], variables);
    expect(status).toBe(1);
    expect(stderr).toContain(
      "; the assertion expired at 2001-09-09T01:46:40.000Z: is it still renewed?\n  fix: check that",
    );
    expect(stderr).not.toContain(assertion);
  });

  test("shows the first of many thousand claims", async () => {
    const claims = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`c${index}`, 1]));
    const { cwd } = await answerWith(jwtOf(claims));
    const { status, stdout } = await runCli(cwd, ["token", "catalog.client"], CREDENTIALS);
    expect({ status, lines: stdout.split("\n").length }).toEqual({ status: 0, lines: 208 });
    expect(stdout).toContain("    and 59800 more, which --json shows\n");
  });

  const cases: readonly [string, Script, Record<string, string>, RegExp][] = [
    [
      "invalid_client",
      (_, response) => void response.writeHead(401).end('{"error":"invalid_client"}'),
      CREDENTIALS,
      /answered 401 \(invalid_client\)\n {2}fix: check CATALOG_CLIENT_ID and CATALOG_CLIENT_SECRET; .*CATALOG_CLIENT_AUTH=client_secret_post/,
    ],
    [
      "invalid_scope",
      (_, response) => void response.writeHead(400).end('{"error":"invalid_scope"}'),
      CREDENTIALS,
      /answered 400 \(invalid_scope\)\n {2}fix: register the client for every scope.*tokenClients\["catalog\.client"\]\.scope/,
    ],
    [
      "a key that is none",
      () => ({}),
      { CATALOG_CLIENT_ID: "catalog", CATALOG_CLIENT_KEY: "planted-secret" },
      /must be a private key as PEM/,
    ],
    [
      "a JWK that is none",
      () => ({}),
      { CATALOG_CLIENT_ID: "catalog", CATALOG_CLIENT_KEY: '{ "planted-secret": ' },
      /CATALOG_CLIENT_KEY is neither PEM nor a JWK/,
    ],
    [
      "another issuer's discovery document",
      () => ({ issuer: "https://other.example", token_endpoint: "https://other.example/token" }),
      { ...CREDENTIALS, CATALOG_CLIENT_ISSUER: "SERVER" },
      /names another issuer, "https:\/\/other\.example"/,
    ],
    [
      "no discovery document",
      (_, response) => void response.writeHead(404).end(),
      { ...CREDENTIALS, CATALOG_CLIENT_ISSUER: "SERVER" },
      /no discovery document.*\n {2}fix: check the address in tokenClients\["catalog\.client"\]; .*CATALOG_CLIENT_ISSUER/,
    ],
    [
      "no answer in time",
      () => new Promise(() => {}),
      CREDENTIALS,
      /no token from http.* within 500 ms\n {2}fix: check that it can be reached from here, or wait longer with --timeout/,
    ],
    [
      "no connection",
      (_, response) => void response.destroy(),
      CREDENTIALS,
      /could not reach http.*\n {2}fix: .*CATALOG_CLIENT_TOKEN_ENDPOINT/,
    ],
  ];

  test.each(cases)("says what to do about %s", async (_, script, variables, want) => {
    const { cwd, server } = await startTokens(script);
    const given = Object.entries(variables).map(([name, value]) => [
      name,
      value === "SERVER" ? server.origin : value,
    ]);
    const args = ["token", "catalog.client", "--timeout", "0.5"];
    const { status, stdout, stderr } = await runCli(cwd, args, Object.fromEntries(given));
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(want);
    expect(stderr).not.toContain("planted");
  });

  test("says which token client was meant", async () => {
    const { cwd } = await answerWith("opaque");
    const { status, stderr } = await runCli(cwd, ["token", "catalog.clint"], CREDENTIALS);
    expect(status).toBe(1);
    expect(stderr).toBe(
      'openapi-m2m: the config has no token client "catalog.clint"\n  fix: did you mean "catalog.client"?\n',
    );
  });

  test("says what to install where there is no runtime", async () => {
    const bare = folderWith({ "openapi-m2m.config.json": configWith({ issuer: "https://login.example" }) });
    const { status, stderr } = await runCli(bare, ["token", "catalog.client"], CREDENTIALS);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /@openapi-m2m\/runtime is not installed in .*\n {2}fix: npm install @openapi-m2m\/runtime; or .*--manager/,
    );
  });

  test.each([
    [["token"], "missing required argument 'name'"],
    [["token", "a", "--timeout", "soon"], "It must be a number of seconds"],
    [["token", "a", "--parameter", "tenant"], "It must be a name and a value"],
    [["token", "a", "--reveel"], "Did you mean --reveal?"],
  ])("exits with 2 for %j", async (args, want) => {
    const { status, stderr } = await runCli(projectWith({}), args);
    expect(status).toBe(2);
    expect(stderr).toContain(want);
  });
});
