import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
  none,
  presentAssertion,
  selfSignedTlsClientAuth,
  tlsClientAuth,
} from "../../runtime/src/client-authentication.ts";
import { clientSecretJwt, privateKeyJwt } from "../../runtime/src/jwt-assertion.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { startAuthorizationServer } from "../support/authorization-server.ts";
import { using } from "../support/disposal.ts";
import { readForm, startTokenEndpoint } from "../support/scripted-server.ts";

/** What a method adds to a token request. */
async function authenticate({ authenticate }: ClientAuthentication, clientId = "catalog") {
  const server = { issuer: "https://login.example.com" };
  const form = new URLSearchParams();
  const headers = new Headers();
  await authenticate(server, { client_id: clientId }, form, headers);
  return { form: Object.fromEntries(form), authorization: headers.get("authorization") };
}

/** The one token request that a client with an id full of special characters sends. */
async function request(clientAuthentication: ClientAuthentication, clientAssertion?: string) {
  const server = await using(startTokenEndpoint());
  const client = { tokenEndpoint: `${server.origin}/token`, clientId: "a b:c", clientAuthentication };
  const tokens = await using(createTokenManager({ clients: { "catalog.client": client } }));
  await tokens.getAccessToken("catalog.client", clientAssertion === undefined ? {} : { clientAssertion });
  const [recorded] = server.requests;
  return {
    authorization: recorded?.headers.authorization,
    form: readForm(recorded),
    requests: server.requests,
  };
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
    // Encoded for the sake of it, they would be unknown to servers that never decode.
    ["a-b.c_d", "0-1.2_3*", "a-b.c_d:0-1.2_3*", "a-b.c_d:0-1.2_3*"],
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

describe("clientSecretBasic, on the wire", () => {
  test.each([
    ["form", "Basic YStiJTNBYzpwJTNBcyUyNSUyQiUyRiVDMyVCQyslN0U=", "a+b%3Ac:p%3As%25%2B%2F%C3%BC+%7E"],
    ["raw", "Basic YSBiOmM6cDpzJSsvw7wgfg==", "a b:c:p:s%+/ü ~"],
  ] as const)("has exactly the credentials that %s encoding makes", async (encoding, expected, decoded) => {
    const { authorization, form } = await request(clientSecretBasic("p:s%+/ü ~", { encoding }));
    expect(decodeBasic(expected)).toBe(decoded);
    expect(authorization).toBe(expected);
    expect(Object.fromEntries(form)).toEqual({ grant_type: "client_credentials" });
  });
});

describe("clientSecretPost", () => {
  test("sends both in the form, on the wire, and no Authorization field", async () => {
    const { authorization, form } = await request(clientSecretPost("p:s%+/ü ~"));
    expect(authorization).toBeUndefined();
    expect(Object.fromEntries(form)).toEqual({
      grant_type: "client_credentials",
      client_id: "a b:c",
      client_secret: "p:s%+/ü ~",
    });
  });

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

  test("is how a definition without a secret asks a server that knows the client in another way", async () => {
    const registered = { client_id: "public", token_endpoint_auth_method: "none" } as const;
    const server = await using(startAuthorizationServer({ clients: [registered] }));
    const { tokenEndpoint } = server;
    const tokens = await using(createTokenManager({ clients: { a: { tokenEndpoint, clientId: "public" } } }));
    expect(await tokens.getAccessToken("a")).toMatchObject({ tokenType: "Bearer" });
    expect(server.tokenRequests.map(({ form }) => Object.fromEntries(form))).toEqual([
      { grant_type: "client_credentials", client_id: "public" },
    ]);
  });
});

describe.each([
  ["tlsClientAuth", tlsClientAuth, "tls_client_auth"],
  ["selfSignedTlsClientAuth", selfSignedTlsClientAuth, "self_signed_tls_client_auth"],
])("%s", (_, create, method) => {
  test("bears its registered name and sends only the id: the connection has the certificate", async () => {
    expect(create()).toMatchObject({ method });
    expect(await authenticate(create())).toEqual({ form: { client_id: "catalog" }, authorization: null });
  });
});

const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const methods: [string, ClientAuthentication][] = [
  ["none", none()],
  ["client_secret_basic", clientSecretBasic("secret")],
  ["client_secret_basic, raw", clientSecretBasic("secret", { encoding: "raw" })],
  ["client_secret_post", clientSecretPost("secret")],
  ["client_secret_jwt", clientSecretJwt("secret")],
  ["private_key_jwt", privateKeyJwt({ key, alg: "ES256" })],
];

describe("a token request", () => {
  // RFC 6749 §2.3: a client must not use more than one method in a request.
  test.each(methods)("has no second method besides %s", async (name, authentication) => {
    const { authorization, form } = await request(authentication);
    const used = [authorization, form.get("client_secret"), form.get("client_assertion")].filter(
      (it) => it != null,
    );
    expect(used).toHaveLength(name === "none" ? 0 : 1);
    expect(form.getAll("client_id").length).toBe(authorization === undefined ? 1 : 0);
  });

  test.each(methods)("has the assertion given for it alone, in place of %s", async (_, authentication) => {
    const { authorization, form } = await request(authentication, "an.assertion.jwt");
    expect(authorization).toBeUndefined();
    expect(form.get("client_secret")).toBeNull();
    expect(form.getAll("client_assertion")).toEqual(["an.assertion.jwt"]);
  });
});

describe("revision", () => {
  const same = (secret: string) => [
    clientSecretBasic(secret),
    clientSecretBasic(secret, { encoding: "raw" }),
    clientSecretPost(secret),
    clientSecretJwt(secret),
    clientSecretJwt(secret, { audience: "urn:server" }),
  ];

  test("stays when the same is made again, and is another one with another secret, method, encoding or audience", () => {
    const revisions = (secret: string) => same(secret).map(({ revision }) => revision);
    expect(revisions("secret")).toEqual(revisions("secret"));
    expect(new Set([...revisions("secret"), ...revisions("other")])).toHaveProperty("size", 10);
    expect(revisions("secret")).not.toContain(undefined);
  });

  test.each([none(), tlsClientAuth(), selfSignedTlsClientAuth()])(
    "is absent where there is no secret: %o",
    (given) => {
      expect(given.revision).toBeUndefined();
    },
  );
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
  ["clientSecretJwt", (secret) => clientSecretJwt(secret), "client_secret_jwt"],
])("%s", (_, create, method) => {
  test("bears the registered name of its method", () => {
    expect(create("secret").method).toBe(method);
  });

  test.each([undefined, null, "", 42])("refuses %j for a secret, as an unset variable gives", (secret) => {
    expect(() => create(secret as string)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  });

  test.each(["secret\n", "sec\0ret"])("refuses %j for a secret, which no server can know", (secret) => {
    expect(() => create(secret)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
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
