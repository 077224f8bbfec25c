import { describe, expect, test } from "vitest";
import type { Operation, Parameter } from "../../runtime/src/operation.ts";
import { compileRequest, type OperationInput } from "../../runtime/src/serialize.ts";

type Style = NonNullable<Parameter["style"]>;
type Row = readonly [style: Style, explode: boolean, value: unknown, want: string];

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });
const array = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

function compile(operation: Partial<Operation>) {
  return compileRequest({ method: "GET", path: ["/items"], responses: {}, ...operation });
}

/** The path `/` + one parameter, which may be anything. */
function writePath(parameter: Partial<Parameter>, value: unknown): string {
  return compile({ path: ["/", { name: "color", type: "any", ...parameter }] })
    .target({ path: { color: value } })
    .slice(1);
}

/** The query string of one parameter; undefined when there is none. */
function writeQuery(parameter: Partial<Parameter>, value: unknown): string | undefined {
  const name = parameter.name ?? "color";
  return compile({ query: [{ name, type: "any", ...parameter }] })
    .target({ query: { [name]: value } })
    .split("?")[1];
}

function writeHeaders(operation: Partial<Operation>, input: OperationInput): string[] {
  const headers: string[] = [];
  compile(operation).addHeaders(input, headers);
  return headers;
}

function writeHeader(parameter: Partial<Parameter>, value: unknown): string | undefined {
  const headers = [{ name: "color", type: "any" as const, ...parameter }];
  return writeHeaders({ headers }, { headers: { color: value } })[1];
}

function writeCookie(parameter: Partial<Parameter>, value: unknown): string | undefined {
  const cookies = [{ name: "color", type: "any" as const, ...parameter }];
  return writeHeaders({ cookies }, { cookies: { color: value } })[1];
}

