import { type Channel, channel, tracingChannel } from "node:diagnostics_channel";
import type { Dispatcher } from "undici";
import { describe, expect, test, vi } from "vitest";
import {
  callResendChannel,
  storeFailureChannel,
  type TokenRequestEvent,
  tokenCacheChannel,
  tokenRenewalChannel,
  tokenRequestChannel,
} from "../../runtime/src/events.ts";
import type { TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenManager } from "../../runtime/src/token-manager.ts";
import { atEnd, using } from "../support/disposal.ts";
import { type Script, startServer, startTokenEndpoint } from "../support/scripted-server.ts";
import { startMirror, throughFetch, type Way, ways } from "./token-manager/ways.ts";

describe("channels", () => {
  test.each([
    ["openapi-m2m.token.cache", tokenCacheChannel],
    ["openapi-m2m.token.renewal", tokenRenewalChannel],
    ["openapi-m2m.call.resend", callResendChannel],
    ["openapi-m2m.store.failure", storeFailureChannel],
  ])("%s is found by that name", (name, published) => {
    expect(published).toBe(channel(name));
  });

  test("openapi-m2m.token.request is found by that name", () => {
    const { asyncStart, error } = tracingChannel("openapi-m2m.token.request");
    expect(tokenRequestChannel.asyncStart).toBe(asyncStart);
    expect(tokenRequestChannel.error).toBe(error);
  });
});

const { start, end, asyncStart, asyncEnd, error } = tokenRequestChannel;

/** Each channel, by what it is called here. */
const channels: Readonly<Record<string, Channel>> = {
  ...{ start, end, asyncStart, asyncEnd, error },
  cache: tokenCacheChannel,
  renewal: tokenRenewalChannel,
  resend: callResendChannel,
  store: storeFailureChannel,
};

type Recorded = readonly [channel: string, event: unknown];

/** Collects the events of all channels, or of those named, until the test that is running ends. */
function record(names = Object.keys(channels)): Recorded[] {
  const events: Recorded[] = [];
  for (const name of names) {
    // A traced request has one event, which changes.
    const listen = (event: unknown) => void events.push([name, { ...Object(event) }]);
    channels[name]?.subscribe(listen);
    atEnd(() => void channels[name]?.unsubscribe(listen));
  }
  return events;
}

async function setUp(client: Partial<TokenClient> = {}) {
  const clock = { now: 0 };
  const login = await using(startTokenEndpoint());
  const clients = { a: { tokenEndpoint: login.origin, clientId: "a", ...client } };
  const tokens = await using(createTokenManager<string>({ clients, now: () => clock.now }));
  return { clock, login, tokens };
}

const getAccessToken: Way = ({ tokens, name }) => {
  return async () => (await tokens.getAccessToken(name)).value;
};

const client = "a";
const miss: Recorded = ["cache", { client, layer: "memory", hit: false }];
const hit: Recorded = ["cache", { client, layer: "memory", hit: true, expiresAt: 3_600_000 }];
const renewal = (reason: string): Recorded => ["renewal", { client, reason }];
const resend = (reason: string): Recorded => ["resend", { client, reason }];
const serverPort: unknown = expect.any(Number);
const begun = (reason: string) => ({ client, reason, attempt: 1, serverAddress: "127.0.0.1", serverPort });
const traced = (reason: string): readonly Recorded[] => {
  const done = { ...begun(reason), expiresAt: 3_600_000, result: undefined };
  return [
    ["start", begun(reason)],
    ["end", begun(reason)],
    ["asyncStart", done],
    ["asyncEnd", done],
  ];
};

const refuse: Script = (_, response) => {
  response.writeHead(400, { "content-type": "application/json" });
  response.end('{"error":"invalid_scope"}');
};

