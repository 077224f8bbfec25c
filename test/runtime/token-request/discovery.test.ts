import type { ServerResponse } from "node:http";
import { Agent } from "undici";
import { describe, expect, test } from "vitest";
import { discover } from "../../../runtime/src/token-request/discovery.ts";
import { createServerFetch } from "../../../runtime/src/token-request/server-answer.ts";
import { startServer } from "../../support/scripted-server.ts";

const OIDC = "/.well-known/openid-configuration";
const RFC_8414 = "/.well-known/oauth-authorization-server";

const now = Date.parse("2026-01-01T00:00:00Z");

type Answer = (response: ServerResponse, origin: string) => unknown;

/** Asks an authorization server on loopback, of which only the given paths are known. */
async function discoverAt(
  answers: Readonly<Record<string, Answer>>,
  { issuerPath = "", signal = new AbortController().signal } = {},
) {
  await using server = await startServer(({ path }, response) => {
    const answer = answers[path];
    return answer ? answer(response, server.origin) : send(404, "not found")(response);
  });
  const { origin, requests } = server;
  const dispatcher = new Agent();
  const options = { signal, fetch: createServerFetch(dispatcher), now: () => now };
  const [outcome] = await Promise.allSettled([discover(origin + issuerPath, options)]);
  // Resolves only when no answer is left unread.
  await dispatcher.close();
  return { outcome, origin, paths: requests.map(({ path }) => path) };
}

function send(status: number, body: string): (response: ServerResponse) => undefined {
  return (response) => void response.writeHead(status, { "content-type": "text/html" }).end(body);
}

/** A document as a server at this issuer would have it. */
function document(fields: object = {}, issuerPath = ""): Answer {
  return (_, origin) => ({ issuer: origin + issuerPath, token_endpoint: `${origin}/token`, ...fields });
}

describe("discover", () => {
  test.each<[string, string, string[]]>([
    ["OpenID Connect's", OIDC, [OIDC]],
    ["RFC 8414's, where there is no other", RFC_8414, [OIDC, RFC_8414]],
  ])("finds the token endpoint in the document of %s", async (_, path, asked) => {
    const { outcome, origin, paths } = await discoverAt({ [path]: document() });
    expect(outcome).toMatchObject({ value: { issuer: origin, tokenEndpoint: `${origin}/token` } });
    expect(paths).toEqual(asked);
  });

  test.each<[string, string]>([
    ["after the issuer's path, as OpenID Connect says", `/tenant/one${OIDC}`],
    ["before the issuer's path, as RFC 8414 says", `${RFC_8414}/tenant/one`],
  ])("looks %s", async (_, path) => {
    const issuerPath = "/tenant/one";
    const { outcome } = await discoverAt({ [path]: document({}, issuerPath) }, { issuerPath });
    expect(outcome).toMatchObject({ status: "fulfilled" });
  });

  test.each<[string, Answer]>([
    ["what is not there", send(404, "no")],
    ["a redirect", (response) => void response.writeHead(302, { location: "/elsewhere" }).end()],
    ["a page", send(200, "<!doctype html>")],
    ["an empty body", send(200, "")],
    ["null", send(200, "null")],
    ["a list", () => []],
    ["a document without an issuer", () => ({ token_endpoint: "https://login.example.com/token" })],
    ["a document without a token endpoint", document({ token_endpoint: undefined })],
    ["a document whose token endpoint is no string", document({ token_endpoint: 7 })],
    ["metadata longer than 1 MiB", document({ padding: "x".repeat(2 ** 20) })],
    ["a long answer, which it leaves unread", send(404, "x".repeat(4_000_000))],
  ])("passes over %s", async (_, answer) => {
    const found = await discoverAt({ [OIDC]: answer, [RFC_8414]: document() });
    expect(found.outcome).toMatchObject({ value: { tokenEndpoint: `${found.origin}/token` } });
    expect(found.paths).toEqual([OIDC, RFC_8414]);
    const { outcome } = await discoverAt({ [OIDC]: answer });
    expect(outcome).toMatchObject({ reason: { code: "ERR_DISCOVERY_FAILED" } });
  });

  test.each([429, 500, 503])(
    "takes a %i for trouble that may pass, with what the server says of when",
    async (status) => {
      const answer: Answer = (response) => void response.writeHead(status, { "retry-after": "7" }).end();
      const { outcome, paths } = await discoverAt({ [OIDC]: answer, [RFC_8414]: document() });
      expect(outcome).toMatchObject({
        reason: { code: "ERR_TOKEN_ENDPOINT_FAILED", fields: { status, retryAfterMs: 7000 } },
      });
      expect(paths).toEqual([OIDC]);
    },
  );

  test("reckons a date to try again after from the given clock where the answer has no date", async () => {
    const headers = { "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" };
    const answer: Answer = (response) => {
      response.sendDate = false;
      response.writeHead(503, headers).end();
    };
    const { outcome } = await discoverAt({ [OIDC]: answer });
    expect(outcome).toMatchObject({ reason: { fields: { retryAfterMs: 30_000 } } });
  });

  test("keeps only what is used, of which the alias for clients with a certificate is unchecked", async () => {
    const aliases = { token_endpoint: "http://mtls.example/token", revocation_endpoint: "https://x.example" };
    const { outcome, origin } = await discoverAt({ [OIDC]: document({ mtls_endpoint_aliases: aliases }) });
    const metadata = {
      issuer: origin,
      tokenEndpoint: `${origin}/token`,
      mtlsTokenEndpoint: "http://mtls.example/token",
    };
    expect(outcome).toEqual({ status: "fulfilled", value: metadata });
  });

  // RFC 8414 §3.3: identical, or it may be another server's document.
  test.each<[string, Answer]>([
    ["another", () => ({ issuer: "https://evil.example", token_endpoint: "https://evil.example/token" })],
    ["one with a slash more", document({}, "/")],
    ["another tenant's", document({}, "/tenant/two")],
  ])("refuses a document whose issuer is %s", async (_, answer) => {
    const { outcome } = await discoverAt({ [OIDC]: answer, [RFC_8414]: document() });
    expect(outcome).toMatchObject({ reason: { code: "ERR_ISSUER_MISMATCH" } });
  });

  test.each([
    "http://login.example.com/token",
    "/token",
    "https://user:pass@login.example.com/token",
    "file:///token",
  ])("refuses to send credentials to the endpoint %s", async (token_endpoint) => {
    const { outcome } = await discoverAt({ [OIDC]: document({ token_endpoint }) });
    expect(outcome).toMatchObject({ reason: { code: "ERR_DISCOVERY_FAILED" } });
  });

  test("says how an issuer is written that is the address of its document", async () => {
    const { outcome } = await discoverAt({ [OIDC]: document() }, { issuerPath: OIDC });
    expect(outcome).toMatchObject({
      reason: {
        code: "ERR_DISCOVERY_FAILED",
        message: expect.stringContaining("give issuer without /.well-known/"),
      },
    });
  });

  test("ends with its signal", async () => {
    const reason = new Error("given up");
    const { outcome } = await discoverAt({ [OIDC]: document() }, { signal: AbortSignal.abort(reason) });
    expect(outcome).toEqual({ status: "rejected", reason });
  });
});
