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

  test.each([
    ...["MY_CREDS", "API_CRED", "NPM_AUTH", "AUTH", "DB_PW", "SENTRY_DSN", "npm_config__auth"],
    ...["CREDS_JSON", "DB_PASS", "MYSQL_PWD"],
  ])("knows by its name that %s is secret", (name) => {
    expect(createRedactor({ [name]: "planted-value" })("a planted-value")).toBe("a [redacted]");
  });

  test.each([
    ...["CATALOG_CLIENT_AUTH", "GIT_AUTHOR_NAME", "AUTHOR", "SSH_AUTH_SOCK", "AUTH_URL", "AUTH_METHOD"],
    ...["PWD", "OLDPWD", "CREDIT_LIMIT", "CREDS_FILE", "DSN_HOST", "NODE_ENV", "PATH"],
  ])("knows by its name that %s is not", (name) => {
    expect(createRedactor({ [name]: "plain-value" })("a plain-value")).toBe("a plain-value");
  });

  test("takes out what it is told of", () => {
    const redact = createRedactor({});
    redact.add("from-a-file\n");
    expect(redact("from-a-file")).toBe("[redacted]");
  });
});

describe("a redactor of errors", () => {
  test.each([
    ["connect postgres://user:planted@db.example/x?sslmode=off", "connect postgres://db.example/x"],
    ["no answer of 'http://planted@127.0.0.1:1/?planted=1'", "no answer of 'http://127.0.0.1:1/'"],
    ["(see redis://:pl@nted/1?2#3@cache:6379/0), then", "(see redis://cache:6379/0), then"],
    ["https://a.example/b#planted and https://u:p@c.example", "https://a.example/b and https://c.example"],
    ["https://u:planted@a.example/@scope/b", "https://a.example/@scope/b"],
    ["mongodb+srv://a.example,https://u:planted@b", "mongodb+srv://a.example,https://b"],
  ])("leaves of a URL what is neither user, password nor query: %s", (text, want) => {
    expect(createRedactor({}).error(text)).toBe(want);
  });

  test.each([
    "can't find file:///a/node_modules/@scope/b/index.js:1:2",
    "no answer of http://localhost:8080/@scope/b, https://[::1]:443/@b or me@a.example",
    "what is a?b://",
  ])("leaves all else as it is: %s", (text) => {
    expect(createRedactor({}).error(text)).toBe(text);
  });

  test("takes out secrets, too", () => {
    expect(createRedactor({ A_SECRET: "plan ted" }).error("x://u:plan ted@b, plan ted")).toBe(
      "x://b, [redacted]",
    );
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
