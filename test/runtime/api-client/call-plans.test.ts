import { describe, expect, test } from "vitest";
import { call } from "../../../runtime/src/api-client.ts";
import type { Operation, Server } from "../../../runtime/src/operation.ts";
import { using } from "../../support/disposal.ts";
import { startServer } from "../../support/scripted-server.ts";
import { askedOf, startTestSetting } from "../../support/test-client.ts";

const operation = (rest: Partial<Operation> = {}): Operation => ({
  method: "GET",
  path: ["/things"],
  responses: { 200: ["application/json"], 403: [] },
  scopes: [],
  ...rest,
});

describe("scopes by operation", () => {
  const scopes = "operation";
  const reading = operation({ scopes: ["things:read"] });
  const writing = operation({ scopes: ["things:write", "things:read"] });

  test("have a call ask for just the scopes of its operation, one token for each set of them", async () => {
    const { create, login, api } = await startTestSetting();
    const client = create({ scopes });
    for (const each of [reading, writing, reading, operation({ scopes: ["things:read", "things:write"] })])
      await client[call](each);
    expect(askedOf(login).map(({ scope }) => scope)).toEqual(["things:read", "things:write things:read"]);
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-2",
      "Bearer token-1",
      "Bearer token-2",
    ]);
  });

  test("are the token client's where the operation declares none", async () => {
    const { create, login } = await startTestSetting();
    await create({ scopes })[call](operation());
    expect(askedOf(login)).toMatchObject([{ scope: "read write" }]);
  });

  test("give way to what the call itself asks for", async () => {
    const { create, login } = await startTestSetting();
    const client = create({ scopes });
    await client[call](reading, { token: { scope: "things:all" } });
    await client[call](reading, { token: { audience: "urn:things" } });
    expect(askedOf(login)).toMatchObject([
      { scope: "things:all" },
      { scope: "things:read", audience: "urn:things" },
    ]);
  });

  test("are the same token for two clients, and for getAccessToken", async () => {
    const { create, login, tokens } = await startTestSetting();
    await create({ scopes })[call](reading);
    await create({ scopes })[call](reading);
    expect((await tokens.getAccessToken("a", { scope: "things:read" })).value).toBe("token-1");
    expect(login.requests).toHaveLength(1);
  });

  test("leave an answer that finds the token not enough to the caller, and renew one that is rejected", async () => {
    const { create, login, api } = await startTestSetting();
    const client = create({ scopes });
    const challenge = 'Bearer error="insufficient_scope", scope="things:admin"';
    api.script = (_, response) => void response.writeHead(403, { "www-authenticate": challenge }).end();
    expect(await client[call](reading)).toMatchObject({
      status: 403,
      response: { missingScope: "things:admin" },
    });
    expect(login.requests).toHaveLength(1);
    api.script = ({ headers }, response) =>
      headers.authorization === "Bearer token-2" ? { ok: true } : void response.writeHead(401).end();
    expect(await client[call](reading)).toMatchObject({ ok: true });
    expect(askedOf(login).map(({ scope }) => scope)).toEqual(["things:read", "things:read"]);
  });

  test("are not asked for by a client that does not say so", async () => {
    const { create, login } = await startTestSetting();
    await create({})[call](writing);
    expect(askedOf(login)).toMatchObject([{ scope: "read write" }]);
  });
});

describe("a client of several token clients", () => {
  const tokenClient = ["a", "b"] as const;
  const other = operation({ tokenClient: "b" });

  test("sends the token of the operation's, or of the first", async () => {
    const { create, login } = await startTestSetting();
    const client = create({ tokenClient });
    await client[call](operation());
    await client[call](other);
    expect(askedOf(login).map(({ client_id }) => client_id)).toEqual(["a", "b"]);
  });

  test("sends those that it is bound to instead", async () => {
    const { create, login } = await startTestSetting();
    const client = create({ tokenClient }, { tokenClient: { a: "b", b: "a" } });
    await client[call](operation());
    await client[call](other);
    expect(askedOf(login).map(({ client_id }) => client_id)).toEqual(["b", "a"]);
  });

  test.each<[rule: string, tokenClient: string | Record<string, string>, code: string]>([
    ["one name for both", "a", "ERR_INVALID_OPTION"],
    ["a name for one of them", { a: "b" }, "ERR_INVALID_OPTION"],
    ["a name that the manager lacks", { a: "a", b: "c" }, "ERR_TOKEN_CLIENT_UNKNOWN"],
  ])("refuses %s at construction", async (_, given, code) => {
    const { create } = await startTestSetting();
    expect(() => create({ tokenClient }, { tokenClient: given })).toThrow(expect.objectContaining({ code }));
  });
});

