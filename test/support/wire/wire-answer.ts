import { compareValues, show } from "./compare.ts";
import { HARD_BODY_TEXTS, HARD_KEYS } from "./hard-texts.ts";
import type { Schema, Schemas } from "./json-schema.ts";
import { concreteOf, type Format, formatOf } from "./media-type.ts";
import { simplify } from "./merge-schema.ts";
import type { Random } from "./random.ts";
import { meantOf, sampleValue } from "./sample.ts";
import { sampleBytes } from "./sampled-file.ts";
import { type Fields, fieldsOf } from "./source-document.ts";
import type { WireContent, WireOperation, WireResponse } from "./wire-operation.ts";

/** One declared answer, and what the client is to make of it. */
export interface WireAnswer {
  /** On the wire. */
  readonly status: number;
  readonly contentType: string | undefined;
  /** As it is declared: a range, where the content type is one of it. */
  readonly mediaType: string | undefined;
  readonly body: Buffer | undefined;
  /** By what name the result goes: `200`, `"4XX"`, `"default"`. */
  readonly name: number | string;
  readonly format: Format | "nothing";
  /** What `data` or `error` is; the items of a stream. */
  readonly value: unknown;
}

/** How the result of a generated method looks to one who does not know its types. */
export interface AnyResult {
  readonly ok: boolean;
  readonly status: number | string;
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: { readonly status: number };
}

export interface AnswerOptions {
  readonly schemas: Schemas;
  readonly random: Random;
  /** Whether a token goes with the operation, whose 401 goes by its own name then. */
  readonly isSecured: boolean;
}

/** An answer for each declared status and media type; none for 1xx, which end no call. */
export function listAnswers(operation: WireOperation, options: AnswerOptions): WireAnswer[] {
  return operation.responses.flatMap((response): WireAnswer[] => {
    const status = wireStatus(response.status, operation.responses);
    if (status === undefined || status < 200) return [];
    const upper = response.status.toUpperCase().replace("DEFAULT", "default");
    const name = /^\d+$/.test(upper) ? status : status === 401 && options.isSecured ? 401 : upper;
    const hasBody = operation.method !== "HEAD" && ![204, 205, 304].includes(status);
    if (!hasBody || response.contents.length === 0) {
      return [
        {
          status,
          name,
          contentType: undefined,
          mediaType: undefined,
          body: undefined,
          format: "nothing" as const,
          value: undefined,
        },
      ];
    }
    return response.contents.map((content) => ({ status, name, ...sampleContent(content, options) }));
  });
}

/** A status that fits the declaration and no nearer one. */
function wireStatus(declared: string, responses: readonly WireResponse[]): number | undefined {
  if (/^\d{3}$/.test(declared)) return Number(declared);
  const names = responses.map(({ status }) => status.toUpperCase());
  const hasSuccess = names.some((name) => name.startsWith("2"));
  const isFree = (status: number) =>
    !names.includes(String(status)) && (declared !== "default" || !names.includes(`${String(status)[0]}XX`));
  if (declared === "default")
    return [...(hasSuccess ? [] : [200]), 500, 418, 409, 503, 404, 400].find(isFree);
  const first = Number(declared[0]) * 100;
  return [first + 3, first + 2, first + 6, first + 9, first + 18, first].find(isFree);
}

