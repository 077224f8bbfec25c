import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { type AuthenticatedFetch, getReplayableRequest } from "../../runtime/src/authenticated-fetch.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { atEnd, using } from "../support/disposal.ts";
import {
  readForm,
  type Script,
  startApi,
  startServer,
  startTokenEndpoint,
} from "../support/scripted-server.ts";

/** A fetch of a token client, and an API that takes the tokens in `accepted`, by default only the second. */
async function setUp({ accepted = ["token-2"], script }: { accepted?: string[]; script?: Script } = {}) {
  const login = await using(startTokenEndpoint());
  const api = await using(startApi(new Set(accepted), script));
  const tokens = await using(
    createTokenManager({ clients: { a: { tokenEndpoint: `${login.origin}/token`, clientId: "a" } } }),
  );
  return { login, api, tokens, fetch: tokens.fetch("a", { baseUrl: `${api.origin}/base/` }) };
}

const authorizations = (api: { requests: { headers: { authorization?: string | undefined } }[] }) =>
  api.requests.map(({ headers }) => headers.authorization);

const post = (body: unknown) => ({ method: "POST", body: body as never });

/** A `Request` follows another only as long as that one is not collected. */
const kept: Request[] = [];
const keep = (request: Request) => kept[kept.push(request) - 1] as Request;

/** The arguments of a fetch that a signal ends. */
const waysToGiveSignal: Record<string, (url: string, signal: AbortSignal) => Parameters<AuthenticatedFetch>> =
  {
    "its init": (url, signal) => [url, { signal }],
    "a Request": (url, signal) => [new Request(url, { signal })],
    "an init beside a Request": (url, signal) => [new Request(url), { signal }],
    "an init that is a Request": (url, signal) => [url, new Request(url, { signal }) as RequestInit],
    "a replayable request": (url, signal) => [new (getReplayableRequest())(url, { signal })],
    "a replayable request that was made of a Request": (url, signal) => [
      new (getReplayableRequest())(keep(new Request(url, { signal }))),
    ],
    "an init that was copied from a replayable request": (url, signal) => [
      url,
      { ...new (getReplayableRequest())(url), signal },
    ],
    "a Request that was made of a replayable one": (url, signal) => [
      new Request(keep(new (getReplayableRequest())(url, { signal }))),
    ],
  };

