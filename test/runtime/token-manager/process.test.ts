import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { atEnd, using } from "../../support/disposal.ts";
import { type Script, startServer, startTokenEndpoint } from "../../support/scripted-server.ts";

const moduleOf = (name: string) =>
  JSON.stringify(new URL(`../../../runtime/src/${name}.ts`, import.meta.url));

/** An authorization server, an API that takes its second token, and programs that are told of both. */
async function setUp() {
  const login = await using(startTokenEndpoint());
  const api = await using(
    startServer(({ headers }, response) => {
      if (headers.authorization === "Bearer token-2") return { ok: true };
      return void response.writeHead(401, { "www-authenticate": "Bearer" }).end();
    }),
  );
  const prelude = `
    import { request } from "undici";
    import { ApiClient, call } from ${moduleOf("api-client")};
    import { createTokenManager } from ${moduleOf("token-manager")};
    const baseUrl = "${api.origin}";
    const clock = { now: 0 };
    const a = { tokenEndpoint: "${login.origin}", clientId: "a", requestTimeoutMs: 600_000 };
    const create = (options) => createTokenManager({ clients: { a }, now: () => clock.now, ...options });
    const tokens = create();
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref());
    // By then the process would be gone, if nothing held it open.
    pause(200).then(() => console.log("still here"));
  `;
  return { login, api, run: (main: string) => run(prelude + main) };
}

/** A program that is running, its lines as it prints them. */
function run(text: string) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", text], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  atEnd(() => void child.kill());
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    readLine: async () => (await lines.next()).value,
    /** Ends what `process.stdin` holds open. */
    letGo: () => void child.stdin.end(),
    /** Waits for it to exit by itself. */
    async end() {
      const rest: string[] = [];
      for await (const line of { [Symbol.asyncIterator]: () => lines }) rest.push(line);
      return { rest, code: (await exited)[0] };
    },
  };
}

/** Answers requests only once it is told to. */
function withhold(script: Script) {
  const asked = Promise.withResolvers<void>();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const withheld: Script = async (...given) => {
    asked.resolve();
    await promise;
    return script(...given);
  };
  return { withheld, release, asked: asked.promise };
}

