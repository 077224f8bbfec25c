import { describe, expect, test } from "vitest";
import type { RecordedRequest } from "../support/scripted-server.ts";
import { checkRequest } from "../support/wire/check-request.ts";
import type { WireCall } from "../support/wire/wire-call.ts";
import type { Location, WireContent, WireParameter } from "../support/wire/wire-operation.ts";

function parameterOf(name: string, location: Location, rest: Partial<WireParameter> = {}): WireParameter {
  const style = location === "path" || location === "header" ? "simple" : "form";
  return {
    name,
    in: location,
    required: false,
    style,
    explode: style === "form",
    allowReserved: false,
    schema: true,
    ...rest,
  };
}

const id = parameterOf("id", "path");
const q = parameterOf("q", "query");
const tags = parameterOf("tags", "query", { explode: false });
const filter = parameterOf("filter", "query", { mediaType: "application/json" });
const trace = parameterOf("X-Trace", "header");
const session = parameterOf("session", "cookie");

const values = [
  [id, "a/b%"],
  [q, "c&d é"],
  [tags, ["x,y", "z"]],
  [filter, { a: [1, "2"] }],
  [trace, "50%"],
  [session, "a;b"],
] as const;

const headers = { "x-trace": "50%", cookie: "session=a%3Bb", "content-type": "application/json" };
const query = "q=c%26d%20%C3%A9&tags=x%2Cy,z&filter=%7B%22a%22%3A%5B1%2C%222%22%5D%7D";
const right = { method: "PUT", path: `/base/items/a%2Fb%25?${query}`, headers, body: '{"name":"ü"}' };

function contentOf(mediaType: string, encoding: WireContent["encoding"] = {}): WireContent {
  return { mediaType, schema: true, encoding };
}

