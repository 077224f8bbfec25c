import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generate } from "../../generator/src/generate.ts";
import { compileErrors } from "../support/compile.ts";
import { documentOf } from "../support/documents.ts";
import { addFiles, folderWith } from "../support/folder.ts";

const opencode = fileURLToPath(new URL("../../../shared/corpus/opencode.yaml", import.meta.url));

const EQUAL = `
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
export declare function expectType<A>(): <B>(...equal: Equal<A, B> extends true ? [value: B] : [value: B, never]) => void;
`;

/** The errors of a file that uses the client of a document. */
async function errorsOf(document: string | object, use: string): Promise<string[]> {
  const spec = typeof document === "string" ? document : "api.json";
  const folder = folderWith({
    "openapi-m2m.config.json": {
      output: "./generated",
      importExtension: "ts",
      tokenClients: { a: { issuer: "https://login.example.com" } },
      clients: { ApiClient2: { spec, tokenClient: "a" } },
    },
    ...(typeof document === "object" && { [spec]: JSON.stringify(document) }),
  });
  await generate({ cwd: folder });
  addFiles(folder, { "equal.ts": EQUAL, "use.ts": use });
  return compileErrors(folder, ["use.ts", "generated/index.ts"]);
}

const ref = { $ref: "#/components/schemas/Item" };
const answer = (content: object) => ({ description: "", content });
const fields = (properties: object) => ({ type: "object", properties });
const jsonData = (contentSchema: object) => ({
  type: "string",
  contentMediaType: "application/json",
  contentSchema,
});

const operations: Readonly<Record<string, object>> = {
  events: { 200: answer({ "text/event-stream": { itemSchema: fields({ data: jsonData(ref) }) } }) },
  inlineEvents: { 200: answer({ "text/event-stream": { schema: fields({ a: { type: "number" } }) } }) },
  textEvents: { 200: answer({ "text/event-stream": { schema: { type: "string" } } }) },
  namedEvents: {
    200: answer({
      "text/event-stream": {
        itemSchema: {
          ...fields({ event: { type: "string" } }),
          required: ["event", "data"],
          oneOf: [
            fields({ event: { const: "item" }, data: jsonData(ref) }),
            fields({ event: { const: "count" }, data: jsonData({ type: "number" }) }),
            fields({ event: { const: "note" }, data: { type: "string" } }),
          ],
        },
      },
    }),
  },
  lines: { 200: answer({ "application/jsonl": { itemSchema: ref } }) },
  sharedLines: { 200: { $ref: "#/components/responses/Lines" } },
  sharedRows: {
    200: { $ref: "#/components/responses/Rows" },
    "2XX": { $ref: "#/components/responses/Rows" },
  },
  inlineLines: {
    200: answer({ "application/x-ndjson": { schema: { type: "array", items: { type: "number" } } } }),
  },
  either: {
    "2XX": answer({ "application/json": { schema: ref }, "text/event-stream": { schema: ref } }),
    "4XX": answer({ "text/event-stream": { schema: ref } }),
    default: answer({ "application/json": { schema: { type: "number" } } }),
  },
  onlyDefault: { default: answer({ "application/jsonl": { itemSchema: ref } }) },
  download: {
    200: answer({ "application/pdf": {}, "application/json": { schema: ref } }),
    202: answer({ "text/plain": {} }),
    204: answer({ "application/json": { schema: ref } }),
    404: answer({ "text/plain": {} }),
  },
  pets: {
    200: answer({
      "text/plain": { schema: ref },
      "application/json": { schema: ref },
      "text/json": { schema: ref },
    }),
    404: answer({ "application/json": { schema: ref }, "text/plain": {} }),
  },
  images: { 200: answer({ "image/png": {}, "image/gif": {} }) },
};

const document = documentOf(
  Object.fromEntries(
    Object.entries(operations).map(([operationId, responses]) => [
      `/${operationId}`,
      { get: { operationId, responses } },
    ]),
  ),
  {
    openapi: "3.2.0",
    components: {
      schemas: { Item: { type: "object", properties: { id: { type: "string" } }, required: ["id"] } },
      responses: {
        Lines: answer({ "application/jsonl": { itemSchema: ref } }),
        Rows: answer({
          "application/jsonl": { schema: { type: "array", items: { type: "array", items: ref } } },
        }),
      },
    },
  },
);