describe("a process", () => {
  test("ends with its work, though a renewal in the background is not answered and nobody closed", async () => {
    const { login, run } = await setUp();
    const program = run(`
      await tokens.getAccessToken("a");
      console.log("got");
      clock.now = 3_539_999;
      await tokens.getAccessToken("a");
      for await (const _ of process.stdin);
      console.log("done");
    `);
    const { withheld, asked } = withhold(login.script);
    expect(await program.readLine()).toBe("got");
    login.script = withheld;
    await asked;
    program.letGo();
    const { rest, code } = await program.end();
    expect([rest.filter((line) => line !== "still here"), code]).toEqual([["done"], 0]);
  });

  test("ends with its work, though a renewal in the background failed and pauses before it is made again", async () => {
    const { login, run } = await setUp();
    const { script } = login;
    login.script = (request, response) => {
      if (login.requests.length === 1) return script(request, response);
      return void response.writeHead(503, { "retry-after": "300" }).end();
    };
    const program = run(`
      import { tracingChannel } from "node:diagnostics_channel";
      tracingChannel("openapi-m2m.token.request").subscribe({ error: () => console.log("failed") });
      await tokens.getAccessToken("a");
      clock.now = 3_539_999;
      await tokens.getAccessToken("a");
      for await (const _ of process.stdin);
    `);
    while ((await program.readLine()) !== "failed");
    program.letGo();
    expect(await program.end()).toMatchObject({ code: 0 });
  });

  test.each([
    ["a token", 'console.log((await tokens.getAccessToken("a")).value);'],
    ["a forced renewal", 'console.log((await tokens.getAccessToken("a", { forceRenewal: true })).value);'],
    [
      "a token that is requested in the background, once a caller waits for it",
      `
        await tokens.getAccessToken("a");
        clock.now = 3_539_999;
        await tokens.getAccessToken("a");
        clock.now = 3_540_000;
        console.log((await tokens.getAccessToken("a")).value);
      `,
    ],
  ])("is held open for %s", async (_, main) => {
    const { login, run } = await setUp();
    const { script } = login;
    const { withheld, release } = withhold(script);
    const isBackground = main.includes("3_539_999");
    login.script = isBackground
      ? (...given) => (login.requests.length > 1 ? withheld(...given) : script(...given))
      : withheld;
    const program = run(main);
    expect(await program.readLine()).toBe("still here");
    release();
    expect(await program.end()).toEqual({ rest: [isBackground ? "token-2" : "token-1"], code: 0 });
  });

  test("is held open for a token while a failed request pauses before it is made again", async () => {
    const { login, run } = await setUp();
    const { script } = login;
    login.script = (request, response) => {
      if (login.requests.length > 1) return script(request, response);
      return void response.writeHead(503, { "retry-after": "1" }).end();
    };
    const program = run('console.log((await tokens.getAccessToken("a")).value);');
    expect(await program.end()).toEqual({ rest: ["still here", "token-1"], code: 0 });
  });

  test("is held open for a definition", async () => {
    const { run } = await setUp();
    const program = run(`
      const clients = () => pause(400).then(() => a);
      console.log((await create({ clients }).getAccessToken("a")).value);
    `);
    expect(await program.end()).toEqual({ rest: ["still here", "token-1"], code: 0 });
  });

  test("is held open until close() has waited for a token", async () => {
    const { login, run } = await setUp();
    const { withheld, release } = withhold(login.script);
    login.script = withheld;
    const program = run(`
      const got = tokens.getAccessToken("a").then(({ value }) => console.log(value));
      await tokens.close();
      console.log("closed");
    `);
    expect(await program.readLine()).toBe("still here");
    release();
    expect(await program.end()).toEqual({ rest: ["token-1", "closed"], code: 0 });
  });

  /** What stands for a store whose given methods never answer. */
  const hangingIn = (...methods: readonly string[]) => `
    const found = { get: async () => {}, set: async () => {}, delete: async () => {}, onChange: () => () => {} };
    found.lock = async () => ({ extend: async () => {}, release: async () => {} });
    found.compareAndSet = async () => true;
    const hang = () => new Promise(() => {});
    const onChange = ${methods.includes("onChange")} ? () => hang : found.onChange;
    const hanging = Object.fromEntries(${JSON.stringify(methods)}.map((method) => [method, hang]));
    const store = { ...found, ...hanging, onChange };
    const sharing = create({ cache: { store, encryption: "none", storeTimeoutMs: 400 } });
  `;

  test("is held open by a call while the store is waited for", async () => {
    const { run } = await setUp();
    const program = run(`
      ${hangingIn("get")}
      console.log((await sharing.getAccessToken("a")).value);
    `);
    expect(await program.end()).toEqual({ rest: ["still here", "token-1"], code: 0 });
  });

  test("ends with its work, though a token is not written, nor a lock released, and nobody closed", async () => {
    const { run } = await setUp();
    const program = run(`
      ${hangingIn("compareAndSet")}
      console.log((await sharing.getAccessToken("a")).value);
    `);
    expect(await program.end()).toEqual({ rest: ["token-1"], code: 0 });
  });

  test("is held open until close() has waited for the store, and ends though that never answers", async () => {
    const { run } = await setUp();
    const program = run(`
      ${hangingIn("compareAndSet", "onChange")}
      await sharing.getAccessToken("a");
      await sharing.close();
      console.log("closed");
    `);
    expect(await program.end()).toEqual({ rest: ["still here", "closed"], code: 0 });
  });

  test("is held open until close() has given up a renewal that waits for the store", async () => {
    const { run } = await setUp();
    const program = run(`
      ${hangingIn()}
      await sharing.getAccessToken("a");
      store.get = hang;
      clock.now = 3_539_999;
      await sharing.getAccessToken("a");
      await sharing.close();
      console.log("closed");
    `);
    expect(await program.end()).toEqual({ rest: ["still here", "closed"], code: 0 });
  });

  const calls = [
    ["a fetch", 'console.log((await tokens.fetch("a", { baseUrl })("/")).status);'],
    [
      "an interceptor",
      `
        const dispatcher = tokens.dispatcher.compose(tokens.interceptor("a", { baseUrl }));
        console.log((await request(baseUrl, { dispatcher })).statusCode);
      `,
    ],
    [
      "an API client",
      `
        const responses = { 200: ["application/json"] };
        const client = new ApiClient({ name: "Client", tokenClient: "a" }, { tokens, baseUrl });
        const result = await client[call]({ method: "GET", path: ["/"], responses, scopes: [] }, { timeoutMs: 0 });
        console.log(result.status);
      `,
    ],
  ] as const;

  test.each(calls)("is held open by a call through %s while its token is requested", async (_, main) => {
    const { login, run } = await setUp();
    login.script = () => ({ access_token: "token-2", token_type: "Bearer" });
    const { withheld, release } = withhold(login.script);
    login.script = withheld;
    const program = run(main);
    expect(await program.readLine()).toBe("still here");
    release();
    expect(await program.end()).toEqual({ rest: ["200"], code: 0 });
  });

  test.each(calls)("is held open by a call through %s while a rejected token is renewed", async (_, main) => {
    const { login, run } = await setUp();
    const { script } = login;
    const { withheld, release } = withhold(script);
    login.script = (...given) => (login.requests.length > 1 ? withheld(...given) : script(...given));
    const program = run(main);
    expect(await program.readLine()).toBe("still here");
    release();
    expect(await program.end()).toEqual({ rest: ["200"], code: 0 });
  });

  test.each(calls)("is held open by a call through %s until the API answers", async (_, main) => {
    const { api, run } = await setUp();
    const { withheld, release } = withhold(api.script);
    api.script = withheld;
    const program = run(main);
    expect(await program.readLine()).toBe("still here");
    release();
    expect(await program.end()).toEqual({ rest: ["200"], code: 0 });
  });

  test("that gives up a call ends, though neither token nor answer has come", async () => {
    const { login, run } = await setUp();
    login.script = () => new Promise(() => {});
    const program = run(`
      const signal = AbortSignal.timeout(1);
      console.log(await tokens.fetch("a", { baseUrl })("/", { signal }).catch(({ name }) => name));
    `);
    expect(await program.end()).toEqual({ rest: ["TimeoutError"], code: 0 });
  });
});
