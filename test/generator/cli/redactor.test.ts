import { describe, expect, test } from "vitest";
import { createRedactor, redactAll } from "../../../generator/src/cli/redactor.ts";
import { jwtOf } from "../../support/run-cli.ts";

describe("createRedactor", () => {
  test.each([
    ["a secret of the environment", "planted-secret is wrong", "[redacted] is wrong"],
    ["a line of a key", "can't read: MIIplantedline", "can't read: [redacted]"],
    ["what looks like a JWT", `got ${jwtOf({ a: 1 })}, no more`, "got [redacted], no more"],
    ["what JSON.parse quotes", parseError("planted-sec"), "a text is not valid JSON"],
    [
      "nothing else",
      "id catalog at https://login.example/token",
      "id catalog at https://login.example/token",
    ],
  ])("takes out %s", (_, text, want) => {
    const redact = createRedactor({
      CATALOG_CLIENT_ID: "catalog",
      CATALOG_CLIENT_SECRET: "planted-secret",
      CATALOG_CLIENT_TOKEN_ENDPOINT: "https://login.example/token",
      INVOICE_KEY: "-----BEGIN PRIVATE KEY-----\nMIIplantedline\n-----END PRIVATE KEY-----\n",
    });
    expect(redact(text)).toBe(want);
  });

  test.each([
    ["base64", btoa("planted?secret>"), "[redacted]"],
    ["base64url", Buffer.from("planted?secret>").toString("base64url"), "[redacted]"],
    ["a form", "planted%3Fsecret%3E", "[redacted]"],
    ["hex", Buffer.from("planted?secret>").toString("hex"), "[redacted]"],
    ["hex in capitals", Buffer.from("planted?secret>").toString("hex").toUpperCase(), "[redacted]"],
  ])("takes out what is written as %s", (_, text, want) => {
    expect(createRedactor({ A_SECRET: "planted?secret>" })(text)).toBe(want);
  });

  test("takes out what is quoted as JSON does", () => {
    expect(createRedactor({ A_SECRET: 'plan"ted' })(JSON.stringify({ a: 'plan"ted' }))).toBe(
      '{"a":"[redacted]"}',
    );
  });

  test("takes the longer of two secrets first", () => {
    const redact = createRedactor({ A_SECRET: "planted", B_SECRET: "planted-longer" });
    expect(redact("planted-longer")).toBe("[redacted]");
  });

  test("leaves what a variable says of a secret, and is none", () => {
    const redact = createRedactor({
      TOKEN_TYPE: "Bearer",
      CATALOG_KEY_ID: "key-2026",
      TOKEN_URL: "https://a.example",
    });
    expect(redact("Bearer key-2026 https://a.example")).toBe("Bearer key-2026 https://a.example");
  });

  test("takes out what it is told of", () => {
    const redact = createRedactor({});
    redact.add("from-a-file\n");
    expect(redact("from-a-file")).toBe("[redacted]");
  });
});

describe("redactAll", () => {
  test("takes secrets out of every text, names too, and cuts what nobody can read", () => {
    const redact = createRedactor({ A_SECRET: 'plan"ted' });
    const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`);
    const value = { list: ['a plan"ted b'], 'plan"ted': 1, none: null, deep };
    const redacted = redactAll(value, redact);
    expect(redacted).toMatchObject({ list: ["a [redacted] b"], "[redacted]": 1, none: null });
    expect(JSON.stringify(redacted).length).toBeLessThan(200);
  });
});

function parseError(text: string): string {
  try {
    return JSON.parse(text);
  } catch (error) {
    return (error as Error).message;
  }
}