test("a generated client types streams by what the document says of their items", async () => {
  const use = `
import type { ItemStream, ServerSentEvent } from "@openapi-m2m/runtime";
import { unwrap } from "@openapi-m2m/runtime";
import { expectType } from "./equal.ts";
import type { ApiClient2 } from "./generated/index.ts";
import type { Item } from "./generated/api-client2/index.ts";

export async function use(client: ApiClient2): Promise<void> {
  expectType<ItemStream<ServerSentEvent<Item>>>()(unwrap(await client.events()));
  expectType<ItemStream<ServerSentEvent<{ a?: number }>>>()(unwrap(await client.inlineEvents()));
  expectType<ItemStream<ServerSentEvent<string>>>()(unwrap(await client.textEvents()));
  expectType<ItemStream<Item>>()(unwrap(await client.lines()));
  expectType<ItemStream<Item>>()(unwrap(await client.sharedLines()));
  expectType<ItemStream<Item[]>>()(unwrap(await client.sharedRows()));
  expectType<ItemStream<number>>()(unwrap(await client.inlineLines()));

  for await (const { event, data, id, retry } of unwrap(await client.namedEvents())) {
    if (event === "item") expectType<Item>()(data);
    if (event === "count") expectType<number>()(data);
    if (event === "note") expectType<string>()(data);
    expectType<string | undefined>()(id);
    expectType<number | undefined>()(retry);
  }

  const either = await client.either();
  if (either.status === "2XX") expectType<Item>()(either.data);
  if (either.status === "4XX") expectType<string>()(either.error);
  if (either.status === "default") expectType<number>()(either.error);

  const onlyDefault = await client.onlyDefault();
  if (onlyDefault.ok) expectType<ItemStream<Item>>()(onlyDefault.data);
  else if (onlyDefault.status === "default") expectType<string>()(onlyDefault.error);

  const whole = await client.download();
  if (whole.status === 200) expectType<Item>()(whole.data);
  if (whole.status === 202) expectType<string>()(whole.data);
  if (whole.status === 204) expectType<undefined>()(whole.data);
  const streamed = await client.download({ stream: true, timeoutMs: 1 });
  if (streamed.status === 200) expectType<Item>()(streamed.data);
  if (streamed.status === 202) expectType<ItemStream<Uint8Array>>()(streamed.data);
  if (streamed.status === 404) expectType<string>()(streamed.error);

  const pdf = await client.download({ stream: true, accept: "application/pdf" });
  if (pdf.status === 200) expectType<ItemStream<Uint8Array>>()(pdf.data);
  if (pdf.status === 202) expectType<ItemStream<Uint8Array>>()(pdf.data);

  // @ts-expect-error: events come as they come
  await client.events({ stream: true });
  await using stream = unwrap(await client.lines());
  for await (const item of stream) expectType<string>()(item.id);
}
`;
  expect(await errorsOf(document, use)).toEqual([]);
});

test("a generated client types a result by what its call accepts, and by default by one media type", async () => {
  const use = `
import type { Failure, ItemStream, ServerSentEvent, Success, Undeclared } from "@openapi-m2m/runtime";
import { unwrap } from "@openapi-m2m/runtime";
import { expectType } from "./equal.ts";
import type { ApiClient2 } from "./generated/index.ts";
import type { Item, PetsInput, PetsResult, PetsResults } from "./generated/api-client2/index.ts";

type Pets<Data> = Success<200, Data> | Failure<401, unknown> | Failure<404, Item | string> | Undeclared;

export async function use(client: ApiClient2, either: "text/plain" | "text/json"): Promise<void> {
  expectType<Pets<Item>>()(await client.pets());
  expectType<Pets<Item>>()(await client.pets({ timeoutMs: 1 }) satisfies PetsResult);
  expectType<Pets<Item>>()(await client.pets({ accept: "text/json" }));
  expectType<Pets<string>>()(await client.pets({ accept: "text/plain" }) satisfies PetsResults["text/plain"]);
  expectType<Pets<Item> | Pets<string>>()(await client.pets({ accept: either }));
  expectType<Pets<Item | string>>()(await client.pets({ accept: "*/*" }));
  const input: PetsInput = { timeoutMs: 1 };
  expectType<Pets<string>>()(await client.pets({ ...input, accept: "text/plain" }));
  // @ts-expect-error: not declared
  await client.pets({ accept: "text/html" });

  for await (const event of unwrap(await client.either({ accept: "text/event-stream" }))) {
    expectType<ServerSentEvent<Item>>()(event);
  }
  expectType<Uint8Array>()(unwrap(await client.images()));
  expectType<Uint8Array>()(unwrap(await client.images({ accept: "image/gif" })));
  expectType<ItemStream<Uint8Array>>()(unwrap(await client.images({ accept: "image/gif", stream: true })));
  // @ts-expect-error: not declared
  await client.images({ accept: "image/jpeg" });
}
`;
  expect(await errorsOf(document, use)).toEqual([]);
});

test.each(existsSync(opencode) ? [opencode] : [])("events are of the type that %s says", async (opencode) => {
  const use = `
import { unwrap } from "@openapi-m2m/runtime";
import type { ApiClient2 } from "./generated/index.ts";
import type { EventSchema, GlobalEvent } from "./generated/api-client2/index.ts";
import { expectType } from "./equal.ts";

export async function use(client: ApiClient2): Promise<void> {
  for await (const { data } of unwrap(await client.globalEvent())) expectType<GlobalEvent>()(data);
  for await (const { event, data } of unwrap(await client.eventSubscribe())) {
    expectType<EventSchema>()(data);
    expectType<string>()(event);
  }
}
`;
  const spec = join("specs", "opencode.yaml");
  const folder = folderWith({ [spec]: readFileSync(opencode, "utf8") });
  expect(await errorsOf(join(folder, spec), use)).toEqual([]);
});
