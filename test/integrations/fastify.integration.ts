import { afterAll, beforeAll, expect, test } from "vitest";
import { type DemoServers, startDemoServers } from "../support/demo-servers.ts";
import { environmentOf, startExample } from "../support/example-process.ts";
import { type ScriptedServer, startServer } from "../support/scripted-server.ts";

let demo: DemoServers;
let api: ScriptedServer;

beforeAll(async () => {
  demo = await startDemoServers();
  api = await startServer(() => undefined);
});

afterAll(() => Promise.all([demo.close(), api[Symbol.asyncDispose]()]));

/** Starts the service with one of its variables changed. */
async function startService(env: NodeJS.ProcessEnv = {}) {
  const service = startExample("fastify/service.ts", { ...environmentOf(demo), ...env });
  const origin = await service.line(/^http/);
  return { service, getPrice: (id: string, init?: RequestInit) => fetch(`${origin}/prices/${id}`, init) };
}

test("a service of Fastify calls another, through a 401 too, and ends when told to", async () => {
  const { service, getPrice } = await startService();

  expect(await (await getPrice("42")).json()).toMatchObject({ price: { currency: "EUR" } });
  const traffic = demo.watch();
  demo.catalog.revoke();
  expect((await getPrice("42")).status).toBe(200);
  expect(traffic.calls.map(({ status }) => status)).toEqual([401, 200]);
  expect((await getPrice("none")).status).toBe(404);

  expect(await service.stop()).toBe(0);
  expect(service.errors).toBe("");
});

test.each<[string, () => NodeJS.ProcessEnv, { status: number; retryAfter: string | null }]>([
  ["a wrong secret", () => ({ CATALOG_CLIENT_SECRET: "wrong" }), { status: 502, retryAfter: null }],
  ["a login that is down", () => answeredBy("TOKEN_ENDPOINT", 503, "7"), { status: 503, retryAfter: "7" }],
  ["an API that is busy", () => answeredBy("CATALOG_URL", 503, "9"), { status: 503, retryAfter: "9" }],
  ["an API that fails", () => answeredBy("CATALOG_URL", 500), { status: 502, retryAfter: null }],
])("answers for %s, and says nothing of it", async (_, env, { status, retryAfter }) => {
  const { service, getPrice } = await startService(env());

  const answer = await getPrice("42");
  expect(answer.status).toBe(status);
  expect(answer.headers.get("retry-after")).toBe(retryAfter);
  expect(Object.keys(Object(await answer.json()))).toEqual(["title", "status"]);

  expect(await service.stop()).toBe(0);
});

function answeredBy(variable: string, status: number, retryAfter?: string): NodeJS.ProcessEnv {
  api.script = (_, response) => {
    response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end();
  };
  return { [variable]: `${api.origin}/` };
}

test("a call is given up when the caller of the service hangs up", async () => {
  const { promise: givenUp, resolve } = Promise.withResolvers<void>();
  const { promise: called, resolve: call } = Promise.withResolvers<void>();
  api.script = (_, response) => {
    response.once("close", resolve);
    call();
  };
  const { service, getPrice } = await startService({ CATALOG_URL: `${api.origin}/` });
  const caller = new AbortController();

  const answer = getPrice("42", { signal: caller.signal });
  await called;
  const hungUpAt = performance.now();
  caller.abort();

  await expect(answer).rejects.toThrow("aborted");
  await givenUp;
  expect(performance.now() - hungUpAt).toBeLessThan(4_000); // Its own `timeoutMs` would have ended it after 5 s.
  expect(await service.stop()).toBe(0);
});
