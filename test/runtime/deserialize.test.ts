import { describe, expect, test } from "vitest";
import { compileResponses } from "../../runtime/src/deserialize.ts";
import type { Operation } from "../../runtime/src/operation.ts";

const JSON_ONLY = ["application/json"];
const BYTES = [Buffer.from([0, 255]), Buffer.from([1])];
const PNG = new Uint8Array([0, 255, 1]);

interface Answer {
  readonly status?: number;
  readonly contentType?: string;
  /** Text, or the chunks as they arrive. */
  readonly body?: string | readonly Buffer[];
}

function read(operation: Partial<Operation>, { status = 200, contentType, body = "" }: Answer) {
  const headers = contentType === undefined ? {} : { "content-type": contentType };
  const response = { operation: "GET /items", status, headers, url: "https://api.example.com/items" };
  const chunks = typeof body === "string" ? [Buffer.from(body)] : body;
  const { response: given, ...result } = compileResponses(define(operation)).read(chunks, response);
  expect(given).toBe(response);
  return result;
}

function define(operation: Partial<Operation>): Operation {
  return { method: "GET", path: ["/items"], responses: {}, ...operation };
}

describe("the status of a result", () => {
  const ranged = {
    "200": JSON_ONLY,
    "2XX": JSON_ONLY,
    "404": JSON_ONLY,
    "4XX": JSON_ONLY,
    default: JSON_ONLY,
  };
  const onlyDefault = { default: JSON_ONLY };

  test.each<[string, Operation["responses"], number, boolean, number | string]>([
    ["a declared status before its range", ranged, 200, true, 200],
    ["a range of successes", ranged, 206, true, "2XX"],
    ["a declared failure before its range", ranged, 404, false, 404],
    ["a range of failures before the default", ranged, 410, false, "4XX"],
    ["the default for what no range has", ranged, 500, false, "default"],
    ["the default for a redirect", ranged, 302, false, "default"],
    ["a default that is all there is, for a success", onlyDefault, 200, true, "default"],
    ["a default that is all there is, for a failure", onlyDefault, 400, false, "default"],
    ["nothing for a failure without default", { "200": JSON_ONLY }, 500, false, "undeclared"],
    ["nothing for another success than declared", { "200": JSON_ONLY }, 201, false, "undeclared"],
    [
      "no default for another success than declared",
      { "200": JSON_ONLY, ...onlyDefault },
      201,
      false,
      "undeclared",
    ],
    [
      "a default for a success when only failures are declared",
      { "404": [], ...onlyDefault },
      201,
      true,
      "default",
    ],
    ["a declared redirect, which is no success", { "304": [] }, 304, false, 304],
    ["nothing when nothing is declared", {}, 200, false, "undeclared"],
  ])("names %s", (_, responses, status, ok, want) => {
    expect(read({ responses }, { status, body: "{}" })).toMatchObject({ ok, status: want });
  });

  test.each<[string, Partial<Operation>, number | string]>([
    ["with a token", { scopes: [] }, 401],
    ["with a token, where a range is declared", { scopes: [], responses: { "4XX": JSON_ONLY } }, 401],
    ["with a token, where a default is declared", { scopes: [], responses: { default: JSON_ONLY } }, 401],
    ["without", {}, "undeclared"],
    ["without, where a range is declared", { responses: { "4XX": JSON_ONLY } }, "4XX"],
    ["without, where a default is declared", { responses: { default: JSON_ONLY } }, "default"],
  ])("is 401 by its own name when the operation goes with a token: %s", (_, operation, want) => {
    expect(read(operation, { status: 401, body: '{"a":1}' })).toMatchObject({ status: want });
  });

  test.each<[string, Answer, unknown]>([
    ["JSON", { contentType: "application/problem+json", body: '{"a":1}' }, { a: 1 }],
    ["text", { contentType: "text/plain", body: "no" }, "no"],
    ["broken JSON", { contentType: "application/json", body: "{" }, "{"],
    ["nothing", { contentType: "application/json" }, ""],
  ])("is 401, undeclared, with what its content type says: %s", (_, answer, error) => {
    expect(read({ scopes: [] }, { status: 401, ...answer })).toEqual({ ok: false, status: 401, error });
  });
});

