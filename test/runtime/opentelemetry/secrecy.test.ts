import { inspect } from "node:util";
import { expect, test } from "vitest";
import { clientSecretBasic, clientSecretPost } from "../../../runtime/src/client-authentication.ts";
import { createTokenManager } from "../../../runtime/src/token-manager.ts";
import { using } from "../../support/disposal.ts";
import { createMemoryStore } from "../../support/memory-store.ts";
import { startServer } from "../../support/scripted-server.ts";
import { startTokenTelemetry } from "../../support/telemetry.ts";
import { startMirror, ways } from "../token-manager/ways.ts";

const planted = {
  secret: "planted-secret",
  token: "planted-token",
  assertion: "planted.assertion.jwt",
  scope: "planted-scope",
  tenant: "planted-tenant",
  path: "planted-id-42",
  query: "planted-query",
  said: "planted-description",
  code: "planted-code",
  store: "planted-store-message",
};

/** Tokens at first; then whatever may go wrong, with as much said of it as can be. */
const answers = [
  { access_token: planted.token, token_type: "Bearer", expires_in: 3600 },
  { access_token: `${planted.token}-2`, token_type: "Bearer", expires_in: 3600 },
  { error: planted.code, error_description: planted.said, error_uri: `https://x/?${planted.secret}` },
];

test.each(ways)("no secret, token, id or text of an error is in metrics or spans: %s", async (_, way) => {
  const telemetry = startTokenTelemetry();
  const login = await using(
    startServer((_, response) => {
      const answer = answers[login.requests.length - 1] ?? answers[2];
      response.writeHead(answer === answers[2] ? 400 : 200, { "content-type": "application/json" });
      return void response.end(JSON.stringify(answer));
    }),
  );
  const store = createMemoryStore();
  store.interfere = () => {
    throw Object.assign(new Error(planted.store), { code: planted.code });
  };
  const endpoint = `${login.origin}/${planted.tenant}/token?q=${planted.query}`;
  const { secret } = planted;
  const clients = {
    a: { tokenEndpoint: endpoint, clientId: "id-1", clientAuthentication: clientSecretBasic(secret) },
    b: { tokenEndpoint: endpoint, clientId: "id-2", clientAuthentication: clientSecretPost(secret) },
  };
  const cache = { store, encryption: "none" } as const;
  const tokens = await using(createTokenManager<string>({ clients, cache }));
  const api = await using(startMirror(new Set([planted.token])));
  const callApi = way({ tokens, name: "a", baseUrl: api.origin });
  const call = { path: `/${planted.path}?q=${planted.query}` };
  await telemetry.within("call", () => callApi(call));
  const { scope, assertion } = planted;
  for (const token of [{ scope }, { clientAssertion: assertion }, { resource: `urn:${planted.path}` }]) {
    await expect(callApi({ ...call, token })).rejects.toThrow();
  }
  await expect(tokens.getAccessToken("b", { parameters: { tenant: planted.tenant } })).rejects.toThrow();

  const spans = telemetry.spans.map(({ name, attributes, status, links, events }) => {
    return { name, attributes, status, links, events };
  });
  const exported = inspect({ spans, text: await telemetry.scrape() }, { depth: 20, maxStringLength: null });
  expect(spans.length).toBeGreaterThan(5);
  for (const part of ["ERR_TOKEN_ENDPOINT_REJECTED", "resends_total", "store_failures_total", "_OTHER"]) {
    expect(exported).toContain(part);
  }
  expect(exported).not.toMatch(/planted|urn:/);
  expect(exported).not.toContain(Buffer.from(`id-1:${secret}`).toString("base64"));
});