// OpenAPI 3.1.1, "Style Examples".
describe("a path parameter", () => {
  test.each<Row>([
    ["simple", false, "blue", "blue"],
    ["simple", false, array, "blue,black,brown"],
    ["simple", false, object, "R,100,G,200,B,150"],
    ["simple", true, "blue", "blue"],
    ["simple", true, array, "blue,black,brown"],
    ["simple", true, object, "R=100,G=200,B=150"],
    ["label", false, "blue", ".blue"],
    ["label", false, array, ".blue,black,brown"],
    ["label", false, object, ".R,100,G,200,B,150"],
    ["label", true, "blue", ".blue"],
    ["label", true, array, ".blue.black.brown"],
    ["label", true, object, ".R=100.G=200.B=150"],
    ["matrix", false, "", ";color"],
    ["matrix", false, "blue", ";color=blue"],
    ["matrix", false, array, ";color=blue,black,brown"],
    ["matrix", false, object, ";color=R,100,G,200,B,150"],
    ["matrix", true, "", ";color"],
    ["matrix", true, "blue", ";color=blue"],
    ["matrix", true, array, ";color=blue;color=black;color=brown"],
    ["matrix", true, object, ";R=100;G=200;B=150"],
    // RFC 6570 §3.2.7: no equals sign before an empty value.
    ["matrix", true, ["", "x"], ";color;color=x"],
    ["matrix", true, { R: "", G: 1 }, ";R;G=1"],
    ["simple", true, { R: "", G: 1 }, "R=,G=1"],
  ])("of style %s, explode %s, writes %j as %s", (style, explode, value, want) => {
    expect(writePath({ style, explode }, value)).toBe(want);
  });

  test.each([
    ["simple, not exploded", {}, object, "R,100,G,200,B,150"],
    ["not exploded with a style", { style: "matrix" }, array, ";color=blue,black,brown"],
  ] as const)("is %s unless its document says otherwise", (_, parameter, value, want) => {
    expect(writePath(parameter, value)).toBe(want);
  });

  test.each(["simple", "label"] as const)("refuses an empty value of style %s", (style) => {
    for (const explode of [false, true]) {
      for (const empty of ["", [], {}, [null], undefined, null]) {
        expect(() => writePath({ style, explode }, empty)).toThrow(invalidOption);
      }
    }
  });

  test.each([[[]], [{}], [undefined], [null]])(
    "refuses a value of style matrix that gives nothing: %j",
    (empty) => {
      expect(() => writePath({ style: "matrix" }, empty)).toThrow(invalidOption);
    },
  );

  test("names the operation and the parameter that is missing", () => {
    const { target } = compile({ method: "PUT", path: ["/items/", { name: "id" }] });
    for (const path of [undefined, {}, { id: undefined }]) {
      expect(() => target({ path })).toThrow(/PUT \/items\/\{id\}: path\.id/);
    }
  });

  test.each<[string, string]>([
    ["a/b", "a%2Fb"],
    ["a?b=c&d#e", "a%3Fb%3Dc%26d%23e"],
    ["a\\b", "a%5Cb"],
    ["50%", "50%25"],
    ["%2e%2e", "%252e%252e"],
    ["a b+c", "a%20b%2Bc"],
    ["!'()*;:@,=$[]", "%21%27%28%29%2A%3B%3A%40%2C%3D%24%5B%5D"],
    ["-_~", "-_~"],
    ["é😀", "%C3%A9%F0%9F%98%80"],
    ["\ud800", "%EF%BF%BD"],
    ["\r\n\0", "%0D%0A%00"],
  ])("encodes all but unreserved characters of %j", (value, want) => {
    expect(writePath({}, value)).toBe(want);
    expect(writePath({ style: "label", explode: true }, { [value]: value })).toBe(`.${want}=${want}`);
  });

  test.each<readonly [template: string, want: string]>([
    ["/spaces in/ünï 字😀/", "/spaces%20in/%C3%BCn%C3%AF%20%E5%AD%97%F0%9F%98%80/"],
    ["/percent%20encoded/100%/", "/percent%20encoded/100%25/"],
    ["/a:b@c+d~e!$&'()*,;=/", "/a:b@c+d~e!$&'()*,;=/"],
    ["/fixed?x-id=a b&c=", "/fixed?x-id=a%20b&c="],
    ['/"<>^`|\\#\ud800/', "/%22%3C%3E%5E%60%7C%5C%23%EF%BF%BD/"],
  ])("stands in literal text that is encoded where it must be: %s", (template, want) => {
    expect(compile({ path: [template] }).target({})).toBe(want);
    expect(compile({ path: [template, { name: "a" }] }).target({ path: { a: 1 } })).toBe(`${want}1`);
  });

  test("encodes its name where its style sends it", () => {
    const { target } = compile({ path: ["/", { name: "a/b;c", style: "matrix" }] });
    expect(target({ path: { "a/b;c": 1 } })).toBe("/;a%2Fb%3Bc=1");
  });

  test("sends reserved characters when it may, but never those that would end a segment or the path", () => {
    expect(writePath({ allowReserved: true }, "a:b@c!$'()*,;=/?#[]&+%")).toBe(
      "a:b@c!$'()*,;=%2F%3F%23%5B%5D&+%25",
    );
  });

  test.each([
    ["application/json", { R: 100 }, "%7B%22R%22%3A100%7D"],
    ["application/json", "blue", "%22blue%22"],
    ["application/vnd.color+json", ["a/b"], "%5B%22a%2Fb%22%5D"],
    ["text/plain", "a/b", "a%2Fb"],
  ])("of content %s writes %j as that", (content, value, want) => {
    expect(writePath({ content }, value)).toBe(want);
  });

  describe("next to others in a segment", () => {
    const { target } = compile({
      path: [
        "/",
        { name: "from" },
        "..",
        { name: "to" },
        "/",
        { name: "file" },
        ".",
        { name: "type" },
        "/end",
      ],
    });

    test("has its value and what is between them as they are", () => {
      const path = { from: 1, to: 2, file: "a.b", type: "json" };
      expect(target({ path })).toBe("/1..2/a.b.json/end");
    });

    test.each(["from", "to", "file", "type"])("is required: %s", (missing) => {
      const path = { from: 1, to: 2, file: "a", type: "b", [missing]: "" };
      expect(() => target({ path })).toThrow(invalidOption);
    });
  });

  // RFC 3986 §5.2.4: whoever resolves them would see another operation.
  test.each<[string, Operation["path"], Record<string, unknown>]>([
    [".", ["/items/", { name: "a" }], { a: "." }],
    ["..", ["/items/", { name: "a" }], { a: ".." }],
    ["a list that is ..", ["/items/", { name: "a", type: "array" }], { a: [".."] }],
    [".. of content", ["/items/", { name: "a", content: "text/plain" }], { a: ".." }],
    [".. in the middle", ["/items/", { name: "a" }, "/stock"], { a: ".." }],
    [".. of two values", ["/items/", { name: "a" }, { name: "b" }], { a: ".", b: "." }],
    [".. of a value and the template", ["/items/.", { name: "a" }], { a: "." }],
    [".. of a value and a percent-encoded template", ["/items/%2E", { name: "a" }], { a: "." }],
    [
      ".. of a value and a lower-case percent-encoded template",
      ["/items/", { name: "a" }, "%2e/x"],
      { a: "." },
    ],
    ["an empty label", ["/items/", { name: "a", style: "label" }], { a: "" }],
    ["the label .", ["/items/", { name: "a", style: "label" }], { a: "." }],
    [
      "a label of empty items",
      ["/items/", { name: "a", style: "label", explode: true, type: "array" }],
      { a: ["", ""] },
    ],
    [".. where reserved characters may be", ["/items/", { name: "a", allowReserved: true }], { a: ".." }],
    ["../ where reserved characters may be", ["/", { name: "a", allowReserved: true }, "/x"], { a: ".." }],
    ["with matrix parameters", ["/a/", { name: "a" }, { name: "b", style: "matrix" }], { a: "..", b: 1 }],
  ])("never makes a dot segment: %s", (_, path, values) => {
    expect(() => compile({ path }).target({ path: values })).toThrow(invalidOption);
  });

  test.each(["...", ".a", "a.", "a..b", "..a", "%2e", "%2e%2e"])(
    "may hold dots that make no dot segment: %s",
    (value) => {
      expect(writePath({}, value)).toBe(value.replaceAll("%", "%25"));
    },
  );
});

