import { describe, expect, test } from "vitest";
import { CommandError } from "../../../../generator/src/cli/command-error.ts";
import { readCredentials } from "../../../../generator/src/cli/open-tokens/credentials.ts";
import { createRedactor } from "../../../../generator/src/cli/redactor.ts";
import { folderWith } from "../../../support/folder.ts";

const ID = { CATALOG_CLIENT_ID: "catalog" };

function read(given: Record<string, string>, files: Record<string, string> = {}) {
  const environment = { ...ID, ...given };
  const redact = createRedactor(environment);
  return { redact, ...readCredentials("catalog.client", { environment, cwd: folderWith(files), redact }) };
}

function errorOf(given: Record<string, string>, files?: Record<string, string>): CommandError {
  try {
    read(given, files);
  } catch (error) {
    if (error instanceof CommandError) return error;
  }
  throw new Error("read");
}

describe("readCredentials", () => {
  test.each([
    [{ CATALOG_CLIENT_SECRET: "s" }, { by: "secret", method: "client_secret_basic", secret: "s" }],
    [
      { CATALOG_CLIENT_SECRET: "s", CATALOG_CLIENT_AUTH: "client_secret_post" },
      { by: "secret", method: "client_secret_post", secret: "s" },
    ],
    [
      { CATALOG_CLIENT_KEY: "pem", CATALOG_CLIENT_KEY_ALG: "PS256", CATALOG_CLIENT_KEY_ID: "k" },
      { by: "key", key: "pem", alg: "PS256", kid: "k" },
    ],
    [{ CATALOG_CLIENT_ASSERTION: "a.b.c" }, { by: "assertion", assertion: "a.b.c" }],
    [
      { CATALOG_CLIENT_ASSERTION: "a.b.c", CATALOG_CLIENT_AUTH: "private_key_jwt" },
      { by: "assertion", assertion: "a.b.c" },
    ],
    [{ CATALOG_CLIENT_AUTH: "none" }, { by: "nothing" }],
  ])("reads %j", (given, want) => {
    expect(read(given).proof).toEqual(want);
  });

  test("reads a secret of a file without the line break at its end", () => {
    const { proof, redact } = read({ CATALOG_CLIENT_SECRET_FILE: "secret" }, { secret: "from-a-file\n" });
    expect(proof).toMatchObject({ secret: "from-a-file" });
    expect(redact("from-a-file")).toBe("[redacted]");
  });

  test("leaves the file of an assertion to who sends it, and its text to nobody", () => {
    const { proof, redact } = read(
      { CATALOG_CLIENT_ASSERTION_FILE: "token" },
      { token: "assertion-of-a-pod" },
    );
    expect(proof).toMatchObject({ by: "assertion file", file: expect.stringMatching(/^\/.*\/token$/) });
    expect(redact("assertion-of-a-pod")).toBe("[redacted]");
  });

  test("takes another server than the mapping's", () => {
    const { server } = read({ CATALOG_CLIENT_SECRET: "s", CATALOG_CLIENT_ISSUER: "https://staging.example" });
    expect(server).toEqual({ issuer: "https://staging.example" });
  });

  test.each<[string, Record<string, string>, string]>([
    ["no id", { CATALOG_CLIENT_ID: "" }, "CATALOG_CLIENT_ID is not set"],
    ["no credential", {}, "it has no credential"],
    [
      "two credentials",
      { CATALOG_CLIENT_SECRET: "s", CATALOG_CLIENT_KEY_FILE: "k" },
      "CATALOG_CLIENT_KEY are set",
    ],
    [
      "two places",
      { CATALOG_CLIENT_SECRET: "s", CATALOG_CLIENT_SECRET_FILE: "s" },
      "CATALOG_CLIENT_SECRET_FILE are",
    ],
    ["a file that is not there", { CATALOG_CLIENT_SECRET_FILE: "gone" }, "can't be read (ENOENT)"],
    [
      "an unknown method",
      { CATALOG_CLIENT_AUTH: "tls_client_auth" },
      "no method that goes by the environment",
    ],
    [
      "a method without its credential",
      { CATALOG_CLIENT_AUTH: "private_key_jwt" },
      "CATALOG_CLIENT_KEY is not set",
    ],
    [
      "a credential that a method does without",
      { CATALOG_CLIENT_AUTH: "none", CATALOG_CLIENT_SECRET: "s" },
      "but CATALOG_CLIENT_SECRET is set",
    ],
  ])("says what is wrong with %s, and how to mend it", (_, given, want) => {
    const { code, message, fix } = errorOf(given);
    expect(code).toBe("ERR_CREDENTIALS");
    expect(message).toContain(want);
    expect(fix).toBeTruthy();
  });
});