describe.each([["getAccessToken", getAccessToken] as const, ...ways])("%s", (_, way) => {
  test("tells of a miss, why a token is requested, and the request; then of a hit: each once", async () => {
    const { tokens } = await setUp();
    const api = await using(startMirror());
    const callApi = way({ tokens, name: "a", baseUrl: api.origin });
    const events = record();
    await callApi();
    expect(events.splice(0)).toEqual([miss, renewal("missing"), ...traced("missing")]);
    await callApi();
    expect(events).toEqual([hit]);
  });

  test("tells of a request that failed, with its error", async () => {
    const { tokens, login } = await setUp();
    const api = await using(startMirror());
    login.script = refuse;
    const events = record();
    await expect(way({ tokens, name: "a", baseUrl: api.origin })()).rejects.toThrow();
    const error: unknown = expect.objectContaining({ name: "TokenError", error: "invalid_scope" });
    const failed = { ...begun("missing"), error };
    const [began, ended] = traced("missing");
    expect(events).toEqual([
      ...[miss, renewal("missing"), began, ended],
      ...["error", "asyncStart", "asyncEnd"].map((name) => [name, failed]),
    ]);
  });
});

describe.each(ways)("%s", (_, way) => {
  test("tells of a rejected token and the re-send", async () => {
    const { tokens } = await setUp();
    const api = await using(startMirror(new Set(["token-1"])));
    const events = record();
    await way({ tokens, name: "a", baseUrl: api.origin })();
    expect(events).toEqual([
      ...[miss, renewal("missing"), ...traced("missing")],
      ...[renewal("rejected"), ...traced("rejected"), resend("rejected")],
    ]);
  });

  test("tells of a re-send with another proof", async () => {
    const { tokens, login } = await setUp({ dpop: "generate" });
    login.script = () => ({ access_token: "token-1", token_type: "DPoP" });
    const api = await using(
      startServer((_, response) => {
        if (api.requests.length > 1) return { token: "token-1" };
        response.setHeader("dpop-nonce", "nonce").writeHead(401, {
          "www-authenticate": 'DPoP error="use_dpop_nonce"',
        });
        return void response.end();
      }),
    );
    const events = record(["resend", "renewal"]);
    await way({ tokens, name: "a", baseUrl: api.origin })();
    expect(events).toEqual([renewal("missing"), resend("dpop_nonce")]);
  });
});

