import { describe, expect, test } from "vitest";
import { buildModel } from "../../../generator/src/build-model.ts";
import { asObject } from "../../../generator/src/document.ts";
import type { ReadOnlyPlace } from "../../../generator/src/model.ts";
import { authorizedSpecOf, documentWith, specOf } from "../../support/documents.ts";

const string = { type: "string" };
const readOnly = { ...string, readOnly: true };
const writeOnly = { ...string, writeOnly: true };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: unknown) => ({ "application/json": { schema } });
const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});

interface Bodies {
  sent?: unknown;
  received?: unknown;
}

const documentOf = ({ sent, received }: Bodies, schemas: Record<string, unknown>) =>
  documentWith(
    {
      ...(sent !== undefined && { requestBody: { content: json(sent) } }),
      responses: { 200: { description: "", ...(received !== undefined && { content: json(received) }) } },
    },
    { components: { schemas } },
  );

/** What becomes of the component schemas, and of the schema that is sent. */
async function split(bodies: Bodies, schemas: Record<string, unknown>) {
  const { document, operations, readOnlyShapes } = await specOf(documentOf(bodies, schemas));
  const [source] = operations;
  const { content } = asObject(source?.operation["requestBody"]);
  return {
    schemas: asObject(asObject(document["components"])["schemas"]),
    sent: asObject(asObject(content)["application/json"])["schema"],
    place: source?.readOnly?.["application/json"],
    shapes: readOnlyShapes,
    inPaths: asObject(asObject(document["paths"])["/things"])["get"] === source?.operation,
  };
}

describe("splitDirections", () => {
  const User = object({ id: readOnly, name: string, password: writeOnly }, ["id", "name", "password"]);

  test("gives requests and responses a schema each where they differ", async () => {
    const result = await split({ sent: ref("User"), received: ref("User") }, { User });
    expect(result.schemas).toEqual({
      User: object({ id: readOnly, name: string }, ["id", "name"]),
      UserWritable: object({ name: string, password: writeOnly }, ["name", "password"]),
    });
    expect(result.sent).toEqual(ref("UserWritable"));
    expect(result.inPaths).toBe(true);
  });

  test.each([
    [
      "requests alone",
      { sent: ref("User") },
      object({ name: string, password: writeOnly }, ["name", "password"]),
    ],
    ["responses alone", { received: ref("User") }, object({ id: readOnly, name: string }, ["id", "name"])],
    ["none", {}, object({ id: readOnly, name: string }, ["id", "name"])],
  ])("keeps one schema for what %s use", async (_, bodies, want) => {
    expect((await split(bodies, { User })).schemas).toEqual({ User: want });
  });

  test("splits what leads to such a schema, and nothing else", async () => {
    const schemas = {
      Page: object({ users: { type: "array", items: ref("User") }, money: ref("Money") }),
      User,
      Money: {},
    };
    const result = await split({ sent: ref("Page"), received: ref("Page") }, schemas);
    expect(Object.keys(result.schemas)).toEqual(["Page", "PageWritable", "User", "UserWritable", "Money"]);
    expect(result.schemas["PageWritable"]).toEqual(
      object({ users: { type: "array", items: ref("UserWritable") }, money: ref("Money") }),
    );
  });

  test("takes the name of no other schema", async () => {
    const result = await split({ sent: ref("User"), received: ref("User") }, { User, UserWritable: string });
    expect(result.sent).toEqual(ref("UserWritable2"));
  });

  test("leaves a document as it is that has no such properties", async () => {
    const schemas = { Item: object({ name: string, both: { ...string, readOnly: true, writeOnly: true } }) };
    const result = await split({ sent: ref("Item"), received: ref("Item") }, schemas);
    expect(result).toMatchObject({ schemas, sent: ref("Item"), place: undefined });
  });

  test.each<[string, unknown, Record<string, unknown>]>([
    ["by way of a reference", { $ref: "#/components/schemas/Id" }, { Id: readOnly }],
    ["by way of a part", { allOf: [ref("Id")], readOnly: true }, { Id: string }],
    ["by a part that is", { allOf: [ref("Id")] }, { Id: readOnly }],
  ])("knows a property that is read-only %s", async (_, id, schemas) => {
    expect((await split({ sent: object({ id, name: string }) }, schemas)).sent).toEqual(
      object({ name: string }),
    );
  });

  test("requires nothing that is declared in another part and left out", async () => {
    const Base = object({ id: readOnly, name: string });
    const result = await split(
      { sent: { allOf: [ref("Base"), { required: ["id"] }], required: ["id", "name"] } },
      { Base },
    );
    expect(result.sent).toEqual({ allOf: [ref("Base"), {}], required: ["name"] });
  });

  test("keeps what a discriminator tells schemas apart by", async () => {
    const Cat = object({ kind: readOnly, id: readOnly });
    const Pet = { oneOf: [ref("Cat"), ref("Dog")], discriminator: { propertyName: "kind" } };
    const result = await split(
      { sent: ref("Pet"), received: ref("Pet") },
      { Pet, Cat, Dog: object({ kind: string }) },
    );
    expect(result.schemas["CatWritable"]).toEqual(object({ kind: readOnly }));
    expect(result.schemas["PetWritable"]).toEqual({
      oneOf: [ref("CatWritable"), ref("Dog")],
      discriminator: { propertyName: "kind", mapping: { Cat: ref("CatWritable").$ref } },
    });
  });

  test.each<[string, object, ReadOnlyPlace | undefined]>([
    ["application/jsonl", { itemSchema: ref("User") }, "User"],
    ["application/x-ndjson", { schema: { type: "array", items: ref("User") } }, "User"],
    ["application/json-seq", { schema: ref("User") }, "User"],
    ["multipart/mixed", { itemSchema: ref("User") }, { items: "User" }],
    ["application/jsonl", {}, undefined],
  ])("says where they are in one item of %s, which is sent by itself: %j", async (mediaType, media, want) => {
    const requestBody = { content: { [mediaType]: media } };
    const document = documentWith({ requestBody, responses: {} }, { components: { schemas: { User } } });
    const [source] = (await specOf(document)).operations;
    expect(source?.readOnly?.[mediaType]).toEqual(want);
  });

  test("tells where read-only values are: a place for each media type, shapes for all", async () => {
    const schemas = { User, Id: object({ id: readOnly }) };
    const { place, shapes } = await split({ sent: { type: "array", items: ref("User") } }, schemas);
    expect([place, shapes]).toEqual([{ items: "User" }, { User: { omit: ["id"] } }]);
    const { operations, readOnlyShapes } = buildModel(
      await authorizedSpecOf(documentOf({ sent: ref("User") }, { User })),
    );
    expect(operations[0]?.body?.content).toMatchObject([{ mediaType: "application/json", readOnly: "User" }]);
    expect(readOnlyShapes).toEqual({ User: { omit: ["id"] } });
  });
});
