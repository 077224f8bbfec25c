import { describe, expect, test } from "vitest";
import { createTokenManager } from "../../../runtime/src/token-manager.ts";
import { using } from "../../support/disposal.ts";
import { startServer, startTokenEndpoint } from "../../support/scripted-server.ts";
import { throughApiClient, throughFetch, throughInterceptor, ways } from "./ways.ts";

/** An API that rejects every token until a test says otherwise, and an authorization server to be spared. */
async function setUp() {
  const login = await using(startTokenEndpoint());
  const state = { isMisconfigured: true };
  const startApi = () =>
    startServer((_, response) => {
      if (!state.isMisconfigured) return { token: "accepted" };
      response.setHeader("content-type", "application/json");
      return void response.writeHead(401, { "www-authenticate": "Bearer" }).end('{"token":"rejected"}');
    });
  const apis = [await using(startApi()), await using(startApi())];
  const [baseUrl = "", otherUrl = ""] = apis.map(({ origin }) => origin);
  const clock = { now: 0 };
  const tokenEndpoint = login.origin;
  const create = () =>
    using(
      createTokenManager<string>({
        clients: { a: { tokenEndpoint, clientId: "a" }, b: { tokenEndpoint, clientId: "b" } },
        now: () => clock.now,
      }),
    );
  /** How many tokens were requested for a call. */
  const count = async (callApi: () => Promise<string>) => {
    const before = login.requests.length;
    await callApi();
    return login.requests.length - before;
  };
  return { state, clock, baseUrl, otherUrl, count, create, tokens: await create() };
}

describe("a pause of renewals that did not help", () => {
  test.each(ways)(
    "that a call through %s began is kept by all ways and every instance of them",
    async (_, way) => {
      const { tokens, baseUrl, count } = await setUp();
      const target = { tokens, name: "a", baseUrl };
      expect(await count(way(target))).toBe(2);
      for (const other of [throughFetch, throughInterceptor, throughApiClient, way]) {
        expect(await count(other(target))).toBe(0);
      }
    },
  );

  test.each(ways)("is over for all once a call through %s is accepted", async (_, way) => {
    const { tokens, baseUrl, count, state } = await setUp();
    const target = { tokens, name: "a", baseUrl };
    const calls = [throughFetch, throughInterceptor, throughApiClient].map((way) => way(target));
    await count(way(target));
    state.isMisconfigured = false;
    await count(way(target));
    state.isMisconfigured = true;
    expect(await count(calls[0] as () => Promise<string>)).toBe(1);
    for (const callApi of calls) expect(await count(callApi)).toBe(0);
  });

  test("grows with each renewal, whichever way it was made", async () => {
    const { tokens, baseUrl, count, clock } = await setUp();
    const calls = [throughFetch, throughInterceptor, throughApiClient].map((way) =>
      way({ tokens, name: "a", baseUrl }),
    ) as (() => Promise<string>)[];
    await count(calls[0] as () => Promise<string>);
    for (const [index, seconds] of [1, 2, 4, 8].entries()) {
      const callApi = calls[index % 3] as () => Promise<string>;
      clock.now += seconds * 1000 - 1;
      expect(await count(callApi)).toBe(0);
      clock.now += 1;
      expect(await count(callApi)).toBe(1);
    }
  });

  test("is not that of another token client, another origin, or another manager", async () => {
    const { tokens, baseUrl, otherUrl, count, create } = await setUp();
    expect(await count(throughFetch({ tokens, name: "a", baseUrl }))).toBe(2);
    expect(await count(throughFetch({ tokens, name: "b", baseUrl }))).toBe(2);
    expect(await count(throughFetch({ tokens, name: "a", baseUrl: otherUrl }))).toBe(1);
    expect(await count(throughFetch({ tokens: await create(), name: "a", baseUrl }))).toBe(2);
  });

  test("does not end because another token client or another origin fares better", async () => {
    const { tokens, baseUrl, otherUrl, count, state } = await setUp();
    await count(throughFetch({ tokens, name: "a", baseUrl }));
    state.isMisconfigured = false;
    await count(throughFetch({ tokens, name: "b", baseUrl }));
    await count(throughFetch({ tokens, name: "a", baseUrl: otherUrl }));
    state.isMisconfigured = true;
    expect(await count(throughFetch({ tokens, name: "a", baseUrl }))).toBe(0);
  });

  test("does not keep a token that is asked for by force, or by hand", async () => {
    const { tokens, baseUrl, count } = await setUp();
    const callApi = throughFetch({ tokens, name: "a", baseUrl });
    await count(callApi);
    expect(await count(() => callApi({ token: { forceRenewal: true } }))).toBe(1);
    expect(await count(async () => (await tokens.getAccessToken("a", { forceRenewal: true })).value)).toBe(1);
  });
});