function callWith(mediaType: string, value: unknown, encoding?: WireContent["encoding"]): WireCall {
  const content = contentOf(mediaType, encoding);
  return {
    operation: {
      method: "PUT",
      path: "/items/{id}#fragment",
      parameters: [...values.map(([parameter]) => parameter), parameterOf("X-Other", "header")],
      bodies: [content],
      isBodyRequired: true,
      responses: [],
      security: undefined,
      server: undefined,
    },
    input: { body: value },
    parameters: values.map(([parameter, meant]) => ({ parameter, value: meant })),
    body: { content, mediaType, value, isStructured: true },
  };
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

function problemsOf(changes: Partial<Sent>, call = callWith("application/json", { name: "ü" })) {
  const { body, ...rest } = { ...right, ...changes };
  const request = { ...rest, body: Buffer.from(body) } as RecordedRequest;
  return checkRequest(call, request, { basePath: "/base", keyNames: new Set(["key"]) }).problems;
}

const inPath = (from: string, to: string) => ({ path: right.path.replace(from, to) });
const inHeaders = (changes: Sent["headers"]) => ({ headers: { ...headers, ...changes } });

describe("checkRequest", () => {
  test("finds nothing wrong where all arrived as it was meant", () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf(inPath("?", "?key=secret&"))).toEqual([]);
  });

  test.each<readonly [string, Partial<Sent>, string]>([
    ["another method", { method: "POST" }, "method"],
    ["a path value that is not encoded", inPath("%2F", "/"), "is not /items/{id}"],
    ["a path value that is encoded twice", inPath("%2F", "%252F"), "path.id"],
    ["another path", inPath("/items", "/item"), "is not /items/{id}"],
    ["a value that ends early", inPath("%26d", "&d"), "query.q"],
    ["a list that is exploded", inPath("tags=x%2Cy,z", "tags=x%2Cy&tags=z"), "tags is there 2 times"],
    ["a delimiter that is encoded", inPath("x%2Cy,z", "x%2Cy%2Cz"), "query.tags"],
    ["a delimiter that is not", inPath("x%2Cy,z", "x,y,z"), "query.tags"],
    ["what is no JSON", inPath("filter=%7B", "filter="), "is not JSON"],
    ["JSON of another type", inPath("1%2C", "%221%22%2C"), "query.filter/a/0"],
    ["a parameter that is missing", inPath("q=c%26d%20%C3%A9&", ""), "query.q"],
    ["one that nobody gave", inPath("?", "?other=1&"), "nobody gave"],
    ["a name twice", inPath("?", "?q=1&"), "q is there 2 times"],
    ["what is not percent-encoded", inPath("%20", "%2"), "is not percent-encoded"],
    ["a header that is encoded", inHeaders({ "x-trace": "50%25" }), "header.X-Trace"],
    ["a header that is missing", inHeaders({ "x-trace": undefined }), "header.X-Trace"],
    ["a header that nobody gave", inHeaders({ "x-other": "1" }), "header.X-Other"],
    ["a cookie that ends early", inHeaders({ cookie: "session=a;b" }), "cookie.session"],
    ["no content type", inHeaders({ "content-type": undefined }), "content-type"],
    ["another content type", inHeaders({ "content-type": "text/plain" }), "content-type"],
    ["another body", { body: '{"name":"u"}' }, "body/name"],
    ["a body with more", { body: '{"name":"ü","id":1}' }, "body/id"],
    ["a body with less", { body: "{}" }, "body/name"],
    ["no body", { body: "" }, "is not JSON"],
  ])("finds %s", (_, changes, want) => {
    expect(problemsOf(changes).join("\n")).toContain(want);
  });

  const form = callWith(
    "application/x-www-form-urlencoded",
    { "a b": "c&d", list: [1, 2], joined: [1, 2], deep: { x: "y" } },
    { joined: { style: "form", explode: false }, deep: { style: "deepObject" } },
  );
  const formType = inHeaders({ "content-type": "application/x-www-form-urlencoded" });

  test.each<readonly [string, string, boolean]>([
    ["as it was meant", "a+b=c%26d&list=1&list=2&joined=1,2&deep%5Bx%5D=y", true],
    ["of a value that ends early", "a+b=c&d&list=1&list=2&joined=1,2&deep%5Bx%5D=y", false],
    ["against its encoding", "a+b=c%26d&list=1&list=2&joined=1&joined=2&deep%5Bx%5D=y", false],
    ["with more", "a+b=c%26d&list=1&list=2&joined=1,2&deep%5Bx%5D=y&more=", false],
  ])("reads a form %s", (_, body, isRight) => {
    expect(problemsOf({ ...formType, body }, form).length === 0).toBe(isRight);
  });

  const parts = callWith(
    "multipart/form-data",
    { "n ü": "v", meta: { a: 1 } },
    { meta: { contentType: "application/vnd.a+json" } },
  );
  const partsType = inHeaders({ "content-type": "multipart/form-data; boundary=b" });
  const named = (name: string, rest = "") =>
    `--b\r\ncontent-disposition: form-data; name="${name}"\r\n${rest}\r\n`;
  const meta = `${named("meta", "content-type: application/vnd.a+json\r\n")}{"a":1}\r\n`;

  test.each<readonly [string, string, boolean]>([
    ["as it was meant", `${named("n ü")}v\r\n${meta}--b--\r\n`, true],
    ["of another content type", `${named("n ü")}v\r\n${named("meta")}{"a":1}\r\n--b--\r\n`, false],
    ["with a part more", `${named("n ü")}v\r\n${meta}${named("c")}\r\n--b--\r\n`, false],
    ["with a part less", `${meta}--b--\r\n`, false],
    ["of another name", `${named("n%20%C3%BC")}v\r\n${meta}--b--\r\n`, false],
    ["without its end", `${named("n ü")}v\r\n${meta}--b\r\n`, false],
  ])("reads parts %s", (_, body, isRight) => {
    expect(problemsOf({ ...partsType, body }, parts).length === 0).toBe(isRight);
  });
});
