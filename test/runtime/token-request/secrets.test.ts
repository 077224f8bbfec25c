import { describe, expect, test } from "vitest";
import { listSecrets, redact } from "../../../runtime/src/token-request/secrets.ts";

const basic = (text: string) =>
  new Headers({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
const base64url = (text: string) => Buffer.from(text).toString("base64url");

describe("listSecrets", () => {
  test.each<[string, Record<string, string>, Headers, string[]]>([
    ["the secret of a form", { client_id: "id", client_secret: "s%+" }, new Headers(), ["s%+", "s%25%2B"]],
    ["an assertion", { client_assertion: "a.b.c", client_assertion_type: "jwt" }, new Headers(), ["a.b.c"]],
    ["a DPoP proof", {}, new Headers({ dpop: "p.r.oof" }), ["p.r.oof"]],
    ["parameters of the user's own", { scope: "read", password: "pass" }, new Headers(), ["pass"]],
    [
      "Basic credentials, encoded and decoded",
      {},
      basic("id:s%2B"),
      [Buffer.from("id:s%2B").toString("base64"), "s%2B", "s+", "s%252B"],
    ],
    [
      "raw Basic credentials of an id with a colon",
      {},
      basic("urn:id:secret"),
      [Buffer.from("urn:id:secret").toString("base64"), "secret"],
    ],
    [
      "Basic credentials without padding, as base64 and as base64url",
      {},
      basic("id:??>>x"),
      ["aWQ6Pz8+Png=", "aWQ6Pz8+Png", base64url("id:??>>x")],
    ],
    ["a raw password with an ampersand", {}, basic("id:p&w"), ["p&w"]],
    ["the password alone, as base64", {}, basic("id:??>>x"), ["Pz8+Png=", "Pz8+Png", "Pz8-Png"]],
    ["the password alone, as hex", {}, basic("id:pass"), ["70617373"]],
    [
      "the secret of a form, as base64 and as hex",
      { client_secret: "planted" },
      new Headers(),
      ["cGxhbnRlZA==", "cGxhbnRlZA", "706c616e746564"],
    ],
    [
      "a token of a scheme of the user's own",
      {},
      new Headers({ authorization: "Custom planted" }),
      ["planted"],
    ],
  ])("has %s, in each form in which a server may echo it", (_, form, headers, want) => {
    const clientId = headers.has("authorization") ? "urn:id" : "id";
    const secrets = listSecrets(clientId, new URLSearchParams(form), headers);
    expect(secrets).toEqual(expect.arrayContaining(want));
  });

  test("has nothing that may stand in an error", () => {
    const form = {
      grant_type: "g",
      client_id: "id",
      scope: "read",
      resource: "urn:r",
      audience: "api",
      x: "",
    };
    expect(listSecrets("id", new URLSearchParams(form), new Headers({ accept: "json" }))).toEqual([]);
  });

  test("has no encoded form of a text that is too short to be a secret, and in any word", () => {
    const secrets = listSecrets("id", new URLSearchParams({ tenant: "jk" }), new Headers());
    expect(redact("not in Amsterdam: 6a6b", secrets)).toBe("not in Amsterdam: 6a6b");
  });

  test("has no part of a raw password, which would make nonsense of an error", () => {
    expect(listSecrets("id", new URLSearchParams(), basic("id:a&w"))).not.toContain("a");
  });
});

describe("redact", () => {
  const password = `p"q'&<a>/\\ü+`;
  const secrets = listSecrets("id", new URLSearchParams({ password }), new Headers());
  const minimal = JSON.stringify(password).slice(1, -1);
  const percent = (text: string) => Buffer.from(text).toString("hex").replace(/../g, "%$&");
  const unicode = (text: string) =>
    text.replace(/[^\w]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

  test.each([
    ["as it is", password],
    ["as JSON", minimal],
    ["as JSON, slashes escaped", minimal.replaceAll("/", "\\/")],
    ["as JSON that is safe within HTML", minimal.replace(/[&<>]/g, unicode)],
    ["as JSON, whatever is no letter by its number", unicode(password)],
    ["the same in capitals", unicode(password).replaceAll("00fc", "00FC")],
    ["as HTML", `p&quot;q'&amp;&lt;a&gt;/\\ü+`],
    ["as HTML, quotation marks by number", `p&#34;q&#39;&amp;&lt;a&gt;/\\ü+`],
    ["as HTML, by hexadecimal numbers", `p&#x22;q&#X27;&amp;&lt;a&gt;&#x2F;\\&#xFC;&#x2b;`],
    ["as HTML, with zeros before", `p&#034;q&#039;&amp;&lt;a&gt;/\\&#00252;+`],
    ["as a form, percent-encoded in lower case", encodeURIComponent(password).toLowerCase()],
    ["percent-encoded, every character of it", percent(password)],
    ["as base64", Buffer.from(password).toString("base64")],
    ["as hex in capitals", Buffer.from(password).toString("hex").toUpperCase()],
  ])("removes a secret that a server echoes %s", (_, echoed) => {
    expect(redact(`no client has ${echoed}, is it right?`, secrets)).toBe(
      "no client has [redacted], is it right?",
    );
  });

  test("removes it where it is escaped beside where it is not", () => {
    expect(redact(`${password} or ${minimal}`, secrets)).toBe("[redacted] or [redacted]");
  });

  test("leaves escapes as they are where there is no secret", () => {
    const text = "R&amp;D &#99999999; \\u0026 &nbsp; 5%20 %ff";
    expect(redact(text, secrets)).toBe(text);
  });

  test("removes a secret of any length", () => {
    const long = `"x.`.repeat(100_000);
    expect(redact(`got ${long}!`, [long])).toBe("got [redacted]!");
  });
});
