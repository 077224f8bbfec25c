import { describe, expect, test } from "vitest";
import { buildModel } from "../../../generator/src/build-model.ts";
import { bodyChoices } from "../../../generator/src/emit-client/body-types.ts";
import { RuntimeNames } from "../../../generator/src/emit-client/imports.ts";
import { emitClient } from "../../../generator/src/emit-client.ts";
import { emitSchema } from "../../../generator/src/emit-schema.ts";
import type { OperationModel, RequestContentModel } from "../../../generator/src/model.ts";
import { compileErrors } from "../../support/compile.ts";
import { authorizedSpecOf, configOf, documentOf, okResponses } from "../../support/documents.ts";
import { addFiles, folderWith } from "../../support/folder.ts";

const pet = { $ref: "#/components/schemas/Pet" };
const form = {
  type: "object",
  required: ["photo", "pet"],
  properties: {
    photo: { type: "string", format: "binary" },
    photos: { type: "array", items: { type: "string", format: "binary" } },
    pet,
    note: { type: ["string", "null"] },
  },
};

/** One operation for each body, by its name. */
async function filesOf(bodies: Record<string, { content: unknown; required?: boolean }>) {
  const paths = Object.entries(bodies).map(([operationId, requestBody]) => [
    `/${operationId}`,
    { post: { ...okResponses, operationId, security: [], requestBody: { required: true, ...requestBody } } },
  ]);
  const schemas = { Pet: { type: "object", required: ["name"], properties: { name: { type: "string" } } } };
  const spec = await authorizedSpecOf(documentOf(Object.fromEntries(paths), { components: { schemas } }));
  const model = buildModel(spec);
  return emitClient(model, emitSchema(spec, model), configOf());
}

async function inputOf(content: unknown, required = true): Promise<string> {
  const files = await filesOf({ send: { content, required } });
  const types = files.find(({ path }) => path === "test/schema.d.ts")?.content ?? "";
  return /export (?:interface|type) SendInput .*?\n(?:\}|\);)/s.exec(types)?.[0] ?? types;
}

