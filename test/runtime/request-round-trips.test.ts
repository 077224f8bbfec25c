import { createReadStream, openAsBlob } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import qs from "qs";
import { describe, expect, test, vi } from "vitest";
import { call } from "../../runtime/src/api-client.ts";
import type { Operation, RequestContent } from "../../runtime/src/operation.ts";
import { part } from "../../runtime/src/part.ts";
import type { OperationInput } from "../../runtime/src/serialize.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { using } from "../support/disposal.ts";
import { folderWith } from "../support/folder.ts";
import { readForm } from "../support/form-reader.ts";
import { type Script, startApi, startTokenEndpoint } from "../support/scripted-server.ts";
import { TestClient } from "../support/test-client.ts";

/** A client whose first token is rejected where `accepted` says so. */
async function setUp(accepted = "token-1") {
  const script: Script = () => ({ ok: true });
  const login = await using(startTokenEndpoint());
  const api = await using(startApi(new Set([accepted]), script));
  const clients = { a: { tokenEndpoint: `${login.origin}/token`, clientId: "a" } };
  const tokens = await using(createTokenManager({ clients }));
  const client = new TestClient({}, { tokens, baseUrl: api.origin });
  return { client, api, login };
}

/** What the server got of one call. */
async function send(operation: Partial<Operation>, input: OperationInput) {
  const { client, api } = await setUp();
  await client[call](operationOf(operation), input);
  const [request] = api.requests;
  if (request === undefined) throw new Error("Nothing was sent");
  return request;
}

function operationOf(rest: Partial<Operation>): Operation {
  return { method: "POST", path: ["/items"], responses: { 200: ["application/json"] }, scopes: [], ...rest };
}

const bodyOf = (content: Partial<RequestContent>) => ({
  body: { content: [{ mediaType: "multipart/form-data", ...content }] },
});