describe("a query parameter", () => {
  test.each<Row>([
    ["form", false, "", "color="],
    ["form", false, "blue", "color=blue"],
    ["form", false, array, "color=blue,black,brown"],
    ["form", false, object, "color=R,100,G,200,B,150"],
    ["form", true, "", "color="],
    ["form", true, "blue", "color=blue"],
    ["form", true, array, "color=blue&color=black&color=brown"],
    ["form", true, object, "R=100&G=200&B=150"],
    ["form", true, ["", "x"], "color=&color=x"],
    ["form", true, { R: "" }, "R="],
    ["spaceDelimited", false, array, "color=blue%20black%20brown"],
    ["spaceDelimited", false, object, "color=R%20100%20G%20200%20B%20150"],
    ["spaceDelimited", true, array, "color=blue&color=black&color=brown"],
    ["pipeDelimited", false, array, "color=blue%7Cblack%7Cbrown"],
    ["pipeDelimited", false, object, "color=R%7C100%7CG%7C200%7CB%7C150"],
    ["tabDelimited", false, array, "color=blue%09black%09brown"],
    ["pipeDelimited", true, array, "color=blue&color=black&color=brown"],
    ["deepObject", true, object, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
    // Not in the table; what most servers read.
    ["spaceDelimited", false, "blue", "color=blue"],
    ["pipeDelimited", false, "blue", "color=blue"],
    ["deepObject", true, "blue", "color=blue"],
    [
      "deepObject",
      true,
      { R: { min: 1 }, G: [1, 2] },
      "color%5BR%5D%5Bmin%5D=1&color%5BG%5D%5B%5D=1&color%5BG%5D%5B%5D=2",
    ],
  ])("of style %s, explode %s, writes %j as %s", (style, explode, value, want) => {
    expect(writeQuery({ style, explode }, value)).toBe(want);
  });

  test.each<[Partial<Parameter>, unknown, string]>([
    [{}, array, "color=blue&color=black&color=brown"],
    [{ style: "form" }, array, "color=blue&color=black&color=brown"],
    [{ style: "spaceDelimited" }, array, "color=blue%20black%20brown"],
    [{ style: "pipeDelimited" }, array, "color=blue%7Cblack%7Cbrown"],
    [{ style: "deepObject" }, { R: 1 }, "color%5BR%5D=1"],
  ])("explodes by default where its style does: %j", (parameter, value, want) => {
    expect(writeQuery(parameter, value)).toBe(want);
  });

  test.each<Style>(["form", "spaceDelimited", "pipeDelimited", "deepObject"])(
    "of style %s is left out when there is nothing to send",
    (style) => {
      for (const explode of [false, true]) {
        for (const nothing of [undefined, null, [], {}, [null], { R: undefined }]) {
          expect(writeQuery({ style, explode }, nothing)).toBeUndefined();
          expect(() => writeQuery({ style, explode, required: true }, nothing)).toThrow(invalidOption);
        }
      }
    },
  );

  test.each<[unknown, string]>([
    [0, "color=0"],
    [-1.5, "color=-1.5"],
    [1e21, "color=1e%2B21"],
    [2n ** 64n, "color=18446744073709551616"],
    [false, "color=false"],
    [new Date(0), "color=1970-01-01T00%3A00%3A00.000Z"],
    [[new Date(0), 1n, true], "color=1970-01-01T00%3A00%3A00.000Z&color=1&color=true"],
    [{ since: new Date(0), id: 1n }, "since=1970-01-01T00%3A00%3A00.000Z&id=1"],
    [[1, null, undefined, 2], "color=1&color=2"],
    [{ R: null, G: 2 }, "G=2"],
    [[{ a: 1 }], "color=%7B%22a%22%3A1%7D"],
  ])("writes %o as %s", (value, want) => {
    expect(writeQuery({}, value)).toBe(want);
  });

  test.each<[Partial<Parameter>, unknown, string]>([
    [{ name: "a&b=c" }, "x", "a%26b%3Dc=x"],
    [{ name: "filter[name]" }, "x", "filter%5Bname%5D=x"],
    [{ name: "größe", style: "spaceDelimited" }, ["x"], "gr%C3%B6%C3%9Fe=x"],
    [{ name: "a b", style: "deepObject" }, { "c]&d": "x" }, "a%20b%5Bc%5D%26d%5D=x"],
    [{ name: "a#b", content: "application/json" }, 1, "a%23b=1"],
    [{}, { "a&b=c": "x" }, "a%26b%3Dc=x"],
    [{ explode: false }, { "a,b": "c,d" }, "color=a%2Cb,c%2Cd"],
    [{ explode: false }, ["a,b", "c&d"], "color=a%2Cb,c%26d"],
    [{}, "a&b=c#d+e f", "color=a%26b%3Dc%23d%2Be%20f"],
  ])("has names and values encoded: %j %j", (parameter, value, want) => {
    expect(writeQuery(parameter, value)).toBe(want);
  });

  test("sends reserved characters when it may, but never those that would end or split it", () => {
    // The text has a question mark, at which the helper splits.
    const { target } = compile({ query: [{ name: "a/b", allowReserved: true }] });
    expect(target({ query: { "a/b": ":/?@!$'()*,;=#[]&+ %" } })).toBe(
      "/items?a%2Fb=:/?@!$'()*,;=%23%5B%5D%26%2B%20%25",
    );
  });

  test.each([
    ["application/json", object, "color=%7B%22R%22%3A100%2C%22G%22%3A200%2C%22B%22%3A150%7D"],
    ["application/json", [], "color=%5B%5D"],
    ["application/json", "blue", "color=%22blue%22"],
    ["application/json; charset=utf-8", "blue", "color=%22blue%22"],
    ["text/plain", "a b", "color=a%20b"],
  ])("of content %s writes %j as that", (content, value, want) => {
    expect(writeQuery({ content }, value)).toBe(want);
  });

  test("follows the others in the order of the document", () => {
    const { target } = compile({ query: [{ name: "b" }, { name: "a" }, { name: "c" }] });
    expect(target({ query: { c: 3, a: 1, b: 2 } })).toBe("/items?b=2&a=1&c=3");
  });

  test("is not sent when its document does not know it", () => {
    expect(compile({ query: [{ name: "a" }] }).target({ query: { a: 1, admin: true } })).toBe("/items?a=1");
  });

  test("names the operation and the parameter that is missing", () => {
    const { target } = compile({ query: [{ name: "q", required: true }] });
    expect(() => target({})).toThrow(/GET \/items: query\.q/);
  });
});

describe("a header parameter", () => {
  test.each<readonly [explode: boolean, value: unknown, want: string]>([
    [false, "", ""],
    [false, "blue", "blue"],
    [false, array, "blue,black,brown"],
    [false, object, "R,100,G,200,B,150"],
    [true, "blue", "blue"],
    [true, array, "blue,black,brown"],
    [true, object, "R=100,G=200,B=150"],
  ])("of style simple, explode %s, writes %j as %j", (explode, value, want) => {
    expect(writeHeader({ explode }, value)).toBe(want);
  });

  test.each<[unknown, string]>([
    ['"a1b2", W/"c"', '"a1b2", W/"c"'],
    ["100%", "100%"],
    [7n, "7"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
  ])("is not percent-encoded: %o", (value, want) => {
    expect(writeHeader({}, value)).toBe(want);
  });

  test("has a name in lower case", () => {
    const headers = [{ name: "If-Match" }];
    expect(writeHeaders({ headers }, { headers: { "If-Match": "*" } })).toEqual(["if-match", "*"]);
  });

  test.each([
    ["application/json", { a: 1 }, '{"a":1}'],
    ["application/json", "blue", '"blue"'],
    ["text/plain", "blue", "blue"],
  ])("of content %s writes %j as that", (content, value, want) => {
    expect(writeHeader({ content }, value)).toBe(want);
  });

  test.each([[undefined], [null], [[]], [{}]])("is left out when there is nothing to send: %j", (nothing) => {
    expect(writeHeader({}, nothing)).toBeUndefined();
    expect(() => writeHeader({ required: true }, nothing)).toThrow(/GET \/items: headers\.color/);
  });
});

describe("a cookie parameter", () => {
  test.each<Row>([
    ["form", false, "", "color="],
    ["form", false, "blue", "color=blue"],
    ["form", false, array, "color=blue,black,brown"],
    ["form", false, object, "color=R,100,G,200,B,150"],
    ["form", true, "", "color="],
    ["form", true, "blue", "color=blue"],
    // OpenAPI 3.1 has an ampersand here, which no server takes for the end of a cookie (its appendix D).
    ["form", true, array, "color=blue; color=black; color=brown"],
    ["form", true, object, "R=100; G=200; B=150"],
    ["cookie", true, "blue", "color=blue"],
    ["cookie", true, array, "color=blue; color=black; color=brown"],
    ["cookie", true, object, "R=100; G=200; B=150"],
    ["cookie", false, array, "color=blue,black,brown"],
  ])("of style %s, explode %s, writes %j as %s", (style, explode, value, want) => {
    expect(writeCookie({ style, explode }, value)).toBe(want);
  });

  test.each<[Partial<Parameter>, unknown, string]>([
    [{}, "a; admin=1", "color=a%3B%20admin%3D1"],
    [{}, "a,b c", "color=a%2Cb%20c"],
    [{ style: "cookie" }, "a%20b=c", "color=a%20b=c"],
    [{ content: "application/json" }, { a: 1 }, "color=%7B%22a%22%3A1%7D"],
    [{ content: "text/plain" }, "a b", "color=a%20b"],
  ])("is percent-encoded unless its style is cookie: %j %j", (parameter, value, want) => {
    expect(writeCookie(parameter, value)).toBe(want);
  });

  test("shares one field with the others", () => {
    const cookies = [{ name: "session" }, { name: "theme" }, { name: "unused" }];
    const values = { theme: "dark", session: "s1" };
    expect(writeHeaders({ cookies }, { cookies: values })).toEqual(["cookie", "session=s1; theme=dark"]);
  });

  test.each(["a; admin=1", "a\r\nb", { b: "c;d" }])(
    "of style cookie refuses what would end its value: %j",
    (value) => {
      expect(() => writeCookie({ style: "cookie" }, value)).toThrow(invalidOption);
    },
  );

  test("is left out when there is nothing to send", () => {
    expect(writeHeaders({ cookies: [{ name: "color" }] }, {})).toEqual([]);
    expect(() => writeCookie({ required: true }, [])).toThrow(/GET \/items: cookies\.color/);
  });
});

describe("a value of another type than its schema's", () => {
  const list = ["1"];
  const object = { admin: "1" };

  /** Writes one value in each place; what was sent, by place. */
  function writers(parameter: Partial<Parameter>) {
    return {
      path: (value: unknown) => writePath({ type: undefined, ...parameter } as Parameter, value),
      query: (value: unknown) => writeQuery({ type: undefined, ...parameter } as Parameter, value),
      headers: (value: unknown) => writeHeader({ type: undefined, ...parameter } as Parameter, value),
      cookies: (value: unknown) => writeCookie({ type: undefined, ...parameter } as Parameter, value),
    };
  }

  test.each<[Partial<Parameter>, unknown]>([
    [{}, object],
    [{}, list],
    [{}, []],
    [{ explode: true }, object],
    [{ explode: false }, object],
    [{ type: "array" }, object],
    [{ type: "array", explode: true }, object],
    [{ type: "object" }, list],
  ])("is refused of a parameter with %j, named but not quoted: %j", (parameter, value) => {
    for (const [place, write] of Object.entries(writers(parameter))) {
      expect(() => write(value)).toThrow(invalidOption);
      expect(() => write(value)).toThrow(new RegExp(`: ${place}\\.color `));
      expect(() => write(value)).not.toThrow(/admin/);
    }
  });

  test.each<Style>(["form", "spaceDelimited", "pipeDelimited", "deepObject"])(
    "is refused of the style %s of a query, whether it explodes or not",
    (style) => {
      for (const explode of [true, false]) {
        for (const value of [list, object])
          expect(() => writers({ style, explode }).query(value)).toThrow(invalidOption);
      }
    },
  );

  test.each<Style>(["label", "matrix"])("is refused of the style %s of a path", (style) => {
    for (const value of [list, object]) expect(() => writers({ style }).path(value)).toThrow(invalidOption);
  });

  test.each<[Partial<Parameter>, unknown, string]>([
    [{}, "a", "color=a"],
    [{}, new Date(0), "color=1970-01-01T00%3A00%3A00.000Z"],
    [{}, new URL("https://a.example/"), "color=https%3A%2F%2Fa.example%2F"],
    [{}, { toJSON: () => "1.50" }, "color=1.50"],
    [{}, { toJSON: () => object }, "color=%7B%22admin%22%3A%221%22%7D"],
    [{ type: "array" }, "a", "color=a"],
    [{ type: "array" }, [object], "color=%7B%22admin%22%3A%221%22%7D"],
    [{ type: "object" }, "a", "color=a"],
    [{ type: "any" }, object, "admin=1"],
    [{ content: "application/json" }, object, "color=%7B%22admin%22%3A%221%22%7D"],
  ])("is none where it can be one text, or its schema says more: %j %j", (parameter, value, want) => {
    expect(writers(parameter).query(value)).toBe(want);
  });
});

describe("compileRequest", () => {
  test("names the operation by method and path template", () => {
    const path = ["/items/", { name: "id" }, "/stock/", { name: "where" }];
    expect(compile({ method: "PATCH", path }).name).toBe("PATCH /items/{id}/stock/{where}");
  });

  test("adds a query to one that the path has", () => {
    const { target } = compile({ path: ["/a?fixed=1"], query: [{ name: "b" }] });
    expect(target({ query: { b: 2 } })).toBe("/a?fixed=1&b=2");
  });

  test("keeps nothing from one call to the next", () => {
    const { target } = compile({ path: ["/", { name: "a" }], query: [{ name: "b" }] });
    expect(target({ path: { a: 1 }, query: { b: 1 } })).toBe("/1?b=1");
    expect(target({ path: { a: 2 } })).toBe("/2");
  });

  test("does not change its input", () => {
    const input = { path: { a: ["x", null] }, query: { b: { c: null } }, body: { d: [null] } };
    const copy = structuredClone(input);
    const writer = compile({
      path: ["/", { name: "a", type: "array" }],
      query: [{ name: "b", type: "object" }],
      body: { content: [{ mediaType: "multipart/form-data" }] },
    });
    writer.target(input);
    writer.body(input, []);
    expect(input).toEqual(copy);
  });
});
