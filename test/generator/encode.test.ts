import ts from "typescript";
import { describe, expect, test } from "vitest";
import {
  commentLine,
  commentLines,
  identifier,
  propertyKey,
  showInvisible,
  stringLiteral,
} from "../../generator/src/encode.ts";
import { generatorErrorOf } from "../support/documents.ts";
import { hostileTexts } from "../support/hostile-texts.ts";

describe("stringLiteral", () => {
  test.each(hostileTexts)("prints %j as one literal of that value", (text) => {
    const source = ts.createSourceFile("x.ts", `(${stringLiteral(text)})`, ts.ScriptTarget.Latest, true);
    const [statement, ...others] = source.statements;
    expect(others).toEqual([]);
    const expression = (statement as ts.ExpressionStatement).expression as ts.ParenthesizedExpression;
    expect(ts.isStringLiteral(expression.expression)).toBe(true);
    expect((expression.expression as ts.StringLiteral).text).toBe(text);
  });

  test("leaves no line separator in the text, for parsers older than ES2019", () => {
    expect(stringLiteral("\u2028\u2029")).toBe('"\\u2028\\u2029"');
  });
});

describe("commentLines", () => {
  test.each(hostileTexts)("keeps %j within the comment", (text) => {
    const comment = `/**\n${commentLines(text)
      .map((line) => ` * ${line}\n`)
      .join("")} */\n`;
    const source = ts.createSourceFile("x.ts", `${comment}type X = 1;`, ts.ScriptTarget.Latest, true);
    expect(source.statements.map(({ kind }) => kind)).toEqual([ts.SyntaxKind.TypeAliasDeclaration]);
    expect(source.statements[0]?.getText()).toBe("type X = 1;");
  });

  test.each(["@deprecated", "text @deprecated", "* @ts-ignore", "\n@param x"])(
    "makes no tag of %j",
    (text) => {
      const comment = `/** ${commentLine(text)} */`;
      const source = ts.createSourceFile("x.ts", `${comment} type X = 1;`, ts.ScriptTarget.Latest, true);
      expect(source.statements.flatMap((statement) => ts.getJSDocTags(statement))).toEqual([]);
    },
  );

  test("keeps mail addresses as they are", () => {
    expect(commentLine("write to team@example.com")).toBe("write to team@example.com");
  });
});

describe("identifier", () => {
  test.each(["getItem", "_x", "$y", "größe"])("lets %s through", (text) => {
    expect(identifier(text)).toBe(text);
  });

  test.each(["", "a b", "1a", "a-b", "a;b", "a\nb"])("is ERR_OUTPUT_UNSAFE for %j", async (text) => {
    expect((await generatorErrorOf(() => identifier(text))).code).toBe("ERR_OUTPUT_UNSAFE");
  });
});

describe("showInvisible", () => {
  test.each([
    ['"re\u200bad\u202e"', '"re\\u200bad\\u202e"'],
    ['"\u{e0041}"', '"\\udb40\\udc41"'],
    ['\t"größe 👩‍👩‍👧"\n', '\t"größe 👩‍👩‍👧"\n'],
  ])("writes %j so that nothing of it is hidden, and it means the same", (code, want) => {
    expect(showInvisible(code)).toBe(want);
    expect(JSON.parse(showInvisible(code))).toBe(JSON.parse(code));
  });
});

describe("propertyKey", () => {
  test.each([
    ["name", "name"],
    ["4XX", '"4XX"'],
    ["__proto__", '["__proto__"]'],
    ["a-b", '"a-b"'],
  ])("prints %s as %s", (given, want) => {
    expect(propertyKey(given)).toBe(want);
  });
});