describe("a call", () => {
  test("resolves relative URLs against the base URL and carries the token", async () => {
    const { fetch, api } = await setUp({ accepted: ["token-1"] });
    expect(await (await fetch("items?a=1")).json()).toEqual({ ok: true });
    expect(api.requests[0]).toMatchObject({
      path: "/base/items?a=1",
      headers: { authorization: "Bearer token-1" },
    });
  });

  test("takes the global Request, Headers, FormData and Blob", async () => {
    const { fetch, api } = await setUp({ accepted: ["token-1"] });
    const form = new FormData();
    form.append("file", new Blob(["content"], { type: "text/plain" }), "a.txt");
    const headers = new Headers({ "x-a": "1" });
    const request = new Request(`${api.origin}/items`, { method: "POST", headers, body: form });
    expect((await fetch(request)).status).toBe(200);
    expect((await fetch("/items", { ...post(form), headers })).status).toBe(200);
    for (const { body, headers } of api.requests) {
      expect(headers).toMatchObject({
        "x-a": "1",
        "content-type": expect.stringContaining("multipart/form-data; boundary="),
      });
      expect(body.toString()).toContain(
        'name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ncontent',
      );
    }
  });

  test("takes an init that is a Request, or has getters, or headers that can be read only once", async () => {
    const { fetch, api } = await setUp({ accepted: ["token-1"] });
    class Init {
      get method() {
        return "POST";
      }
      get body() {
        return "text";
      }
      get headers() {
        return new Headers({ "x-a": "1" }).entries() as unknown as Headers;
      }
    }
    await fetch("/", new Init());
    await fetch("/", new Request(api.origin, new Init()));
    for (const request of api.requests) {
      expect(request).toMatchObject({ method: "POST", body: Buffer.from("text"), headers: { "x-a": "1" } });
    }
  });

  test("names the boundary of the form that it sends, however the content type is written", async () => {
    const { fetch, api } = await setUp({ accepted: ["token-1"] });
    const form = new FormData();
    form.append("a", "1");
    const headers = { "Content-Type": "multipart/form-data; boundary=stale" };
    await fetch(new Request(`${api.origin}/items`, { method: "POST" }), { body: form, headers });
    expect(api.requests[0]?.headers["content-type"]).not.toContain("stale");
  });

  test("fails as its own body does, and leaves that error as it is", async () => {
    const { fetch } = await setUp({ accepted: ["token-1"] });
    const error = new TypeError("no body", { cause: { detail: 1 } });
    const body = () => {
      throw error;
    };
    expect(await fetch("/", post(body)).catch((error: unknown) => error)).toBe(error);
    expect(error.cause).toEqual({ detail: 1 });
  });

  test("goes on sending a stream after the answer has begun", async () => {
    const { tokens } = await setUp();
    const received = Promise.withResolvers<string>();
    const server = createServer((request, response) => {
      response.writeHead(200).flushHeaders();
      request.toArray().then((chunks) => received.resolve(Buffer.concat(chunks).toString()), received.reject);
      request.on("end", () => response.end());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    atEnd(() => server.close());
    const body = new Readable({ read() {} });
    body.push("one ");
    const { port } = server.address() as AddressInfo;
    const response = await tokens.fetch("a", { baseUrl: `http://127.0.0.1:${port}` })("/", post(body));
    body.push("shot");
    body.push(null);
    expect(await received.promise).toBe("one shot");
    await response.text();
  });

  test("lets go of a stream when nothing is sent", async () => {
    const { fetch, login } = await setUp();
    login.script = (_, response) => void response.writeHead(400).end();
    let cancelled = false;
    const stream = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    await expect(fetch("/", post(stream))).rejects.toMatchObject({ name: "TokenError" });
    expect(cancelled).toBe(true);
  });

  test("to a foreign URL is ERR_ORIGIN_NOT_ALLOWED, and no token is requested", async () => {
    const { fetch, login } = await setUp();
    const foreign = await using(startServer(() => ({})));
    await expect(fetch(foreign.origin)).rejects.toMatchObject({
      name: "TokenError",
      code: "ERR_ORIGIN_NOT_ALLOWED",
    });
    expect([...foreign.requests, ...login.requests]).toHaveLength(0);
  });

  test.each([
    ["//foreign.example/", "an origin of its own"],
    ["/\\foreign.example/", "a backslash"],
    ["/\t/foreign.example/", "a tab that the parser removes"],
    ["/\r\n\\foreign.example/", "a line end that the parser removes"],
    [" //foreign.example/", "a space that the parser removes"],
    ["https://api.example.foreign.example/", "a longer host"],
    ["https://api.example:8443/", "a port"],
    ["http://api.example/", "another scheme"],
    ["https://api.example@foreign.example/", "the origin as a user"],
    ["https://api.example\t@foreign.example/", "the origin as a user, and a tab"],
  ])("to %j, of another origin by %s, is refused", async (url) => {
    const { tokens, login } = await setUp();
    const fetch = tokens.fetch("a", { baseUrl: "https://api.example/base/" });
    await expect(fetch(url)).rejects.toMatchObject({ code: "ERR_ORIGIN_NOT_ALLOWED" });
    expect(login.requests).toHaveLength(0);
  });

  test.each([
    "/a/../items?b=%20 c#d",
    "/@foreign.example/",
    "/:80//foreign.example",
    "/ä\t\ud800",
    "/.//foreign.example/",
    "{origin}",
    "{origin}?a=1",
    "{origin}//foreign.example/",
    "{origin}/a\\b",
    "{origin}\\a",
    " {origin}/a ",
    "../a",
    "?a=1",
  ])("to %j goes where the URL Standard says", async (url) => {
    const { fetch, api } = await setUp({ accepted: ["token-1"] });
    const given = url.replace("{origin}", api.origin);
    expect((await fetch(given)).status).toBe(200);
    const { pathname, search } = new URL(given, `${api.origin}/base/`);
    expect(api.requests[0]?.path).toBe(pathname + search);
  });

  test("of a Request whose URL reads differently each time goes where it was judged to go", async () => {
    const { tokens, api } = await setUp({ accepted: ["token-1"] });
    const fetch = tokens.fetch("a", { baseUrl: api.origin });
    const texts = ["/judged", "@foreign.example/", "@foreign.example/"];
    const url = { toString: () => texts.shift(), valueOf: () => "@foreign.example/" };
    expect((await fetch({ [Symbol.toStringTag]: "Request", url } as never)).status).toBe(200);
    expect(api.requests[0]?.path).toBe("/judged");
  });

  test("takes null for no overrides, as plain JavaScript may have it", async () => {
    const { fetch } = await setUp({ accepted: ["token-1"] });
    expect((await fetch("/", { token: null as never })).status).toBe(200);
  });

  test("with a relative URL and nothing to resolve it against is refused", async () => {
    const { tokens, api } = await setUp();
    const fetch = tokens.fetch("a", { allowedOrigins: [api.origin] });
    await expect(fetch("items")).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
  });

  test("with an Authorization field of its own is refused", async () => {
    const { fetch } = await setUp();
    const headers = { Authorization: "Basic x" };
    await expect(fetch("/", { headers })).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
  });

  test("rejects with the bare TokenError when there is no token", async () => {
    const { fetch, login, api } = await setUp();
    login.script = (_, response) => void response.writeHead(400).end('{"error":"invalid_client"}');
    await expect(fetch("/")).rejects.toMatchObject({ name: "TokenError", error: "invalid_client" });
    expect(api.requests).toHaveLength(0);
  });

  describe.each(Object.entries(waysToGiveSignal))("with the signal of %s", (_, build) => {
    test("rejects with its reason while it waits for a token", async () => {
      const { fetch, login, api } = await setUp();
      const controller = new AbortController();
      login.script = () => controller.abort("mine");
      await expect(fetch(...build(api.origin, controller.signal))).rejects.toBe("mine");
    });

    test("rejects with its reason while it waits for the answer", async () => {
      const controller = new AbortController();
      const script = () => controller.abort("mine");
      const { fetch, api } = await setUp({ accepted: ["token-1"], script });
      await expect(fetch(...build(api.origin, controller.signal))).rejects.toBe("mine");
    });
  });

  test("leaves the reason of an abort as it is", async () => {
    const reason = Object.freeze(new TypeError("stop", { cause: { detail: 1 } }));
    const controller = new AbortController();
    const script = () => controller.abort(reason);
    const { fetch } = await setUp({ accepted: ["token-1"], script });
    await expect(fetch("/", { signal: controller.signal })).rejects.toBe(reason);
  });

  test("merges its parameters over those of the fetch, by name", async () => {
    const { tokens, api, login } = await setUp();
    const token = { parameters: { tenant: "blue", x: "1" }, scope: "s" };
    await tokens.fetch("a", { baseUrl: api.origin, token })("/", { token: { parameters: { x: "2" } } });
    expect(Object.fromEntries(readForm(login.requests[0]))).toMatchObject({
      tenant: "blue",
      x: "2",
      scope: "s",
    });
  });

  test("uses its own token parameters", async () => {
    const { fetch, login } = await setUp();
    await fetch("/", { token: { scope: "z" } });
    expect(login.requests[0]?.body.toString()).toContain("scope=z");
  });
});

describe("a redirect", () => {
  const redirect: (to: () => string) => Script = (to) => (_, response) =>
    void response.writeHead(302, { location: to() }).end();

  test("is returned, not followed", async () => {
    const { fetch, api } = await setUp({ accepted: ["token-1"], script: redirect(() => "/other") });
    expect((await fetch("/")).status).toBe(302);
    expect(api.requests).toHaveLength(1);
  });

  test("to another origin loses the token when it is followed", async () => {
    const foreign = await using(startServer(() => ({ foreign: true })));
    const { fetch } = await setUp({ accepted: ["token-1"], script: redirect(() => foreign.origin) });
    expect(await (await fetch("/", { redirect: "follow" })).json()).toEqual({ foreign: true });
    expect(authorizations(foreign)).toEqual([undefined]);
  });
});

describe("a 401 of another origin, where a redirect led,", () => {
  test("is returned as it is", async () => {
    const foreign = await using(startServer((_, response) => void response.writeHead(401).end()));
    const script: Script = (_, response) => void response.writeHead(302, { location: foreign.origin }).end();
    const { fetch, login } = await setUp({ accepted: ["token-1"], script });
    expect((await fetch("/", { redirect: "follow" })).status).toBe(401);
    expect([foreign.requests.length, login.requests.length]).toEqual([1, 1]);
  });
});

describe("a 401", () => {
  test("is answered by one re-send with a new token", async () => {
    const { fetch, api } = await setUp();
    expect(await (await fetch("/")).json()).toEqual({ ok: true });
    expect(authorizations(api)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test("that comes twice reaches the caller with its body readable", async () => {
    const { fetch, api } = await setUp({ accepted: [] });
    const answer = await fetch("/");
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: "invalid_token" });
    expect(api.requests).toHaveLength(2);
  });

  test("reaches the caller with its body readable when the renewal fails", async () => {
    const { fetch, login, tokens } = await setUp();
    await tokens.getAccessToken("a");
    login.script = (_, response) => void response.writeHead(400).end();
    const answer = await fetch("/");
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: "invalid_token" });
  });

  const form = () => {
    const data = new FormData();
    data.append("a", "1");
    return data;
  };
  test.each<[string, () => unknown]>([
    ["a string", () => "text"],
    ["bytes", () => new TextEncoder().encode("text")],
    ["an ArrayBuffer", () => new TextEncoder().encode("text").buffer],
    ["a Blob", () => new Blob(["text"])],
    ["URLSearchParams", () => new URLSearchParams({ a: "1" })],
    ["FormData", form],
    ["a function that returns a stream", () => () => new Blob(["text"]).stream()],
  ])("replays a body that is %s", async (_, body) => {
    const { fetch, api } = await setUp();
    expect((await fetch("/", post(body()))).status).toBe(200);
    const [first, second] = api.requests.map(({ body }) =>
      body.toString().replace(/--[-\w]+/g, "--boundary"),
    );
    expect(first).not.toBe("");
    expect(second).toBe(first);
  });

  test("to a one-shot stream reaches the caller, and the next call has a new token", async () => {
    const { fetch, api } = await setUp();
    expect((await fetch("/", post(new Blob(["text"]).stream()))).status).toBe(401);
    expect((await fetch("/", post(new Blob(["text"]).stream()))).status).toBe(200);
    expect(authorizations(api)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test("to a Request with a body reaches the caller, since its body is a stream", async () => {
    const { fetch, api } = await setUp();
    expect((await fetch(new Request(api.origin, post("text")))).status).toBe(401);
  });

  test("gives up the connection of an answer that does not end", async () => {
    const { tokens } = await setUp();
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const api = await using(
      startServer(({ headers }, response) => {
        if (headers.authorization === "Bearer token-2") return { ok: true };
        response.on("close", resolve).writeHead(401).write("drip");
        return undefined;
      }),
    );
    expect(await (await tokens.fetch("a", { baseUrl: api.origin })("/")).json()).toEqual({ ok: true });
    await gone;
  });

  test("replays the form of a replayable request, its boundary the one announced", async () => {
    const { fetch, api } = await setUp();
    expect((await fetch(new (getReplayableRequest())(api.origin, post(form())))).status).toBe(200);
    for (const { headers, body } of api.requests) {
      const boundary = headers["content-type"]?.split("boundary=")[1] ?? "none";
      expect(body.toString()).toContain(`--${boundary}\r\n`);
    }
  });

  test("replays the body of a replayable request", async () => {
    const { fetch, api } = await setUp();
    expect((await fetch(new (getReplayableRequest())(api.origin, post("text")))).status).toBe(200);
    expect(api.requests.map(({ body }) => body.toString())).toEqual(["text", "text"]);
  });
});