describe("bodyChoices", () => {
  test("of one media type leaves nothing to say", async () => {
    expect(await inputOf({ "application/json": { schema: pet } })).toBe(
      "export interface SendInput extends PublicCallOptions {\n  body: Pet;\n}",
    );
  });

  test("of media types of one type are in one interface", async () => {
    const media = { schema: { type: "object", properties: { a: { type: "number" } } } };
    const types = ["application/*+json", "application/json", "text/json"];
    expect(await inputOf(Object.fromEntries(types.map((type) => [type, media])))).toBe(
      [
        "export interface SendInput extends PublicCallOptions {",
        '  contentType?: "application/json" | MediaTypeLike<"application/", "+json"> | "text/json";',
        '  body: operations["send"]["requestBody"]["content"]["application/json"];\n}',
      ].join("\n"),
    );
  });

  test("of several types are a union, of which the first goes without saying", async () => {
    const content = {
      "text/csv": {},
      "multipart/form-data": { schema: pet },
      "application/json": { schema: pet },
    };
    expect(await inputOf(content, false)).toBe(
      [
        "export type SendInput = PublicCallOptions & (",
        '  | { contentType?: "application/json"; body?: Pet; }',
        '  | { contentType: "text/csv"; body: string; }',
        '  | { contentType: "multipart/form-data"; body: MultipartBody<Pet>; }\n);',
      ].join("\n"),
    );
  });

  test("of a hundred thousand media types are found soon", () => {
    const content = Array.from({ length: 100_000 }, (_, index): RequestContentModel => {
      return { mediaType: `text/x-${index}`, type: { kind: "string" } };
    });
    const began = performance.now();
    const choices = bodyChoices({ required: true, content }, {} as OperationModel, new RuntimeNames());
    expect(choices).toMatchObject([{ body: "string", contentType: { isOptional: true } }]);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test.each([
    ["image/*", 'contentType: MediaTypeLike<"image/">;'],
    ["*/*", "contentType?: string;"],
    ["application/*", 'contentType?: MediaTypeLike<"application/">;'],
    ['x`${"/*', "contentType: MediaTypeLike<"],
  ])("of the range %s have to name one of it unless it can be known", async (range, want) => {
    expect(await inputOf({ [range]: { schema: {} } })).toContain(want);
  });

  test("compile, take what the document describes and nothing else", async () => {
    const files = await filesOf({
      one: { content: { "application/json": { schema: pet } } },
      several: {
        content: {
          "application/json": { schema: pet },
          "multipart/form-data": { schema: form },
          "text/csv": {},
          "image/*": {},
        },
      },
      upload: { content: { "multipart/form-data": { schema: form } }, required: false },
      mixed: { content: { "multipart/mixed": { schema: { type: "array", items: pet } } } },
      parts: { content: { "multipart/mixed": { itemSchema: pet } } },
      lines: { content: { "application/jsonl": { itemSchema: pet } } },
      records: { content: { "application/json-seq": { schema: { type: "array", items: pet } } } },
      unknowns: { content: { "application/x-ndjson": {} } },
      listOrLines: {
        content: Object.fromEntries(
          ["application/json", "application/jsonl"].map((mediaType) => [
            mediaType,
            { schema: { type: "array", items: { type: "object", properties: { n: { type: "number" } } } } },
          ]),
        ),
      },
    });
    const folder = folderWith({});
    addFiles(folder, Object.fromEntries(files.map(({ path, content }) => [path, content])));
    addFiles(folder, { "use.ts": USE });
    expect(compileErrors(folder, ["test/index.ts", "use.ts"])).toEqual([]);
  });
});

const USE = `
import { part } from "@openapi-m2m/runtime";
import type { TestClient } from "./test/index.ts";

declare const client: TestClient;
const name = "Tom";
const bytes = new Uint8Array();

export async function use() {
  await client.several({ body: { name } });
  await client.several({ contentType: "application/json", body: { name } });
  await client.several({ contentType: "text/csv", body: "a,b" });
  await client.several({ contentType: "image/png", body: bytes });
  await client.several({ contentType: "multipart/form-data", body: { photo: bytes, pet: { name } } });
  await client.upload();
  await client.upload({ body: { photo: new File([], "a"), pet: { name }, note: null } });
  await client.upload({ body: { photo: new Blob([]).stream(), pet: part({ name }), note: part("x") } });
  await client.upload({ body: { photo: () => new Blob([]).stream(), photos: [bytes, part(bytes)], pet: { name } } });
  await client.upload({ body: { photo: part("text", { filename: "a.txt" }), pet: part('{"name":"x"}') } });
  await client.mixed({ body: [{ name }, part({ name }, { headers: { "X-A": 1 } })] });
  await client.parts({ body: [{ name }, part({ name })] });
  await client.lines({ body: [{ name }, { name }] });
  await client.lines({ body: new Set([{ name }]).values() });
  await client.lines({ body: (async function* () { yield { name }; })() });
  await client.lines({ body: () => [{ name }] });
  await client.lines({ body: '{"name":"Tom"}\\n' });
  await client.records({ body: [{ name }] });
  await client.unknowns({ body: [1, "x", null] });
  await client.listOrLines({ body: [{ n: 1 }] });
  await client.listOrLines({ contentType: "application/jsonl", body: new Set([{ n: 1 }]) });

  // @ts-expect-error: text is no pet
  await client.several({ body: "a,b" });
  // @ts-expect-error: a pet is no text
  await client.several({ contentType: "text/csv", body: { name } });
  // @ts-expect-error: not declared
  await client.several({ contentType: "text/html", body: "x" });
  // @ts-expect-error: required
  await client.several({ contentType: "multipart/form-data", body: { pet: { name } } });
  // @ts-expect-error: items are sent one by one, in a list or as they come
  await client.lines({ body: { name } });
  // @ts-expect-error: not a pet
  await client.lines({ body: [{ nickname: "x" }] });
  // @ts-expect-error: a list of pets is no pet
  await client.records({ body: [[{ name }]] });
  // @ts-expect-error: of a list as JSON all items are there
  await client.listOrLines({ body: new Set([{ n: 1 }]) });
  // @ts-expect-error: text is no file
  await client.upload({ body: { photo: "text", pet: { name } } });
  // @ts-expect-error: a part of something else
  await client.upload({ body: { photo: bytes, pet: part({ nickname: "x" }) } });
  // @ts-expect-error: there is nothing to choose from
  await client.one({ contentType: "application/json", body: { name } });
}
`;