describe("the body of a declared answer", () => {
  const responses = (...mediaTypes: string[]) => ({ responses: { "200": mediaTypes } });

  test.each<[string, string[], Answer, unknown]>([
    ["JSON", JSON_ONLY, { contentType: "application/json", body: '{"a":[1]}' }, { a: [1] }],
    ["JSON with a charset", JSON_ONLY, { contentType: "application/json; charset=utf-8", body: "1" }, 1],
    [
      "JSON of a declaration with parameters",
      ["application/json; v=2"],
      { contentType: "application/json", body: "1" },
      1,
    ],
    [
      "JSON in any case",
      ["text/csv", "application/json"],
      { contentType: " Application/JSON ; v=2", body: "null" },
      null,
    ],
    ["JSON after a byte order mark", JSON_ONLY, { body: "\ufeff[]" }, []],
    [
      "JSON cut within a character",
      JSON_ONLY,
      { body: [Buffer.from([0x22, 0xc3]), Buffer.from([0xa9, 0x22])] },
      "é",
    ],
    ["+json", ["application/hal+json"], { contentType: "application/hal+json", body: "{}" }, {}],
    ["what is declared, without a content type", JSON_ONLY, { body: "{}" }, {}],
    ["what is declared, with an empty content type", JSON_ONLY, { contentType: "", body: "{}" }, {}],
    [
      "what is declared, whatever else the content type says",
      JSON_ONLY,
      { contentType: "text/html", body: "{}" },
      {},
    ],
    [
      "JSON in another charset",
      JSON_ONLY,
      { contentType: "application/json; charset=utf-16le", body: [Buffer.from('{"a":"é"}', "utf16le")] },
      { a: "é" },
    ],
    [
      "text in another charset",
      ["text/plain"],
      { contentType: "text/plain; charset=iso-8859-1", body: [Buffer.from([0xe9])] },
      "é",
    ],
    ["XML as text", ["application/xml"], { contentType: "application/xml", body: "<a/>" }, "<a/>"],
    ["a form's parts as bytes", ["multipart/form-data"], { body: BYTES }, PNG],
    ["text", ["text/plain"], { contentType: "text/plain", body: '{"a":1}' }, '{"a":1}'],
    ["an empty text", ["text/plain"], { contentType: "text/plain", body: "" }, ""],
    ["text although JSON came", ["text/csv"], { contentType: "application/json", body: "1" }, "1"],
    ["bytes", ["image/png"], { contentType: "image/png", body: BYTES }, PNG],
    ["bytes of no chunk", ["image/png"], { contentType: "image/png", body: [] }, new Uint8Array()],
    ["the first declared", ["application/json", "text/csv"], { body: "1" }, 1],
    [
      "the second declared, when it came",
      ["application/json", "text/csv"],
      { contentType: "text/csv", body: "1" },
      "1",
    ],
    ["any, as it came: JSON", ["*/*"], { contentType: "application/json", body: "1" }, 1],
    ["any, as it came: text", ["*/*"], { contentType: "text/csv", body: "1" }, "1"],
    ["any, as it came: bytes", ["*/*"], { contentType: "image/png", body: BYTES }, PNG],
    ["a range next to JSON", ["application/json", "image/*"], { contentType: "image/png", body: BYTES }, PNG],
    [
      "a range of texts next to JSON",
      ["application/json", "text/*"],
      { contentType: "text/csv", body: "1" },
      "1",
    ],
    [
      "JSON next to a range that has it",
      ["text/*", "application/json"],
      { contentType: "application/json", body: "1" },
      1,
    ],
    [
      "JSON, by what came, where nothing is declared of that",
      ["text/plain", "application/json"],
      { contentType: "application/problem+json", body: "1" },
      1,
    ],
    ["JSON next to any, without a content type", ["application/json", "*/*"], { body: "1" }, 1],
    [
      "any, next to JSON",
      ["application/json", "*/*"],
      { contentType: "text/plain", body: "no JSON" },
      "no JSON",
    ],
  ])("is read as %s", (_, mediaTypes, answer, data) => {
    expect(read(responses(...mediaTypes), answer)).toStrictEqual({ ok: true, status: 200, data });
  });

  test("is a Uint8Array of its own, not a Buffer", () => {
    const { data } = read(responses("image/png"), { body: BYTES }) as { data: Uint8Array };
    expect(data.constructor).toBe(Uint8Array);
  });

  test.each<[string, Partial<Operation>]>([
    ["none is declared", responses()],
    ["the method is HEAD", { method: "HEAD", ...responses("application/json") }],
  ])("is left unread when %s", (_, operation) => {
    expect(read(operation, { body: "not JSON" })).toEqual({ ok: true, status: 200, data: undefined });
  });

  test.each([204, 205])("is none for %i, whatever is declared", (status) => {
    const operation = { responses: { [status]: JSON_ONLY } };
    expect(read(operation, { status })).toEqual({ ok: true, status, data: undefined });
  });

  test("is none for 304, whatever is declared", () => {
    const operation = { responses: { 304: JSON_ONLY } };
    expect(read(operation, { status: 304 })).toEqual({ ok: false, status: 304, error: undefined });
  });

  test("that is missing where a range declares it makes a success invalid, so that no type lies", () => {
    const want = { ok: false, status: "invalid", error: "" };
    expect(read({ responses: { "2XX": JSON_ONLY } }, { status: 204 })).toEqual(want);
  });

  test.each(["", "<!doctype html>", '{"a":', "undefined"])(
    "that is no JSON makes a success invalid: %j",
    (body) => {
      expect(read(responses(...JSON_ONLY), { body })).toEqual({ ok: false, status: "invalid", error: body });
    },
  );

  test("that is no JSON makes a failure undeclared, so that no type lies", () => {
    const operation = { responses: { "502": JSON_ONLY } };
    const answer = { status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" };
    expect(read(operation, answer)).toEqual({ ok: false, status: "undeclared", error: answer.body });
  });
});

describe("an answer that comes as a stream", () => {
  const open = (
    operation: Partial<Operation>,
    { status = 200, contentType }: Answer,
    stream = false,
  ): unknown => {
    const headers = contentType === undefined ? {} : { "content-type": contentType };
    const response = { operation: "GET /items", status, headers, url: "https://api.example.com/items" };
    const { open, hasItems } = compileResponses(define(operation));
    return hasItems || stream ? open(response, stream) : undefined;
  };
  const sse = { mediaType: "text/event-stream", data: "text" } as const;
  const events = { kind: "events", data: "json", events: new Map() };

  test.each<[string, Operation["responses"], Answer, boolean, unknown]>([
    ["events", { 200: ["text/event-stream"] }, {}, false, { status: 200, format: events }],
    ["events of text", { "2XX": [sse] }, {}, false, { status: "2XX", format: { ...events, data: "text" } }],
    [
      "events next to JSON",
      { 200: ["application/json", "text/event-stream"] },
      { contentType: "text/event-stream;charset=utf-8" },
      false,
      { status: 200, format: events },
    ],
    [
      "lines by another name, next to JSON",
      { 200: ["application/json", "application/x-ndjson"] },
      { contentType: "application/jsonl" },
      false,
      { status: 200, format: { kind: "lines" } },
    ],
    [
      "lines of a default",
      { default: ["application/jsonl"] },
      {},
      false,
      { status: "default", format: { kind: "lines" } },
    ],
    ["bytes on demand", { 200: ["image/png"] }, {}, true, { status: 200, format: { kind: "bytes" } }],
    ["text on demand", { 200: ["text/csv"] }, {}, true, { status: 200, format: { kind: "bytes" } }],
    [
      "nothing of events that were not sent",
      { 200: ["text/event-stream"] },
      { contentType: "text/html" },
      false,
      undefined,
    ],
    ["nothing of bytes without demand", { 200: ["image/png"] }, {}, false, undefined],
    ["nothing of JSON", { 200: JSON_ONLY }, {}, true, undefined],
    ["nothing of no body", { 200: [] }, {}, true, undefined],
    ["nothing of an undeclared success", { 200: ["image/png"] }, { status: 201 }, true, undefined],
    ["nothing of a failure", { 400: ["image/png"], 200: [sse] }, { status: 400 }, true, undefined],
    [
      "nothing of events in a range of any type",
      { 200: ["*/*"] },
      { contentType: "text/event-stream" },
      false,
      undefined,
    ],
  ])("has %s", (_, responses, answer, stream, want) => {
    expect(open({ responses }, answer, stream)).toEqual(want);
  });
});

describe("the body of an undeclared answer", () => {
  test.each<[string, Answer, unknown]>([
    ["JSON", { contentType: "application/problem+json", body: '{"title":"x"}' }, { title: "x" }],
    ["text, when it is no JSON after all", { contentType: "application/json", body: "{" }, "{"],
    ["text", { contentType: "text/html; charset=utf-8", body: "<h1>x</h1>" }, "<h1>x</h1>"],
    ["text, without a content type", { body: "x" }, "x"],
    ["bytes", { contentType: "image/png", body: BYTES }, PNG],
  ])("is read as its content type says: %s", (_, answer, error) => {
    expect(read({}, { status: 500, ...answer })).toStrictEqual({ ok: false, status: "undeclared", error });
  });
});

describe("accept", () => {
  const alternative = (mediaType: string) => ({ mediaType, isAlternative: true }) as const;
  const both = { "200": ["application/json", alternative("text/csv")] };

  test.each<[string, Operation["responses"], string | undefined, string]>([
    ["what is declared", { "200": ["image/png", "image/gif"] }, undefined, "image/png, image/gif"],
    ["anything, when nothing is", { "204": [] }, undefined, "*/*"],
    ["events", { "200": [{ mediaType: "text/event-stream", data: "text" }] }, undefined, "text/event-stream"],
    ["the preferred of several", both, undefined, "application/json"],
    ["what the call accepts", both, "text/csv", "text/csv"],
    ["anything", { ...both, "404": ["text/html"] }, "*/*", "*/*"],
    ["a default that is all there is", { default: ["text/plain"] }, undefined, "text/plain"],
    [
      "the first success before what else there is, each once",
      { "404": ["application/problem+json"], "2XX": ["text/csv"], "200": JSON_ONLY, default: JSON_ONLY },
      undefined,
      "application/json, text/csv;q=0.9, application/problem+json;q=0.9",
    ],
    [
      "nothing more of a failure that has what is accepted",
      { "200": ["application/json"], "404": ["application/xml", "application/json"] },
      undefined,
      "application/json",
    ],
    [
      "what failures have besides what the call accepts",
      { ...both, "201": JSON_ONLY, "404": JSON_ONLY, "500": ["text/*"] },
      "text/csv",
      "text/csv, application/json;q=0.9, text/*;q=0.9",
    ],
  ])("asks for %s", (_, responses, accept, want) => {
    const reader = compileResponses(define({ responses }));
    expect((accept === undefined ? reader : reader.accepting(accept, "GET /")).accept).toBe(want);
  });

  const versions = { "200": ["application/json; v=1", alternative("application/json; v=2")] };
  const images = { "200": ["image/svg+xml", alternative("image/*"), alternative("application/json")] };

  test.each<[Operation["responses"], string | undefined, string | undefined, unknown]>([
    [both, undefined, "application/json", 1],
    [both, undefined, undefined, 1],
    [both, undefined, "text/csv", false],
    [both, undefined, "text/html", 1],
    [both, "text/csv", "text/csv; charset=utf-8", "1"],
    [both, "text/csv", undefined, "1"],
    [both, "text/csv", "application/json", false],
    [both, "text/csv", "text/plain", "1"],
    [both, "*/*", "application/json", 1],
    [both, "*/*", "text/csv", "1"],
    [both, "*/*", "text/plain", "1"],
    [versions, undefined, "application/json;v=1", 1],
    [versions, undefined, 'Application/JSON; charset=utf-8; V="1"', 1],
    [versions, undefined, "application/json", 1],
    [versions, undefined, "application/json;v=2", false],
    [versions, "application/json; v=2", "application/json;v=2", 1],
    [versions, "application/json; v=2", "application/json;v=1", false],
    [images, undefined, "image/svg+xml", "1"],
    [images, undefined, "image/png", false],
    [images, "image/*", "image/png", new Uint8Array([49])],
    [images, "image/*", "image/svg+xml", "1"],
    [images, "image/*", "application/json", false],
    [{ ...both, "201": ["image/png"] }, "image/png", "application/json", 1],
  ])("of %j, where %s is accepted, reads %s as %j", (responses, accept, contentType, want) => {
    const reader = compileResponses(define({ responses }));
    const headers = contentType === undefined ? {} : { "content-type": contentType };
    const response = { operation: "GET /", status: 200, headers, url: "https://api.example.com/" };
    const accepting = accept === undefined ? reader : reader.accepting(accept, "GET /");
    expect(accepting.read([Buffer.from("1")], response)).toMatchObject(
      want === false ? { ok: false, status: "invalid", error: "1" } : { ok: true, status: 200, data: want },
    );
  });

  test("leaves failures as they are declared", () => {
    const content = ["application/json", "text/csv"];
    const reader = compileResponses(define({ responses: { ...both, "400": content } }));
    for (const accept of ["application/json", "text/csv"]) {
      const headers = { "content-type": "text/csv" };
      const response = { operation: "GET /", status: 400, headers, url: "https://api.example.com/" };
      const result = reader.accepting(accept, "GET /").read([Buffer.from("1")], response);
      expect(result).toMatchObject({ status: 400, error: "1" });
    }
  });

  test("opens streams of what is accepted alone", () => {
    const events = alternative("text/event-stream");
    const reader = compileResponses(define({ responses: { "200": ["application/json", events] } }));
    const headers = { "content-type": "text/event-stream" };
    const response = { operation: "GET /", status: 200, headers, url: "https://api.example.com/" };
    expect(reader.open(response, false)).toBeUndefined();
    expect(reader.read([Buffer.from("data: 1\n\n")], response)).toMatchObject({ status: "invalid" });
    expect(reader.accepting("text/event-stream", "GET /").open(response, false)).toMatchObject({
      status: 200,
    });
    expect(reader.accepting("*/*", "GET /").open(response, false)).toMatchObject({ status: 200 });
  });

  test.each(["text/html", "text/csv\r\nx: y", ""])(
    "refuses %j, which no success is declared to be",
    (accept) => {
      const reader = compileResponses(define({ responses: { ...both, "400": ["text/html"] } }));
      expect(() => reader.accepting(accept, "GET /items")).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
      );
    },
  );
});

describe("a failure with challenges", () => {
  const readFailure = (status: number, challenge?: string) =>
    compileResponses(define({ responses: {} })).read([], {
      operation: "GET /",
      status,
      headers: challenge === undefined ? {} : { "www-authenticate": challenge },
      url: "https://api.example/",
    }).response;

  test.each([401, 403])("with status %d names the scope that the token lacks", (status) => {
    const challenge = 'Bearer error="insufficient_scope", scope="catalog:write"';
    expect(readFailure(status, challenge)).toMatchObject({ missingScope: "catalog:write" });
  });

  test("brings a step-up challenge parsed (RFC 9470)", () => {
    const challenge = 'Bearer error="insufficient_user_authentication", acr_values="high", max_age=5';
    const { challenges, missingScope } = readFailure(401, challenge);
    expect(challenges?.map(({ scheme, parameters }) => ({ scheme, ...parameters }))).toEqual([
      { scheme: "bearer", error: "insufficient_user_authentication", acr_values: "high", max_age: "5" },
    ]);
    expect(missingScope).toBeUndefined();
  });

  test("has none where the answer has none", () => {
    expect(readFailure(403)).not.toHaveProperty("challenges");
  });
});
