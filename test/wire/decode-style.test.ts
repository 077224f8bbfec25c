import { describe, expect, test } from "vitest";
import {
  type Decoded,
  decodeHeaderText,
  decodePathText,
  formDecode,
  percentDecode,
  shapeOf,
  splitPair,
  takePairs,
  UnreadableMessage,
} from "../support/wire/decode-style.ts";

const text = "blue";
const list = ["blue", "black", "brown"];
const map = { R: "100", G: "200", B: "150" };

type Row = readonly [style: string, explode: boolean, raw: string, want: Decoded];

// OpenAPI 3.1.1, "Style Examples".
describe("decodePathText", () => {
  test.each<Row>([
    ["simple", false, "blue", text],
    ["simple", false, "blue,black,brown", list],
    ["simple", false, "R,100,G,200,B,150", map],
    ["simple", true, "blue,black,brown", list],
    ["simple", true, "R=100,G=200,B=150", map],
    ["label", false, ".blue", text],
    ["label", false, ".blue,black,brown", list],
    ["label", false, ".R,100,G,200,B,150", map],
    ["label", true, ".blue.black.brown", list],
    ["label", true, ".R=100.G=200.B=150", map],
    ["matrix", false, ";color=blue", text],
    ["matrix", false, ";color=blue,black,brown", list],
    ["matrix", false, ";color=R,100,G,200,B,150", map],
    ["matrix", true, ";color=blue;color=black;color=brown", list],
    ["matrix", true, ";R=100;G=200;B=150", map],
    ["matrix", true, ";color", ""],
    ["simple", false, "a%2Cb,%25", ["a,b", "%"]],
  ])("of style %s, explode %s, reads %s", (style, explode, raw, want) => {
    expect(decodePathText(raw, { name: "color", style, explode }, shapeOf(want))).toEqual(want);
  });

  test.each<Row>([
    ["label", false, "blue", text],
    ["matrix", false, "color=blue", text],
    ["matrix", false, ";colour=blue", text],
    ["matrix", false, ";color=blue;color=black", list],
    ["simple", false, "50%", "50%"],
  ])("of style %s, explode %s, can't read %s", (style, explode, raw, want) => {
    const read = () => decodePathText(raw, { name: "color", style, explode }, shapeOf(want));
    expect(read).toThrow(UnreadableMessage);
  });
});

describe("decodeHeaderText", () => {
  test.each<readonly [explode: boolean, raw: string, want: Decoded]>([
    [false, "a%20b", "a%20b"],
    [false, "blue, black,brown", list],
    [false, "R,100,G,200,B,150", map],
    [true, "R=100,G=200,B=150", map],
  ])("explode %s, reads %s", (explode, raw, want) => {
    expect(decodeHeaderText(raw, { name: "color", style: "simple", explode }, shapeOf(want))).toEqual(want);
  });
});

describe("takePairs", () => {
  const take = (query: string, style: string, explode: boolean, want: unknown) => {
    const pairs = query.split("&").map(splitPair);
    const keys = Object.keys(want as object);
    const taken = takePairs(pairs, { name: "color", style, explode }, { shape: shapeOf(want), keys });
    return { taken, left: pairs };
  };

  test.each<readonly [style: string, explode: boolean, query: string, want: unknown]>([
    ["form", true, "color=blue", text],
    ["form", true, "color=", ""],
    ["form", true, "color=blue&color=black&color=brown", list],
    ["form", true, "R=100&G=200&B=150", map],
    ["form", false, "color=blue,black,brown", list],
    ["form", false, "color=R,100,G,200,B,150", map],
    ["spaceDelimited", false, "color=blue%20black%20brown", list],
    ["spaceDelimited", false, "color=R%20100%20G%20200%20B%20150", map],
    ["pipeDelimited", false, "color=blue%7Cblack%7Cbrown", list],
    ["pipeDelimited", false, "color=R%7C100%7CG%7C200%7CB%7C150", map],
    ["deepObject", true, "color%5BR%5D=100&color[G]=200&color%5BB%5D=150", map],
    ["deepObject", true, "color[a][b c]=1&color[a][d]=2", { a: { "b c": "1", d: "2" } }],
    ["deepObject", true, "color[a][]=1&color[a][]=2&color[b]=3", { a: ["1", "2"], b: "3" }],
    ["deepObject", true, "color[a][0][b]=1&color[a][1][b]=2", { a: [{ b: "1" }, { b: "2" }] }],
    ["form", true, "color=a%26b+c", "a&b c"],
  ])("of style %s, explode %s, reads %s and leaves the rest", (style, explode, query, want) => {
    expect(take(`other=1&${query}`, style, explode, want)).toEqual({ taken: want, left: [["other", "1"]] });
  });

  test("finds nothing where nothing is", () => {
    expect(take("other=1", "form", true, list).taken).toBeUndefined();
  });

  test("can't read a list that is there twice though it is joined", () => {
    expect(() => take("color=blue&color=black", "form", false, list)).toThrow(UnreadableMessage);
  });
});

test("a plus is a space to those who read forms, and itself elsewhere", () => {
  expect([formDecode("a+b%2B"), percentDecode("a+b%2B")]).toEqual(["a b+", "a+b+"]);
});