function sampleContent(content: WireContent, { schemas, random }: AnswerOptions) {
  const { mediaType, schema, itemSchema } = content;
  const contentType = concreteOf(mediaType);
  const format = formatOf(contentType);
  const options = { random, everything: true, direction: "response", keys: HARD_KEYS, nulls: true } as const;
  const sampleJson = (of: typeof schema) =>
    meantOf(sampleValue(of, schemas, { ...options, texts: HARD_BODY_TEXTS })) ?? null;
  const base = { contentType, mediaType, format };
  switch (format) {
    case "json": {
      const value = sampleJson(schema);
      return { ...base, value, body: Buffer.from(JSON.stringify(value)) };
    }
    case "lines": {
      const value = [1, 2].map(() => sampleJson(itemSchema ?? schema));
      return { ...base, value, body: Buffer.from(value.map((item) => writeLine(item, mediaType)).join("")) };
    }
    case "events": {
      const { of, asText } = dataOfEvents(content, schemas);
      const value = [1, 2].map(() => sampleJson(of));
      return { ...base, value, body: Buffer.from(value.map((item) => writeEvent(item, asText)).join("")) };
    }
    case "urlencoded":
    case "text": {
      const value = `${random.pick(HARD_BODY_TEXTS)} ü`;
      return { ...base, value, body: Buffer.from(value) };
    }
    default: {
      const value = sampleBytes(random);
      return { ...base, value, body: Buffer.from(value) };
    }
  }
}

function writeLine(item: unknown, mediaType: string): string {
  return `${mediaType.includes("json-seq") ? "\u001e" : ""}${JSON.stringify(item)}\n`;
}

/** What the data of events is: JSON, unless the document says nothing of it, or that it is a string of no such content. */
function dataOfEvents(
  { schema, itemSchema }: WireContent,
  { defs }: Schemas,
): { of: Schema; asText: boolean } {
  const plain = (of: Schema) => simplify(of, defs, ([first]) => first ?? true) ?? {};
  if (itemSchema === undefined) return { of: schema, asText: isText(plain(schema)) };
  // 3.2: an item is an event, and its data a field of it.
  const data = fieldsOf(plain(itemSchema)["properties"])["data"] as Schema | undefined;
  if (data === undefined) return { of: itemSchema, asText: false };
  const { contentSchema } = plain(data);
  return contentSchema === undefined
    ? { of: data, asText: isText(plain(data)) }
    : { of: contentSchema as Schema, asText: false };
}

function isText(schema: Fields): boolean {
  return schema["type"] === "string" || Object.keys(schema).length === 0;
}

/** A line break in a text begins another field of data. */
function writeEvent(item: unknown, asText: boolean): string {
  const lines = (asText ? String(item) : JSON.stringify(item)).split("\n");
  return `${lines.map((line) => `data: ${line}\n`).join("")}\n`;
}

/** Where a result is not what the answer says. */
export async function checkResult(result: AnyResult, answer: WireAnswer): Promise<string[]> {
  const { name, status } = answer;
  const ok = status >= 200 && status <= 299;
  const problems = [
    ...compareValues(name, result.status, "result.status"),
    ...compareValues(ok, result.ok, "result.ok"),
    ...compareValues(status, result.response.status, "result.response.status"),
  ];
  if (problems.length > 0) return problems;
  const at = ok ? "result.data" : "result.error";
  return checkPayload(ok ? result.data : result.error, answer, at);
}

async function checkPayload(
  got: unknown,
  { format, value, contentType = "" }: WireAnswer,
  at: string,
): Promise<string[]> {
  switch (format) {
    case "nothing":
      return compareValues(undefined, got, at);
    case "json":
      return compareValues(value, got, at);
    case "lines":
    case "events":
      return compareValues(value, await collect(got, contentType), at);
    default: {
      if (typeof got !== "string" && !(got instanceof Uint8Array)) return [`${at}: got ${show(got)}`];
      const isSame = Buffer.from(got as Uint8Array).equals(Buffer.from(value as Uint8Array));
      return isSame ? [] : [`${at}: want ${show(value)}, got ${show(got)}`];
    }
  }
}

/** The items of a stream; what errors carry is not streamed. */
async function collect(got: unknown, contentType: string): Promise<unknown> {
  if (typeof got !== "object" || got === null || !(Symbol.asyncIterator in got)) return got;
  const items: unknown[] = [];
  for await (const item of got as AsyncIterable<unknown>) items.push(item);
  return contentType.includes("event-stream")
    ? items.map((item) => (item as { data?: unknown }).data)
    : items;
}
