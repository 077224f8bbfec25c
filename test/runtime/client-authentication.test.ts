import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
  none,
  presentAssertion,
} from "../../runtime/src/client-authentication.ts";

/** What a method adds to a token request. */
async function authenticate({ authenticate }: ClientAuthentication, clientId = "catalog") {
  const server = { issuer: "https://login.example.com" };
  const form = new URLSearchParams();
  const headers = new Headers();
  await authenticate(server, { client_id: clientId }, form, headers);
  return { form: Object.fromEntries(form), authorization: headers.get("authorization") };
}

function decodeBasic(authorization: string | null): string {
  return Buffer.from((authorization ?? "").replace(/^Basic /, ""), "base64").toString();
}

describe("clientSecretBasic", () => {
  // RFC 6749 §2.3.1 has both form-encoded (appendix B) before they are joined.
  test.each([
    ["catalog", "secret", "catalog:secret", "catalog:secret"],
    ["a b", "p:s%+/", "a+b:p%3As%25%2B%2F", "a b:p:s%+/"],
    ["id", "schlüssel", "id:schl%C3%BCssel", "id:schlüssel"],
  ])("encodes id %j and secret %j as a form, or not at all when raw", async (id, secret, form, raw) => {
    const encoded = await authenticate(clientSecretBasic(secret), id);
    expect(decodeBasic(encoded.authorization)).toBe(form);
    expect(await authenticate(clientSecretBasic(secret, { encoding: "form" }), id)).toEqual(encoded);
    const plain = await authenticate(clientSecretBasic(secret, { encoding: "raw" }), id);
    expect(decodeBasic(plain.authorization)).toBe(raw);
  });

  test.each([{ encoding: "form" }, { encoding: "raw" }] as const)(
    "sends no credentials in the form: %o",
    async (options) => {
      expect((await authenticate(clientSecretBasic("secret", options))).form).toEqual({});
    },
  );
});

describe("clientSecretPost", () => {
  test("sends id and secret in the form alone", async () => {
    expect(await authenticate(clientSecretPost("p:s%+/"))).toEqual({
      form: { client_id: "catalog", client_secret: "p:s%+/" },
      authorization: null,
    });
  });
});

describe("none", () => {
  test("sends only the id", async () => {
    expect(await authenticate(none())).toEqual({ form: { client_id: "catalog" }, authorization: null });
  });
});

describe("presentAssertion", () => {
  test("sends the assertion, its type and the id", async () => {
    const given = { assertion: "<saml/>", type: "urn:x:saml" };
    expect(await authenticate(presentAssertion(given))).toEqual({
      form: { client_id: "catalog", client_assertion_type: "urn:x:saml", client_assertion: "<saml/>" },
      authorization: null,
    });
  });
});

describe.each<[string, (secret: string) => ClientAuthentication, string]>([
  ["clientSecretBasic", (secret) => clientSecretBasic(secret), "client_secret_basic"],
  [
    "clientSecretBasic, raw",
    (secret) => clientSecretBasic(secret, { encoding: "raw" }),
    "client_secret_basic",
  ],
  ["clientSecretPost", clientSecretPost, "client_secret_post"],
])("%s", (_, create, method) => {
  test("bears the registered name of its method", () => {
    expect(create("secret").method).toBe(method);
  });

  test.each([undefined, null, "", 42])("refuses %j for a secret, as an unset variable gives", (secret) => {
    expect(() => create(secret as string)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test("does not show the secret", () => {
    const authentication = create("planted-secret");
    const printed =
      inspect(authentication, { showHidden: true, depth: null }) + JSON.stringify(authentication);
    expect(printed).not.toContain("planted-secret");
  });

  test("is frozen", () => {
    expect(create("secret")).toSatisfy(Object.isFrozen);
  });
});
