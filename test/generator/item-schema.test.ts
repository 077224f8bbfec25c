import { describe, expect, test } from "vitest";
import { eventSchemasOf, itemSchemaOf } from "../../generator/src/item-schema.ts";

const item = { type: "object", properties: { id: { type: "string" } } };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const text = { type: "string" };
const json = (contentSchema?: object) => ({ ...text, contentMediaType: "application/json", contentSchema });
const event = (...names: string[]) => (names.length === 1 ? { const: names[0] } : { enum: names });
const fields = (properties: object) => ({ type: "object", properties });

const document = {
  components: {
    schemas: {
      Item: item,
      Items: { type: "array", items: ref("Item") },
      Text: text,
      Event: fields({ event: text, data: json(ref("Item")), id: text, retry: { type: "integer" } }),
      Cycle: { allOf: [ref("Cycle")] },
    },
  },
};

describe("itemSchemaOf", () => {
  test.each<[string, object, unknown]>([
    ["itemSchema", { itemSchema: ref("Item") }, ref("Item")],
    ["itemSchema before schema", { itemSchema: text, schema: ref("Item") }, text],
    ["schema", { schema: ref("Item") }, ref("Item")],
    ["the items of an array", { schema: { type: "array", items: ref("Item") } }, ref("Item")],
    ["the items of an array that has a name", { schema: ref("Items") }, ref("Item")],
    ["a tuple", { schema: { type: "array", prefixItems: [text] } }, { type: "array", prefixItems: [text] }],
    ["nothing", {}, undefined],
  ])("is %s", (_, media, want) => {
    expect(itemSchemaOf(document, { ...media })).toEqual(want);
  });
});

describe("eventSchemasOf", () => {
  test.each<[string, object, unknown[]]>([
    [
      "data of a schema, as JSON",
      { schema: ref("Item") },
      [{ names: [], format: "json", schema: ref("Item") }],
    ],
    [
      "data of a schema that is a text",
      { schema: ref("Text") },
      [{ names: [], format: "text", schema: ref("Text") }],
    ],
    [
      "data of texts",
      { schema: { enum: ["a", "b"] } },
      [{ names: [], format: "text", schema: { enum: ["a", "b"] } }],
    ],
    [
      "JSON that may be a text",
      { schema: { anyOf: [text, item] } },
      [{ names: [], format: "json", schema: { anyOf: [text, item] } }],
    ],
    [
      "data of an array's items",
      { schema: ref("Items") },
      [{ names: [], format: "json", schema: ref("Item") }],
    ],
    ["texts where nothing is said", {}, [{ names: [], format: "text", schema: text }]],
    [
      "texts where a schema says nothing",
      { schema: { description: "Events" } },
      [{ names: [], format: "text", schema: text }],
    ],
    [
      "an event with JSON",
      { itemSchema: ref("Event") },
      [{ names: [], format: "json", schema: ref("Item") }],
    ],
    [
      "an event with any JSON",
      { itemSchema: fields({ data: json() }) },
      [{ names: [], format: "json", schema: {} }],
    ],
    [
      "an event with text",
      { itemSchema: fields({ data: text }) },
      [{ names: [], format: "text", schema: text }],
    ],
    [
      "an event with text of another media type",
      { itemSchema: fields({ data: { ...text, contentMediaType: "text/html" } }) },
      [{ names: [], format: "text", schema: text }],
    ],
    [
      "an event whose data is an object",
      { itemSchema: fields({ data: ref("Item") }) },
      [{ names: [], format: "json", schema: ref("Item") }],
    ],
    [
      "an item that is no event",
      { itemSchema: ref("Item") },
      [{ names: [], format: "json", schema: ref("Item") }],
    ],
    ["an item that is no object", { itemSchema: text }, [{ names: [], format: "text", schema: text }]],
    [
      "events by name",
      {
        itemSchema: {
          ...fields({ data: text, event: text }),
          oneOf: [
            fields({ event: event("created", "changed"), data: json(ref("Item")) }),
            fields({ event: event("note") }),
            fields({ data: json(text) }),
          ],
        },
      },
      [
        { names: ["created", "changed"], format: "json", schema: ref("Item") },
        { names: ["note"], format: "text", schema: text },
        { names: [], format: "json", schema: text },
      ],
    ],
    [
      "events made of parts",
      {
        itemSchema: {
          allOf: [ref("Event"), { anyOf: [fields({ event: event("a") }), fields({ event: event("b") })] }],
        },
      },
      ["a", "b"].map((name) => ({ names: [name], format: "json", schema: ref("Item") })),
    ],
    ["a cycle", { itemSchema: ref("Cycle") }, [{ names: [], format: "json", schema: ref("Cycle") }]],
  ])("are of %s", (_, media, want) => {
    expect(eventSchemasOf(document, { ...media })).toEqual(want);
  });

  test("are of one kind, of which nothing is known, where there are too many to tell apart", () => {
    const many = (key: string) => ({
      oneOf: Array.from({ length: 20 }, (_, i) => fields({ [key]: event(`${i}`) })),
    });
    const itemSchema = { allOf: [fields({ data: text }), many("event"), many("data")] };
    expect(eventSchemasOf(document, { itemSchema })).toEqual([
      { names: [], format: "json", schema: itemSchema },
    ]);
  });
});
