import { describe, expect, test } from "vitest";
import { listSecrets } from "../../../runtime/src/token-request/secrets.ts";

const basic = (text: string) =>
  new Headers({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });

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
});
