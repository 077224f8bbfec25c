import { describe, expect, test } from "vitest";
import { readTokenSchemes } from "../../../../generator/src/cli/init/token-schemes.ts";

const flow = (name: string, tokenUrl: string) => ({
  type: "oauth2",
  flows: { [name]: { tokenUrl, scopes: {} } },
});
const oidc = (openIdConnectUrl: string) => ({ type: "openIdConnect", openIdConnectUrl });

function read(scheme: unknown, servers?: unknown, documentUrl = "/a/openapi.yaml") {
  const [found] = readTokenSchemes({ servers, components: { securitySchemes: { a: scheme } } }, documentUrl);
  return found;
}

describe("readTokenSchemes", () => {
  test.each([
    [
      "the tokenUrl of client credentials",
      flow("clientCredentials", "https://l.example/t"),
      { tokenEndpoint: "https://l.example/t" },
    ],
    [
      "that of another flow",
      flow("authorizationCode", "https://l.example/t"),
      { tokenEndpoint: "https://l.example/t" },
    ],
    [
      "the issuer before the well-known path",
      oidc("https://l.example/.well-known/openid-configuration"),
      { issuer: "https://l.example" },
    ],
    [
      "an issuer that has a path",
      oidc("https://l.example/realms/a/.well-known/openid-configuration"),
      { issuer: "https://l.example/realms/a" },
    ],
    ["the issuer itself", oidc("https://l.example/"), { issuer: "https://l.example/" }],
    [
      "the issuer behind the well-known path",
      {
        type: "oauth2",
        flows: {},
        oauth2MetadataUrl: "https://l.example/.well-known/oauth-authorization-server/a",
      },
      { issuer: "https://l.example/a" },
    ],
  ])("takes %s", (_, scheme, server) => {
    expect(read(scheme)).toMatchObject({ server });
  });

  test("prefers the client credentials flow", () => {
    const flows = {
      authorizationCode: { tokenUrl: "https://a.example/" },
      clientCredentials: { tokenUrl: "https://b.example/" },
    };
    expect(read({ type: "oauth2", flows })).toMatchObject({
      kind: "clientCredentials",
      server: { tokenEndpoint: "https://b.example/" },
    });
  });

  test.each([
    ["the first server", [{ url: "https://api.example/v1/" }], "/a.yaml", "https://api.example/oauth/token"],
    [
      "a server with variables, at their defaults",
      [{ url: "https://{env}.example", variables: { env: { default: "live" } } }],
      "/a.yaml",
      "https://live.example/oauth/token",
    ],
    [
      "the URL of the document",
      undefined,
      "https://api.example/openapi.json",
      "https://api.example/oauth/token",
    ],
  ])("starts a relative tokenUrl from %s", (_, servers, documentUrl, want) => {
    const found = read(flow("clientCredentials", "/oauth/token"), servers, documentUrl);
    expect(found?.server).toEqual({ tokenEndpoint: want });
  });

  test.each([
    ["a relative URL without a server", flow("clientCredentials", "/token"), "is relative"],
    ["http", flow("clientCredentials", "http://l.example/token"), "expected https"],
    ["a password in the URL", oidc("https://u:secret@l.example/"), "without user name"],
  ])("says why it can't use %s, and not the URL", (_, scheme, want) => {
    const { problem, server } = read(scheme) ?? {};
    expect(server).toBeUndefined();
    expect(problem).toContain(want);
    expect(problem).not.toMatch(/secret|l\.example/);
  });

  test("takes an API key in the Authorization field for what may be a token, and no other", () => {
    expect(read({ type: "apiKey", in: "header", name: "authorization" })?.kind).toBe("key");
    expect(read({ type: "apiKey", in: "header", name: "X-Key" })).toBeUndefined();
    expect(read({ type: "apiKey", in: "query", name: "authorization" })).toBeUndefined();
    expect(read({ type: "http", scheme: "basic" })).toBeUndefined();
  });
});