describe("a token request", () => {
  test("tells of a token that was missing, expired, due, rejected, or not wanted any more", async () => {
    const { clock, tokens } = await setUp();
    const api = await using(startMirror(new Set(["token-4"])));
    const events = record(["renewal"]);
    await tokens.getAccessToken("a");
    clock.now = 3_540_000;
    await tokens.getAccessToken("a");
    clock.now += 3_539_999;
    const landed = new Promise((resolve) => {
      const listen = () => setImmediate(resolve);
      asyncEnd.subscribe(listen);
      atEnd(() => void asyncEnd.unsubscribe(listen));
    });
    await tokens.getAccessToken("a");
    await landed;
    await tokens.getAccessToken("a", { forceRenewal: true });
    await throughFetch({ tokens, name: "a", baseUrl: api.origin })();
    const reasons = ["missing", "expired", "early", "forced", "rejected"];
    expect(events).toEqual(reasons.map(renewal));
  });

  test("tells of each attempt", async () => {
    const { login, tokens } = await setUp();
    const issue = login.script;
    login.script = (request, response) => {
      if (login.requests.length > 1) return issue(request, response);
      return void response.writeHead(503).end();
    };
    const events = record(["renewal", "start", "error"]);
    await tokens.getAccessToken("a");
    expect(events.map(([name, event]) => [name, (event as { attempt?: number }).attempt])).toEqual([
      ["renewal", undefined],
      ["start", 1],
      ["error", 1],
      ["start", 2],
    ]);
  });

  test.each<[string, Partial<TokenClient>, string, number]>([
    ["https", { tokenEndpoint: "https://login.example/connect/token?tenant=a" }, "login.example", 443],
    ["another port", { tokenEndpoint: "https://login.example:8443/token" }, "login.example", 8443],
    ["http and IPv6", { tokenEndpoint: "http://[::1]/token" }, "::1", 80],
    ["an issuer", { issuer: "https://login.example/tenants/a" }, "login.example", 443],
  ])("tells which server is asked: %s", async (_, client, serverAddress, serverPort) => {
    const dispatcher = { dispatch: () => expect.unreachable() } as unknown as Dispatcher;
    const clients = { a: { clientId: "a", requestTimeoutMs: 50, dispatcher, ...client } };
    const tokens = await using(createTokenManager<string>({ clients }));
    const events = record(["start"]);
    await expect(tokens.getAccessToken("a")).rejects.toThrow();
    expect(events[0]?.[1]).toMatchObject({ serverAddress, serverPort });
  });

  test("is made within whatever a listener wants it to be, once for each that does", async () => {
    const { tokens } = await setUp();
    const order: string[] = [];
    const wrap = (name: string) => (event: unknown) => {
      const traced = event as TokenRequestEvent;
      const { run = (request) => request() } = traced;
      traced.run = async (request) => {
        order.push(`${name} begins`);
        expect(await run(request)).toBeUndefined();
        order.push(`${name} ends`);
      };
    };
    const listeners = ["inner", "outer"].map(wrap);
    for (const listener of listeners) start.subscribe(listener);
    atEnd(() => {
      for (const listener of listeners) start.unsubscribe(listener);
    });
    expect((await tokens.getAccessToken("a")).value).toBe("token-1");
    expect(order).toEqual(["outer begins", "inner begins", "inner ends", "outer ends"]);
  });

  test("that a thousand callers share is told of once, and each of their misses", async () => {
    const { tokens } = await setUp();
    const events = record();
    await Promise.all(Array.from({ length: 1000 }, () => tokens.getAccessToken("a")));
    expect(events.filter(([name]) => name === "cache")).toEqual(Array.from({ length: 1000 }, () => miss));
    expect(events.filter(([name]) => name !== "cache")).toEqual([renewal("missing"), ...traced("missing")]);
  });
});

describe("without a listener", () => {
  test.each(ways)("nothing is published: %s", async (_, way) => {
    const published = Object.values(channels).map((channel) => {
      const publish = vi.spyOn(channel, "publish");
      atEnd(() => publish.mockRestore());
      return publish;
    });
    const { tokens, login } = await setUp();
    const api = await using(startMirror(new Set(["token-1"])));
    const callApi = way({ tokens, name: "a", baseUrl: api.origin });
    expect([await callApi(), await callApi()]).toEqual(["token-2", "token-2"]);
    login.script = refuse;
    await expect(callApi({ token: { forceRenewal: true } })).rejects.toThrow();
    for (const publish of published) expect(publish).not.toHaveBeenCalled();
  });
});

describe("what did not happen", () => {
  test("is not published: a renewal that a remembered failure stands in for", async () => {
    const login = await using(startServer((_, response) => void response.writeHead(400).end()));
    const clients = { a: { tokenEndpoint: login.origin, clientId: "a" } };
    const tokens = await using(createTokenManager({ clients }));
    const events = record(["renewal"]);
    for (let call = 0; call < 3; call++) await expect(tokens.getAccessToken("a")).rejects.toThrow();
    expect([login.requests.length, events.length]).toEqual([1, 1]);
  });

  test("is not published: a second look into the cache while renewals pause", async () => {
    const login = await using(startTokenEndpoint());
    const clients = { a: { tokenEndpoint: login.origin, clientId: "a" } };
    const tokens = await using(createTokenManager({ clients }));
    const api = await using(startServer((_, response) => void response.writeHead(401).end()));
    const fetch = tokens.fetch("a", { baseUrl: api.origin });
    await fetch("/");
    const events = record(["cache"]);
    await fetch("/");
    expect(events).toHaveLength(1);
  });
});
