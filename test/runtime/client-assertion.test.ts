import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { type ClientAssertionSource, clientAssertionFrom } from "../../runtime/src/client-assertion.ts";
import type { ClientAuthentication } from "../../runtime/src/client-authentication.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { using } from "../support/disposal.ts";
import { folderWith } from "../support/folder.ts";
import { readForm, startTokenEndpoint } from "../support/scripted-server.ts";

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Requests tokens, so far apart that no failure is remembered; `forms` are what the token endpoint got. */
async function setUp(clientAuthentication: ClientAuthentication) {
  const server = await using(startTokenEndpoint());
  const client = { tokenEndpoint: `${server.origin}/token`, clientId: "worker", clientAuthentication };
  let time = 0;
  const tokens = await using(createTokenManager({ clients: { "catalog.client": client }, now: () => time }));
  return {
    requestToken: () => {
      time += 3_600_000;
      return tokens.getAccessToken("catalog.client", { forceRenewal: true });
    },
    forms: () => server.requests.map((request) => Object.fromEntries(readForm(request))),
  };
}

function sent(assertion: string, type = JWT_BEARER) {
  return {
    grant_type: "client_credentials",
    client_id: "worker",
    client_assertion: assertion,
    client_assertion_type: type,
  };
}

describe("clientAssertionFrom", () => {
  test("sends the assertion of a file, without the space around it", async () => {
    const file = join(folderWith({ token: "a.b.c\n" }), "token");
    const { requestToken, forms } = await setUp(clientAssertionFrom({ file }));
    await requestToken();
    expect(forms()).toEqual([sent("a.b.c")]);
  });

  test("takes a URL of a file, and a path that means the working directory of now", async () => {
    const file = join(folderWith({ token: "a.b.c" }), "token");
    for (const given of [pathToFileURL(file), relative(process.cwd(), file)]) {
      const { requestToken, forms } = await setUp(clientAssertionFrom({ file: given }));
      await requestToken();
      expect(forms()).toEqual([sent("a.b.c")]);
      expect(clientAssertionFrom({ file: given }).revision).toBe(clientAssertionFrom({ file }).revision);
    }
  });

  test("reads the file for each token request, however it was replaced", async () => {
    const folder = folderWith({ "1/token": "first.jwt.", "2/token": "second.jwt.", "3/token": "third.jwt." });
    // As Kubernetes does it: the folder is a link, which is replaced.
    symlinkSync(join(folder, "1"), join(folder, "data"));
    const file = join(folder, "data", "token");
    const { requestToken, forms } = await setUp(clientAssertionFrom({ file }));
    await requestToken();
    symlinkSync(join(folder, "2"), join(folder, "new"));
    renameSync(join(folder, "new"), join(folder, "data"));
    await requestToken();
    writeFileSync(file, "third.jwt.");
    await requestToken();
    expect(forms()).toEqual([sent("first.jwt."), sent("second.jwt."), sent("third.jwt.")]);
  });

  test("calls the function for each token request", async () => {
    const given = ["a.b.c", { assertion: "<saml/>", type: "urn:x:saml" }, Promise.resolve(" d.e.f\n")];
    const source = () => given.shift() as string;
    const { requestToken, forms } = await setUp(clientAssertionFrom(source));
    for (let i = 0; i < 3; i++) await requestToken();
    expect(forms()).toEqual([sent("a.b.c"), sent("<saml/>", "urn:x:saml"), sent("d.e.f")]);
  });

  test("sends the type that is given, which need not be that of a JWT", async () => {
    const file = join(folderWith({ token: "<saml/>" }), "token");
    const type = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    for (const source of [{ file }, () => "<saml/>"]) {
      const { requestToken, forms } = await setUp(clientAssertionFrom(source, { type }));
      await requestToken();
      expect(forms()).toEqual([sent("<saml/>", type)]);
    }
  });

  test.each<[string, string | undefined, string]>([
    ["is missing", undefined, "ENOENT"],
    ["is empty", "", "there is none"],
    ["is blank", " \n", "there is none"],
    ["holds no JWT", "-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----\n", "must be a JWT"],
    ["is larger than 64 kB", `planted.${"a".repeat(65_536)}.planted`, "64 kB"],
  ])("fails, naming the file and not its content, when it %s", async (_, content, said) => {
    const folder = folderWith(content === undefined ? {} : { token: content });
    const file = join(folder, "token");
    const { requestToken, forms } = await setUp(clientAssertionFrom({ file }));
    const error = await requestToken().catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "ERR_CLIENT_ASSERTION_FAILED",
      client: "catalog.client",
      message: expect.stringContaining(file),
    });
    expect(error).toMatchObject({ message: expect.stringContaining(said) });
    expect(inspect(error, { depth: null })).not.toContain("planted");
    expect(forms()).toEqual([]);
  });

  test("fails when the file is a folder, and works once it is what it should be", async () => {
    const folder = folderWith({ "token/content": "" });
    const file = join(folder, "token");
    const { requestToken, forms } = await setUp(clientAssertionFrom({ file }));
    await expect(requestToken()).rejects.toMatchObject({
      cause: { message: expect.stringContaining("EISDIR") },
    });
    rmSync(file, { recursive: true });
    writeFileSync(file, "a.b.c");
    await requestToken();
    expect(forms()).toEqual([sent("a.b.c")]);
  });

  test.each<[string, () => unknown]>([
    ["returns nothing", () => undefined],
    ["returns an empty text", () => ""],
    ["returns no JWT", () => "planted"],
    ["returns an assertion without a type", () => ({ assertion: "a.b.c" })],
    ["throws", () => Promise.reject(new Error("the metadata service is down"))],
  ])("fails when the function %s, and sends nothing", async (_, source) => {
    const { requestToken, forms } = await setUp(clientAssertionFrom(source as () => string));
    const error = await requestToken().catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "ERR_CLIENT_ASSERTION_FAILED", cause: expect.any(Error) });
    expect(inspect(error, { depth: null })).not.toContain("planted");
    expect(forms()).toEqual([]);
  });

  test.each<[string, unknown, unknown]>([
    ["no source", undefined, {}],
    ["no file", { file: undefined }, {}],
    ["an empty path", { file: "" }, {}],
    ["a URL of no file", { file: new URL("https://login.example/token") }, {}],
    ["a bare assertion", "a.b.c", {}],
    ["an empty type", () => "a.b.c", { type: "" }],
  ])("is refused with %s", (_, source, options) => {
    expect(() => clientAssertionFrom(source as ClientAssertionSource, options as object)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  });

  test("has its type for a method; its revision changes with the path, and a function has none", () => {
    const [one, again, other, typed] = [
      clientAssertionFrom({ file: "/a" }),
      clientAssertionFrom({ file: new URL("file:///a") }),
      clientAssertionFrom({ file: "/b" }),
      clientAssertionFrom({ file: "/a" }, { type: "urn:x:saml" }),
    ];
    expect([one.method, typed.method]).toEqual([JWT_BEARER, "urn:x:saml"]);
    expect(again.revision).toBe(one.revision);
    expect(new Set([one.revision, other.revision, typed.revision])).toHaveProperty("size", 3);
    expect(clientAssertionFrom(() => "a.b.c")).not.toHaveProperty("revision");
    expect(one).toSatisfy(Object.isFrozen);
  });
});
