import { createHash } from "node:crypto";
import { generateKeyPair } from "jose";
import { type Dispatcher, interceptors, request } from "undici";
import { describe, expect, test } from "vitest";
import type { TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenManager, type TokenManager } from "../../runtime/src/token-manager.ts";
import { using } from "../support/disposal.ts";
import { proofOf } from "../support/dpop-calls.ts";
import { type RecordedRequest, type Script, startServer } from "../support/scripted-server.ts";

const notExtractable = await generateKeyPair("ES256");

const redirect = (status: number, location: string): Script => {
  return (_, response) => void response.writeHead(status, { location }).end();
};

async function setUp(dpop: TokenClient["dpop"] = "generate") {
  const login = await using(
    startServer(() => ({ access_token: "token", token_type: "DPoP", expires_in: 3600 })),
  );
  const foreign = await using(startServer(() => ({ foreign: true })));
  const scripts: Record<string, Script> = {
    "/elsewhere": redirect(307, `${foreign.origin}/taken?there=1`),
    "/same": redirect(307, "/final?a=1"),
    "/see-other": redirect(303, "/final"),
    "/final": () => ({ ok: true }),
  };
  const api = await using(
    startServer((request, response) => scripts[request.path.split("?")[0] ?? ""]?.(request, response)),
  );
  const clients = { a: { tokenEndpoint: login.origin, clientId: "a", dpop } };
  const tokens = await using(createTokenManager({ clients }));
  return { api, foreign, scripts, tokens };
}

/** Calls that follow redirects. */
type Follow = (
  tokens: TokenManager<"a">,
  origin: string,
) => (path: string, method?: "GET" | "POST") => Promise<{ status: number; body: unknown }>;

const followers: readonly [string, Follow][] = [
  [
    "fetch",
    (tokens, baseUrl) => {
      const fetch = tokens.fetch("a", { baseUrl });
      return async (path, method = "GET") => {
        const answer = await fetch(path, {
          method,
          redirect: "follow",
          ...(method === "POST" && { body: "x" }),
        });
        return { status: answer.status, body: await answer.json() };
      };
    },
  ],
  [
    "undici's redirect interceptor around ours",
    (tokens, baseUrl) => {
      const redirect = interceptors.redirect({ maxRedirections: 3 });
      return through(baseUrl, tokens.dispatcher.compose(tokens.interceptor("a", { baseUrl }), redirect));
    },
  ],
];

function through(origin: string, dispatcher: Dispatcher): ReturnType<Follow> {
  return async (path, method = "GET") => {
    const body = method === "POST" ? "x" : null;
    const answer = await request(`${origin}${path}`, { dispatcher, method, body });
    return { status: answer.statusCode, body: await answer.body.json() };
  };
}

const claimsOf = (sent: readonly RecordedRequest[]) => sent.map((each) => proofOf(each));

describe.each(followers)("a redirect that is followed by %s", (_, follow) => {
  test.each([
    ["generated", "generate"],
    ["not extractable", notExtractable],
  ] as const)("has a proof for each URL at its own origin, by a key that is %s", async (_, key) => {
    const { api, tokens } = await setUp(key);
    expect(await follow(tokens, api.origin)("/same?b=2")).toEqual({ status: 200, body: { ok: true } });
    const ath = createHash("sha256").update("token").digest("base64url");
    const [first, second] = claimsOf(api.requests);
    expect(first).toMatchObject({ htm: "GET", htu: `${api.origin}/same`, ath });
    expect(second).toMatchObject({ htm: "GET", htu: `${api.origin}/final`, ath });
    expect(second?.jti).not.toBe(first?.jti);
  });

  test("has proofs by the method that each request is sent with", async () => {
    const { api, tokens } = await setUp();
    await follow(tokens, api.origin)("/see-other", "POST");
    expect(api.requests.map(({ method }) => method)).toEqual(["POST", "GET"]);
    expect(claimsOf(api.requests).map(({ htm }) => htm)).toEqual(["POST", "GET"]);
  });

  test("brings neither token nor proof to another origin", async () => {
    const { api, foreign, tokens } = await setUp();
    expect(await follow(tokens, api.origin)("/elsewhere")).toMatchObject({ body: { foreign: true } });
    const [sent] = foreign.requests;
    expect(sent?.path).toBe("/taken?there=1");
    expect([sent?.headers.authorization, sent?.headers["dpop"]]).toEqual([undefined, undefined]);
  });

  test("has the nonce that the redirecting answer came with", async () => {
    const { api, scripts, tokens } = await setUp();
    scripts["/same"] = (_, response) =>
      void response.writeHead(307, { location: "/final", "dpop-nonce": "fresh" }).end();
    await follow(tokens, api.origin)("/same");
    expect(claimsOf(api.requests).map(({ nonce }) => nonce)).toEqual([undefined, "fresh"]);
  });

  test("does not learn nonces for its API from another origin", async () => {
    const { api, foreign, tokens } = await setUp();
    foreign.script = (_, response) => {
      response.writeHead(401, {
        "dpop-nonce": "foreign",
        "www-authenticate": 'DPoP error="use_dpop_nonce"',
        date: "Mon, 01 Jan 2024 00:00:00 GMT",
      });
      response.end("{}");
    };
    const send = follow(tokens, api.origin);
    expect(await send("/elsewhere")).toMatchObject({ status: 401 });
    await send("/final");
    expect(foreign.requests).toHaveLength(1);
    const [, { nonce, iat = 0 } = {}] = claimsOf(api.requests);
    expect(nonce).toBeUndefined();
    expect(Math.abs(Date.now() / 1000 - iat)).toBeLessThan(60);
  });
});

describe("a challenge after a redirect that fetch followed", () => {
  test("is returned, and what came before is not done again; the next call has the nonce", async () => {
    const { api, scripts, tokens } = await setUp();
    scripts["/final"] = (request, response) => {
      if (proofOf(request)["nonce"] === "needed") return { ok: true };
      response.writeHead(401, { "dpop-nonce": "needed", "www-authenticate": 'DPoP error="use_dpop_nonce"' });
      return void response.end('{"error":"use_dpop_nonce"}');
    };
    const fetch = tokens.fetch("a", { baseUrl: api.origin });
    const init = { method: "POST", body: "x", redirect: "follow" } as const;
    const challenged = await fetch("/see-other", init);
    expect([challenged.status, await challenged.json()]).toEqual([401, { error: "use_dpop_nonce" }]);
    expect(api.requests.map(({ path }) => path)).toEqual(["/see-other", "/final"]);
    expect((await fetch("/see-other", init)).status).toBe(200);
  });
});

describe("undici's redirect interceptor inside of ours", () => {
  test.each(["/same", "/elsewhere"])("is refused, since it would send the proof on: %s", async (path) => {
    const { api, foreign, tokens } = await setUp();
    const dispatcher = tokens.dispatcher.compose(
      interceptors.redirect({ maxRedirections: 3 }),
      tokens.interceptor("a", { baseUrl: api.origin }),
    );
    const send = through(api.origin, dispatcher);
    await expect(send(path)).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    expect(await send("/final")).toMatchObject({ status: 200 });
    expect(api.requests.map(({ path }) => path)).toEqual([path, "/final"]);
    expect(foreign.requests).toHaveLength(0);
  });
});