describe("the servers of a trusted document", () => {
  /** `http://127.0.0.1:{port}/{version}` */
  const serverAt = (origin: string, rest = ""): Server => ({
    url: `${origin.replace(/\d+$/, "{port}")}${rest}/{version}`,
    variables: {
      port: { default: origin.slice(origin.lastIndexOf(":") + 1) },
      version: { default: "v1", enum: ["v1", "v2"] },
    },
  });
  const fromDocument = { baseUrl: undefined } as unknown as object;

  test("are where calls go: the first, or the one that is chosen, with the values given", async () => {
    const { create, api } = await startTestSetting();
    const servers = [serverAt(api.origin), serverAt(api.origin, "/sandbox")];
    await create({ servers }, fromDocument)[call](operation());
    const server = servers[1]?.url ?? "";
    await create({ servers }, { ...fromDocument, server, serverVariables: { version: "v2" } })[call](
      operation(),
    );
    expect(api.requests.map(({ path }) => path)).toEqual(["/v1/things", "/sandbox/v2/things"]);
    expect(api.requests.every(({ headers }) => headers.authorization === "Bearer token-1")).toBe(true);
  });

  test("of an operation are where its calls go, with the token; a relative one is below the base URL", async () => {
    const { create, api } = await startTestSetting();
    const upload = await using(startServer(() => ({ ok: true })));
    const client = create(
      { servers: [serverAt(api.origin)] },
      { ...fromDocument, serverVariables: { version: "v2" } },
    );
    await client[call](operation({ servers: [serverAt(upload.origin, "/up")] }));
    await client[call](operation({ servers: [{ url: "beta" }] }));
    await client[call](operation({ servers: [{ url: "/root" }] }));
    expect(upload.requests).toMatchObject([
      { path: "/up/v2/things", headers: { authorization: "Bearer token-1" } },
    ]);
    expect(api.requests.map(({ path }) => path)).toEqual(["/v2/beta/things", "/root/things"]);
  });

  test("give way to the base URL of the constructor, those of operations too", async () => {
    const { create, api } = await startTestSetting();
    const foreign = await using(startServer(() => ({ ok: true })));
    const servers = [serverAt(foreign.origin)];
    const client = create({ servers });
    await client[call](operation());
    await client[call](operation({ servers }));
    await client[call](
      operation({ servers: [{ url: "https://{tenant}.example", variables: { tenant: {} } }] }),
    );
    await client[call](operation({ servers: [{ url: "beta" }] }));
    expect(api.requests.map(({ path }) => path)).toEqual(["/things", "/things", "/things", "/beta/things"]);
    expect(foreign.requests).toEqual([]);
  });

  test("of an operation are called where the constructor allows their origin", async () => {
    const { create, api } = await startTestSetting();
    const upload = await using(startServer(() => ({ ok: true })));
    const client = create({}, { allowedOrigins: [upload.origin] });
    await client[call](operation({ servers: [serverAt(upload.origin)] }));
    expect(upload.requests).toMatchObject([
      { path: "/v1/things", headers: { authorization: "Bearer token-1" } },
    ]);
    expect(api.requests).toEqual([]);
  });

  test("of one operation are no place for another's token", async () => {
    const { create, api } = await startTestSetting();
    const upload = await using(startServer(() => ({ ok: true })));
    const client = create({ servers: [serverAt(api.origin)] }, fromDocument);
    const got = client[call](operation(), { baseUrl: upload.origin });
    await expect(got).rejects.toMatchObject({ code: "ERR_ORIGIN_NOT_ALLOWED" });
  });

  test("give way to the base URL of a call", async () => {
    const { create, api } = await startTestSetting();
    const client = create({}, { allowedOrigins: [] });
    await client[call](operation({ servers: [{ url: "beta" }] }), { baseUrl: `${api.origin}/mine` });
    expect(api.requests.map(({ path }) => path)).toEqual(["/mine/things"]);
  });

  const insecure: Server = {
    url: "{scheme}://api.example",
    variables: { scheme: { default: "https", enum: ["https", "http"] } },
  };

  test.each<[rule: string, definition: object, options: object, message: RegExp]>([
    [
      "a server that the document lacks",
      { servers: [insecure] },
      { server: "https://other.example" },
      /server must be one of/,
    ],
    [
      "values beside a base URL",
      { servers: [insecure] },
      { baseUrl: "https://a.example", serverVariables: {} },
      /are of no use beside baseUrl/,
    ],
    ["a server where there are none", {}, { server: "https://a.example" }, /server must be one of/],
    ["plain http", { servers: [insecure] }, { serverVariables: { scheme: "http" } }, /baseUrl must be https/],
    [
      "a value that no enum has",
      { servers: [insecure] },
      { serverVariables: { scheme: "ftp" } },
      /^serverVariables\.scheme must be one of/,
    ],
    [
      "a missing value",
      { servers: [{ url: "https://{t}.example", variables: { t: {} } }] },
      {},
      /^serverVariables\.t is required/,
    ],
  ])("refuse %s at construction", async (_, definition, options, message) => {
    const { create } = await startTestSetting();
    const construct = () => create(definition, { ...fromDocument, ...options });
    expect(construct).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(construct).toThrow(message);
  });

  test("are where paths leads", async () => {
    const { create, api } = await startTestSetting();
    const { paths } = create({ servers: [serverAt(api.origin)] }, fromDocument);
    await (paths.GET as unknown as (path: string) => Promise<unknown>)("/things");
    expect(api.requests.map(({ path }) => path)).toEqual(["/v1/things"]);
  });
});
