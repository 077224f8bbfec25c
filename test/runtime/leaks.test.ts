import { channel, tracingChannel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import { clientSecretBasic, clientSecretPost } from "../../runtime/src/client-authentication.ts";
import { ApiError, unwrap } from "../../runtime/src/result.ts";
import type { TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { atEnd, createAgent, using } from "../support/disposal.ts";
import { type Script, startApi, startServer } from "../support/scripted-server.ts";

const planted = {
  secret: "planted secret+%",
  token: "planted-token",
  assertion: "planted.assertion.jwt",
  body: "planted-body",
};

/** Every form in which a planted value may appear in text. */
const forms = Object.values(planted).flatMap((value) => [
  value,
  encodeURIComponent(value),
  String(new URLSearchParams({ value })).slice("value=".length),
  Buffer.from(value).toString("base64").replace(/=+$/, ""),
  Buffer.from(`id:${value}`).toString("base64").replace(/=+$/, ""),
]);

/** All that a logger could print of a value, hidden properties and causes too. */
function printAll(value: unknown): string {
  const error = value as Error;
  return [
    inspect(value, { depth: 20, showHidden: true, getters: false }),
    JSON.stringify(value),
    String(value),
    error?.stack,
    error?.cause === undefined ? "" : printAll(error.cause),
  ].join("\n");
}

function expectNoLeak(value: unknown): void {
  const text = printAll(value);
  for (const form of forms) expect(text).not.toContain(form);
}

function recordEvents(): unknown[] {
  const events: unknown[] = [];
  const traced = tracingChannel("openapi-m2m.token.request");
  const record = (event: unknown) => events.push(event);
  const subscribers = { start: record, end: record, asyncStart: record, asyncEnd: record, error: record };
  traced.subscribe(subscribers as never);
  const channels = ["token.cache", "token.renewal", "call.resend"].map((name) =>
    channel(`openapi-m2m.${name}`),
  );
  for (const plain of channels) plain.subscribe(record);
  atEnd(() => {
    traced.unsubscribe(subscribers as never);
    for (const plain of channels) plain.unsubscribe(record);
  });
  return events;
}

/** An authorization server that echoes whatever it was sent. */
const echo =
  (status: number, type: string): Script =>
  ({ headers, body }, response) => {
    const said = `${headers.authorization} ${decodeURIComponent(body.toString().replaceAll("+", " "))} ${planted.secret}`;
    const problem = JSON.stringify({
      error: "invalid_client",
      error_description: said,
      access_token: planted.token,
    });
    response
      .writeHead(status, { "content-type": type })
      .end(type === "text/html" ? `<p>${said}</p>` : problem);
  };

const given: [string, Partial<TokenClient>, object][] = [
  ["client_secret_basic", { clientAuthentication: clientSecretBasic(planted.secret) }, {}],
  ["raw Basic", { clientAuthentication: clientSecretBasic(planted.secret, { encoding: "raw" }) }, {}],
  ["client_secret_post", { clientAuthentication: clientSecretPost(planted.secret) }, {}],
  ["a client assertion", {}, { clientAssertion: planted.assertion }],
];

describe("no secret, token, assertion or body", () => {
  test.each(
    given.flatMap(([name, client, overrides]) =>
      (
        [
          [400, "application/json"],
          [500, "application/json"],
          [200, "text/html"],
          [200, "application/json"],
        ] as const
      ).map(([status, type]) => ({ name, client, overrides, status, type })),
    ),
  )(
    "is in the error or the events when $name is answered $status $type",
    async ({ client, overrides, status, type }) => {
      const events = recordEvents();
      const login = await using(startServer(echo(status, type)));
      const clients = { a: { tokenEndpoint: login.origin, clientId: "id", ...client } };
      const tokens = await using(createTokenManager({ clients }));
      // The echo knows the configured secret; one that a client never sent can't be recognised in an answer.
      const error = await tokens.getAccessToken("a", overrides).catch((error: unknown) => error);
      expect(error).toMatchObject({ name: "TokenError" });
      if ("clientAuthentication" in client) expectNoLeak(error);
      else expect(printAll(error)).not.toContain(planted.assertion);
      expect(events.length).toBeGreaterThan(0);
      expectNoLeak(events.filter((event) => !(event as { error?: unknown }).error));
    },
  );

  test("is in a token that is printed, in events of its use, or in the errors of a call that carried it", async () => {
    const events = recordEvents();
    const login = await using(
      startServer(() => ({ access_token: planted.token, token_type: "Bearer", note: planted.body })),
    );
    const api = await using(startApi(new Set(), (_, response) => void response.destroy()));
    const clients = { a: { tokenEndpoint: login.origin, clientId: "id" } };
    const tokens = await using(createTokenManager({ clients }));
    const token = await tokens.getAccessToken("a");
    expect(token.value).toBe(planted.token);
    expectNoLeak(inspect(token));
    expectNoLeak(JSON.stringify({ token }));
    const dispatcher = createAgent().compose(tokens.interceptor("a", { baseUrl: api.origin }));
    await (await request(api.origin, { dispatcher })).body.dump();
    expectNoLeak(events);
    expectNoLeak(tokens);
  });

  test("of an answer is in an ApiError as it is logged", () => {
    const response = {
      operation: "GET /",
      status: 500,
      headers: { "set-cookie": planted.token },
      url: `https://api.example/?q=${planted.secret}`,
    };
    const failure = { ok: false, status: "undeclared", error: planted.body, response } as const;
    try {
      unwrap(failure);
      expect.unreachable();
    } catch (error) {
      expect((error as ApiError).result).toBe(failure);
      expect(error).toBeInstanceOf(ApiError);
      for (const form of forms) expect(`${inspect(error)}${JSON.stringify(error)}`).not.toContain(form);
    }
  });
});