describe("a server", () => {
  test("reads the values of a query that were meant", async () => {
    const query = [
      { name: "a b", explode: false, type: "array" as const },
      { name: "filter", style: "deepObject" as const, type: "object" as const },
      { name: "meta", content: "application/json" },
    ];
    const values = { "a b": ["x,y", "z&"], filter: { tags: ["q"], at: { gte: "1" } }, meta: { é: ["&"] } };
    const { path } = await send({ method: "GET", query }, { query: values });
    const parsed = qs.parse(path.slice(path.indexOf("?") + 1));
    expect(path).toContain("a%20b=x%2Cy,z%26&");
    expect(parsed).toMatchObject({ filter: values.filter, meta: JSON.stringify(values.meta) });
  });

  test("reads the parameter that is the whole query", async () => {
    const querystring = { name: "all", content: "application/x-www-form-urlencoded" };
    const { path } = await send({ method: "GET", querystring }, { query: { a: "b+c d", e: [1, 2] } });
    expect(qs.parse(path.split("?")[1] ?? "")).toEqual({ a: "b+c d", e: ["1", "2"] });
  });

  test("reads a form in the syntax of a query", async () => {
    const content = {
      mediaType: "application/x-www-form-urlencoded",
      encoding: { f: { style: "deepObject" as const, type: "object" as const } },
    };
    const request = await send(bodyOf(content), { body: { a: "x y", f: { b: ["1", "2"] }, o: { c: 1 } } });
    expect(qs.parse(request.body.toString())).toEqual({ a: "x y", f: { b: ["1", "2"] }, o: '{"c":1}' });
    expect(request.headers["content-length"]).toBe(String(request.body.length));
  });

  test("reads the parts of a form", async () => {
    const folder = folderWith({ "large.bin": "x".repeat(200_000) });
    const body = {
      text: "größe\n\r\n--x",
      list: ["1", "2"],
      meta: { a: 1 },
      file: new File(["content"], "größe.txt", { type: "text/plain" }),
      bytes: new Uint8Array([120]),
      large: await openAsBlob(join(folder, "large.bin")),
    };
    const request = await send(bodyOf({}), { body });
    expect(await readForm(request)).toEqual([
      ["text", body.text, "text/plain"],
      ["list", "1", "text/plain"],
      ["list", "2", "text/plain"],
      ["meta", '{"a":1}', "application/json"],
      ["file", "content", "text/plain", "größe.txt"],
      ["bytes", "x", "application/octet-stream", "blob"],
      ["large", "x".repeat(200_000), "application/octet-stream", "blob"],
    ]);
    expect(request.headers["content-length"]).toBe(String(request.body.length));
    expect(request.headers["transfer-encoding"]).toBeUndefined();
  });

  test("reads streams, which come in chunks", async () => {
    const folder = folderWith({ "a.bin": "x".repeat(200_000) });
    const body = {
      node: part(createReadStream(join(folder, "a.bin")), { filename: "a.bin" }),
      web: new Blob(["web"]).stream(),
    };
    const request = await send(bodyOf({}), { body });
    expect(request.headers["transfer-encoding"]).toBe("chunked");
    expect(await readForm(request)).toEqual([
      ["node", "x".repeat(200_000), "application/octet-stream", "a.bin"],
      ["web", "web", "application/octet-stream", "blob"],
    ]);
  });

  test("gets the whole form again after a 401", async () => {
    const { client, api } = await setUp("token-2");
    const open = vi.fn(() => Readable.from([Buffer.from("x"), Buffer.from("y")]));
    await client[call](operationOf(bodyOf({})), { body: { a: "1", file: part(open, { filename: "f" }) } });
    expect(api.requests).toHaveLength(2);
    for (const request of api.requests) {
      expect(await readForm(request)).toEqual([
        ["a", "1", "text/plain"],
        ["file", "xy", "application/octet-stream", "f"],
      ]);
    }
    expect(open).toHaveBeenCalledTimes(2);
  });

  test("gets a form of one-shot streams once", async () => {
    const { client, api } = await setUp("token-2");
    const result = await client[call](operationOf(bodyOf({})), { body: { file: Readable.from(["x"]) } });
    expect(result).toMatchObject({ ok: false, status: 401 });
    expect(api.requests).toHaveLength(1);
  });

  test("gets nothing, and streams are let go of, when a value is missing or there is no token", async () => {
    const { client, api, login } = await setUp();
    login.script = (_, response) => void response.writeHead(400).end("{}");
    const stream = Readable.from(["x"]);
    await expect(client[call](operationOf(bodyOf({})), { body: { file: stream } })).rejects.toThrow();
    expect(stream.destroyed).toBe(true);
    await expect(client[call](operationOf(bodyOf({ required: ["file"] })), { body: {} })).rejects.toThrow(
      /POST \/items: body\.file is required/,
    );
    expect(api.requests).toHaveLength(0);
  });

  test("gets the items of a sequence as they come, and those of a list again after a 401", async () => {
    const operation = operationOf({
      body: { content: [{ mediaType: "application/x-ndjson", readOnly: { shape: { omit: ["id"] } } }] },
    });
    async function* later() {
      for (const n of [1, 2]) {
        await setImmediate();
        yield { id: n, n };
      }
    }
    const streamed = await setUp();
    await streamed.client[call](operation, { body: later() });
    expect(streamed.api.requests[0]?.headers).toMatchObject({
      "content-type": "application/x-ndjson",
      "transfer-encoding": "chunked",
    });
    const replayed = await setUp("token-2");
    for (const body of [[{ id: 1, n: 1 }, { n: 2 }], () => later()])
      expect(await replayed.client[call](operation, { body })).toMatchObject({ ok: true });
    const requests = [...streamed.api.requests, ...replayed.api.requests];
    expect(requests.map(({ body }) => body.toString())).toEqual(Array(4).fill('{"n":1}\n{"n":2}\n'));
  });

  test("gets the items of what can be read once no second time", async () => {
    const operation = operationOf(bodyOf({ mediaType: "application/jsonl" }));
    const { client, api } = await setUp("token-2");
    const result = await client[call](operation, { body: new Set([1, 2]).values() });
    expect(result).toMatchObject({ ok: false, status: 401 });
    expect(api.requests.map(({ body }) => body.toString())).toEqual(["1\n2\n"]);
  });

  test("gets no complete sequence when an item of it can't be written, which is the caller's mistake", async () => {
    const operation = operationOf(bodyOf({ mediaType: "application/jsonl" }));
    const { client } = await setUp();
    const failure = expect.objectContaining({ code: "ERR_INVALID_OPTION" });
    for (const body of [[1n], Readable.from([1n])])
      await expect(client[call](operation, { body })).rejects.toEqual(failure);
  });

  test("gets one of several media types, as the call says", async () => {
    const operation = operationOf({
      body: {
        content: [{ mediaType: "application/json" }, { mediaType: "text/csv" }, { mediaType: "image/*" }],
      },
    });
    const { client, api } = await setUp();
    await client[call](operation, { body: { a: 1 } });
    await client[call](operation, { body: "a,b", contentType: "text/csv" });
    await client[call](operation, { body: new Uint8Array([120]), contentType: "image/webp" });
    expect(api.requests.map(({ headers, body }) => [headers["content-type"], body.toString()])).toEqual([
      ["application/json", '{"a":1}'],
      ["text/csv", "a,b"],
      ["image/webp", "x"],
    ]);
  });
});
