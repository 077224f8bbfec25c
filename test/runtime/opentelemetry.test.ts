import { channel, tracingChannel } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { DiagLogLevel, diag, metrics, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { describe, expect, test, vi } from "vitest";
import { instrumentTokens } from "../../runtime/src/opentelemetry.ts";
import type { TokenClient } from "../../runtime/src/token-client.ts";
import { createTokenManager, type TokenManagerOptions } from "../../runtime/src/token-manager.ts";
import { atEnd, using } from "../support/disposal.ts";
import { createMemoryStore } from "../support/memory-store.ts";
import { type Script, startTokenEndpoint } from "../support/scripted-server.ts";
import { startTelemetry, startTokenTelemetry, type Telemetry } from "../support/telemetry.ts";
import { startMirror, ways } from "./token-manager/ways.ts";

type Given = Partial<TokenClient> & Partial<Pick<TokenManagerOptions<string>, "cache" | "now">>;

async function setUp({ cache, now, ...client }: Given = {}) {
  const login = await using(startTokenEndpoint());
  const clients = { a: { tokenEndpoint: login.origin, clientId: "a", ...client } };
  const options = { ...(cache && { cache }), ...(now && { now }) };
  const tokens = await using(createTokenManager<string>({ clients, ...options }));
  const server = { "server.address": "127.0.0.1", "server.port": Number(new URL(login.origin).port) };
  return { login, tokens, server };
}

const client = { "openapi_m2m.token_client.name": "a" };

/** An OAuth error, or a status without a body. */
const refuse = (status: number, error?: string): Script => {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json", "retry-after": "60" });
    response.end(error && JSON.stringify({ error, error_description: "what the server says of it" }));
  };
};

describe("metrics", () => {
  test("measure token requests in seconds, in the buckets of HTTP clients", async () => {
    const telemetry = startTokenTelemetry();
    const { tokens, server } = await setUp();
    const before = performance.now();
    await tokens.getAccessToken("a");
    const tookSeconds = (performance.now() - before) / 1000;
    expect(await telemetry.collect("openapi_m2m.token.request.duration")).toEqual([
      { ...client, ...server, value: 1 },
    ]);
    const [sum, boundaries] = await telemetry.collectHistogram("openapi_m2m.token.request.duration");
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(tookSeconds);
    expect([boundaries[0], boundaries.at(-1)]).toEqual([0.005, 10]);
  });

  test.each<[string, Script, object]>([
    [
      "an OAuth error",
      refuse(400, "invalid_client"),
      {
        "error.type": "ERR_TOKEN_ENDPOINT_REJECTED",
        "http.response.status_code": 400,
        "openapi_m2m.oauth.error": "invalid_client",
      },
    ],
    [
      "an OAuth error that nobody knows",
      refuse(401, "no_such_error_17"),
      {
        "error.type": "ERR_TOKEN_ENDPOINT_REJECTED",
        "http.response.status_code": 401,
        "openapi_m2m.oauth.error": "_OTHER",
      },
    ],
    [
      "a server in trouble",
      refuse(503),
      { "error.type": "ERR_TOKEN_ENDPOINT_FAILED", "http.response.status_code": 503 },
    ],
    [
      "no answer",
      (_, response) => void response.destroy(),
      { "error.type": "ERR_TOKEN_ENDPOINT_UNREACHABLE" },
    ],
    ["no answer in time", () => {}, { "error.type": "ERR_TOKEN_ENDPOINT_TIMEOUT" }],
  ])("tell what became of token requests: %s", async (_, script, outcome) => {
    const telemetry = startTokenTelemetry();
    const { login, tokens, server } = await setUp({ requestTimeoutMs: 300 });
    login.script = script;
    await expect(tokens.getAccessToken("a")).rejects.toThrow();
    const points = await telemetry.collect("openapi_m2m.token.request.duration");
    const value = expect.any(Number);
    expect(points).toEqual([{ ...client, ...server, ...outcome, value }]);
  });

  test("tell of a request that nobody waits for any more", async () => {
    const telemetry = startTokenTelemetry();
    const { login, tokens, server } = await setUp();
    const arrived = Promise.withResolvers<void>();
    login.script = () => arrived.resolve();
    const caller = new AbortController();
    const token = tokens.getAccessToken("a", { signal: caller.signal });
    await arrived.promise;
    caller.abort();
    await expect(token).rejects.toThrow();
    await tokens.close();
    expect(await telemetry.collect("openapi_m2m.token.request.duration")).toEqual([
      { ...client, ...server, "error.type": "AbortError", value: 1 },
    ]);
  });

  test.each(ways)("count lookups, renewals and re-sends: %s", async (_, way) => {
    const telemetry = startTokenTelemetry();
    const { tokens } = await setUp();
    const api = await using(startMirror(new Set(["token-1"])));
    const callApi = way({ tokens, name: "a", baseUrl: api.origin });
    expect([await callApi(), await callApi(), await callApi()]).toEqual(["token-2", "token-2", "token-2"]);
    const lookup = { ...client, "openapi_m2m.token.cache.layer": "memory" };
    expect(await telemetry.collect("openapi_m2m.token.cache.lookups")).toEqual([
      { ...lookup, "openapi_m2m.token.cache.result": "hit", value: 2 },
      { ...lookup, "openapi_m2m.token.cache.result": "miss", value: 1 },
    ]);
    expect(await telemetry.collect("openapi_m2m.token.renewals")).toEqual([
      { ...client, "openapi_m2m.token.renewal.reason": "missing", value: 1 },
      { ...client, "openapi_m2m.token.renewal.reason": "rejected", value: 1 },
    ]);
    expect(await telemetry.collect("openapi_m2m.call.resends")).toEqual([
      { ...client, "openapi_m2m.call.resend.reason": "rejected", value: 1 },
    ]);
  });

  test("tell lookups in the shared store, and what failed of it", async () => {
    const telemetry = startTokenTelemetry();
    const store = createMemoryStore();
    const cache = { store, encryption: "none" } as const;
    const { tokens, login } = await setUp({ cache });
    await tokens.getAccessToken("a");
    await tokens.close();
    const clients = { a: { tokenEndpoint: login.origin, clientId: "a" } };
    const others = await using(createTokenManager({ clients, cache }));
    await others.getAccessToken("a");
    const lookup = { ...client, "openapi_m2m.token.cache.layer": "store" };
    const lookups = await telemetry.collect("openapi_m2m.token.cache.lookups");
    expect(lookups.filter((point) => point["openapi_m2m.token.cache.layer"] === "store")).toEqual([
      { ...lookup, "openapi_m2m.token.cache.result": "hit", value: 1 },
      { ...lookup, "openapi_m2m.token.cache.result": "miss", value: 1 },
    ]);
    expect(await telemetry.collect("openapi_m2m.store.failures")).toEqual([]);
    store.interfere = () => {
      throw Object.assign(new Error("planted"), { code: "ECONNREFUSED" });
    };
    await others.getAccessToken("a", { scope: "other" });
    const failures = await telemetry.collect("openapi_m2m.store.failures");
    expect(failures).toContainEqual({
      "openapi_m2m.store.operation": "get",
      "error.type": "ECONNREFUSED",
      value: expect.any(Number),
    });
  });

  test("tell how long tokens have to live that calls are given", async () => {
    const clock = { now: 1_000_000 };
    const now = () => clock.now;
    const telemetry = startTokenTelemetry({ now });
    const { tokens, login } = await setUp({ now });
    const collect = () => telemetry.collect("openapi_m2m.token.time_to_expiry");
    await tokens.getAccessToken("a");
    clock.now += 60_000;
    expect(await collect()).toEqual([{ ...client, value: 3540 }]);
    // One of another scope, with less to live, is what counts.
    login.script = () => ({ access_token: "short", token_type: "Bearer", expires_in: 600 });
    await tokens.getAccessToken("a", { scope: "other" });
    await tokens.getAccessToken("a");
    expect(await collect()).toEqual([{ ...client, value: 600 }]);
    await tokens.getAccessToken("a");
    expect(await collect()).toEqual([{ ...client, value: 3540 }]);
    clock.now += 3_600_000;
    expect(await collect()).toEqual([{ ...client, value: 0 }]);
  });
});

describe("spans", () => {
  const only = ({ spans }: Telemetry) => {
    const requests = spans.filter(({ name }) => name.startsWith("token request"));
    expect(requests).toHaveLength(1);
    return requests[0] as (typeof spans)[number];
  };

  test("tell of a token request: whose, why, where", async () => {
    const telemetry = startTokenTelemetry({ now: () => 0 });
    const { tokens, server } = await setUp({ now: () => 0 });
    await tokens.getAccessToken("a");
    const { name, kind, attributes, status, links, events } = only(telemetry);
    expect({ name, kind, status, links, events }).toEqual({
      ...{ name: "token request a", kind: SpanKind.CLIENT },
      ...{ status: { code: SpanStatusCode.UNSET }, links: [], events: [] },
    });
    expect(attributes).toEqual({
      ...{ ...client, ...server },
      "openapi_m2m.token.renewal.reason": "missing",
      "openapi_m2m.token.request.attempt": 1,
      "openapi_m2m.token.time_to_expiry": 3600,
    });
  });

  test("tell why there is no token, in codes alone", async () => {
    const telemetry = startTokenTelemetry();
    const { login, tokens } = await setUp();
    login.script = refuse(400, "invalid_scope");
    await expect(tokens.getAccessToken("a")).rejects.toThrow();
    const { attributes, status, events } = only(telemetry);
    expect({ status, events }).toEqual({ status: { code: SpanStatusCode.ERROR }, events: [] });
    expect(attributes).toMatchObject({
      "error.type": "ERR_TOKEN_ENDPOINT_REJECTED",
      "http.response.status_code": 400,
      "openapi_m2m.oauth.error": "invalid_scope",
    });
  });

  test("are one for each attempt", async () => {
    const telemetry = startTokenTelemetry();
    const { login, tokens } = await setUp();
    const issue = login.script;
    login.script = (request, response) => {
      if (login.requests.length > 1) return issue(request, response);
      return void response.writeHead(503).end();
    };
    await tokens.getAccessToken("a");
    const attempts = telemetry.spans.map(({ attributes }) => [
      attributes["openapi_m2m.token.request.attempt"],
      attributes["error.type"],
    ]);
    expect(attempts).toEqual([
      [1, "ERR_TOKEN_ENDPOINT_FAILED"],
      [2, undefined],
    ]);
  });

  test.each(ways)("are linked with the call that caused them, both ways: %s", async (_, way) => {
    const telemetry = startTokenTelemetry();
    const { tokens } = await setUp();
    const api = await using(startMirror(new Set(["token-1", "token-2"])));
    const callApi = way({ tokens, name: "a", baseUrl: api.origin });
    await telemetry.within("first", () => callApi());
    await telemetry.within("second", () => callApi({ token: { scope: "other" } }));
    const of = (prefix: string) => telemetry.spans.filter(({ name }) => name.startsWith(prefix));
    const [first, second] = [of("first")[0], of("second")[0]];
    const [missing, rejected, other] = of("token request");
    expect(other?.attributes["openapi_m2m.token.renewal.reason"]).toBe("missing");
    const linked = (span: typeof first) => span?.links.map(({ context }) => context.spanId);
    const id = (span: typeof first) => span?.spanContext().spanId;
    expect([missing, rejected, other].map(linked)).toEqual([[id(first)], [id(first)], [id(second)]]);
    expect(linked(first)).toEqual([id(missing), id(rejected)]);
    expect(linked(second)?.[0]).toBe(id(other));
    for (const span of [missing, rejected, other]) {
      expect(span?.parentSpanContext).toBeUndefined();
      expect(span?.spanContext().traceId).not.toBe(first?.spanContext().traceId);
    }
  });

  test.each(ways)("of a rejected token are linked with the call that was rejected: %s", async (_, way) => {
    const telemetry = startTokenTelemetry();
    const { tokens } = await setUp();
    const rejected = new Set<string>();
    const api = await using(startMirror(rejected));
    const callApi = way({ tokens, name: "a", baseUrl: api.origin });
    // Answers come in the context of the call that opened the connection.
    await telemetry.within("opens connections", async () => {
      for (let calls = 0; calls < 5; calls++) await callApi();
    });
    rejected.add("token-1");
    const span = await telemetry.within("is rejected", async () => {
      await callApi();
      return trace.getActiveSpan();
    });
    const [request] = telemetry.spans.filter(
      ({ attributes }) => attributes["openapi_m2m.token.renewal.reason"] === "rejected",
    );
    expect(request?.links.map(({ context }) => context.spanId)).toEqual([span?.spanContext().spanId]);
  });

  test("are what is traced of the request on its way is part of", async () => {
    const telemetry = startTokenTelemetry();
    const traced: (string | undefined)[] = [];
    const clientAuthentication = {
      method: "client_secret_post",
      authenticate: () => void traced.push(trace.getActiveSpan()?.spanContext().spanId),
    };
    const { tokens } = await setUp({ clientAuthentication });
    await tokens.getAccessToken("a");
    expect(traced).toEqual([only(telemetry).spanContext().spanId]);
  });
});

describe("instrumentTokens", () => {
  test("calls token clients what it is told to", async () => {
    const telemetry = startTokenTelemetry({ clientName: (name) => name.replace(/^tenant-.*/, "tenant") });
    const login = await using(startTokenEndpoint());
    const clients = async (name: string) => ({ tokenEndpoint: login.origin, clientId: name });
    const tokens = await using(createTokenManager({ clients }));
    for (const name of ["tenant-1", "tenant-2", "own"]) await tokens.getAccessToken(name);
    const renewals = await telemetry.collect("openapi_m2m.token.renewals");
    expect(renewals.map((point) => [point["openapi_m2m.token_client.name"], point.value])).toEqual([
      ["tenant", 2],
      ["own", 1],
    ]);
    expect(telemetry.spans.map(({ name }) => name)).toEqual([
      ...["token request tenant", "token request tenant", "token request own"],
    ]);
  });

  test("says which package records, and which version of it", async () => {
    const telemetry = startTokenTelemetry();
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    const { name, version } = JSON.parse(readFileSync("runtime/package.json", "utf8"));
    expect(telemetry.spans[0]?.instrumentationScope).toMatchObject({ name, version });
    expect(await telemetry.scrape()).toContain(`otel_scope_name="${name}",otel_scope_version="${version}"`);
  });

  test("records no more once it is disposed of", async () => {
    const telemetry = startTelemetry();
    const { tokens } = await setUp();
    const now = vi.fn(() => 0);
    {
      using _ = instrumentTokens({ ...telemetry, now });
      await tokens.getAccessToken("a");
      await telemetry.scrape();
      expect(now).toHaveBeenCalled();
    }
    await tokens.getAccessToken("a", { forceRenewal: true });
    expect(telemetry.spans).toHaveLength(1);
    now.mockClear();
    const renewals = await telemetry.collect("openapi_m2m.token.renewals");
    expect(renewals.map(({ value }) => value)).toEqual([1]);
    expect(now).not.toHaveBeenCalled();
    const channels = ["token.cache", "token.renewal", "call.resend", "store.failure"];
    const listened = channels.filter((name) => channel(`openapi-m2m.${name}`).hasSubscribers);
    expect([listened, tracingChannel("openapi-m2m.token.request").hasSubscribers]).toEqual([[], false]);
  });

  test("counts lookups of a token that was there before it began", async () => {
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    const telemetry = startTokenTelemetry();
    await tokens.getAccessToken("a");
    const lookups = await telemetry.collect("openapi_m2m.token.cache.lookups");
    expect(lookups.map(({ value }) => value)).toEqual([1, 0]);
  });

  test("leaves out a request that was under way when it began", async () => {
    const { start } = tracingChannel("openapi-m2m.token.request");
    const ignore = () => {};
    start.subscribe(ignore);
    atEnd(() => void start.unsubscribe(ignore));
    const { login, tokens } = await setUp();
    const [arrived, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const issue = login.script;
    login.script = async (request, response) => {
      arrived.resolve();
      await answered.promise;
      return issue(request, response);
    };
    const token = tokens.getAccessToken("a");
    await arrived.promise;
    const telemetry = startTokenTelemetry();
    answered.resolve();
    await token;
    expect(await telemetry.collect("openapi_m2m.token.request.duration")).toEqual([]);
    expect(telemetry.spans).toEqual([]);
  });

  test("takes the global providers, be they set afterwards", async () => {
    const telemetry = startTelemetry();
    const instrumentation = instrumentTokens();
    atEnd(() => instrumentation.stop());
    trace.setGlobalTracerProvider(telemetry.tracerProvider);
    metrics.setGlobalMeterProvider(telemetry.meterProvider);
    atEnd(() => {
      trace.disable();
      metrics.disable();
    });
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    expect(telemetry.spans).toHaveLength(1);
    expect(await telemetry.collect("openapi_m2m.token.renewals")).toHaveLength(1);
  });

  test("records to global providers that are set when tokens were got already", async () => {
    const instrumentation = instrumentTokens();
    atEnd(() => instrumentation.stop());
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    const telemetry = startTelemetry();
    trace.setGlobalTracerProvider(telemetry.tracerProvider);
    metrics.setGlobalMeterProvider(telemetry.meterProvider);
    atEnd(() => {
      trace.disable();
      metrics.disable();
    });
    await tokens.getAccessToken("a");
    const lookups = await telemetry.collect("openapi_m2m.token.cache.lookups");
    expect(lookups.map(({ value }) => value)).toEqual([1, 1]);
    await tokens.getAccessToken("a", { forceRenewal: true });
    expect(telemetry.spans).toHaveLength(1);
    expect(await telemetry.collect("openapi_m2m.token.renewals")).toMatchObject([{ value: 1 }]);
  });

  test("records to the tracer provider that is global now, whichever that was before", async () => {
    const instrumentation = instrumentTokens();
    atEnd(() => instrumentation.stop());
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    for (let round = 0; round < 2; round++) {
      const telemetry = startTelemetry();
      trace.setGlobalTracerProvider(telemetry.tracerProvider);
      await tokens.getAccessToken("a", { forceRenewal: true });
      trace.disable();
      expect(telemetry.spans).toHaveLength(1);
    }
  });

  test("records once what it is asked to record twice, until both have stopped it", async () => {
    const telemetry = startTelemetry();
    const { meterProvider, tracerProvider } = telemetry;
    const [first, second] = [1, 2].map(() => instrumentTokens({ meterProvider, tracerProvider }));
    atEnd(() => second?.stop());
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    const count = async (name: string) => (await telemetry.collect(name)).map(({ value }) => value);
    expect(await count("openapi_m2m.token.cache.lookups")).toEqual([0, 1]);
    expect(await count("openapi_m2m.token.renewals")).toEqual([1]);
    expect(telemetry.spans).toHaveLength(1);
    first?.stop();
    first?.stop();
    await tokens.getAccessToken("a");
    expect(await count("openapi_m2m.token.cache.lookups")).toEqual([1, 1]);
    second?.stop();
    await tokens.getAccessToken("a", { forceRenewal: true });
    expect(telemetry.spans).toHaveLength(1);
  });

  test("records to several providers what each is asked for", async () => {
    const [one, two] = [startTokenTelemetry(), startTokenTelemetry({ clientName: () => "any" })];
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    expect(one.spans.map(({ name }) => name)).toEqual(["token request a"]);
    expect(two.spans.map(({ name }) => name)).toEqual(["token request any"]);
  });

  test("refuses to record to one provider in two ways, and leaves what is there as it is", async () => {
    const telemetry = startTokenTelemetry();
    const { meterProvider, tracerProvider } = telemetry;
    const clientName = () => "any";
    const refused = expect.objectContaining({ code: "ERR_INVALID_OPTION" });
    expect(() => instrumentTokens({ meterProvider, clientName })).toThrow(refused);
    const other = startTelemetry();
    const given = { meterProvider: other.meterProvider, tracerProvider, now: () => 0 };
    expect(() => instrumentTokens(given)).toThrow(refused);
    const { tokens } = await setUp();
    await tokens.getAccessToken("a");
    expect(telemetry.spans).toHaveLength(1);
    expect(await telemetry.collect("openapi_m2m.token.renewals")).toMatchObject([{ value: 1 }]);
    expect(await other.collect("openapi_m2m.token.renewals")).toEqual([]);
  });

  test("ends the span of a request that is under way when it stops", async () => {
    const telemetry = startTelemetry();
    const instrumentation = instrumentTokens(telemetry);
    const { login, tokens } = await setUp();
    const [arrived, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const issue = login.script;
    login.script = async (request, response) => {
      arrived.resolve();
      await answered.promise;
      return issue(request, response);
    };
    const token = tokens.getAccessToken("a");
    await arrived.promise;
    expect(telemetry.spans).toEqual([]);
    instrumentation.stop();
    expect(telemetry.spans).toMatchObject([{ name: "token request a", ended: true }]);
    answered.resolve();
    await token;
    expect(telemetry.spans).toHaveLength(1);
  });

  test("costs no call anything when what it is given throws", async () => {
    const problems: unknown[] = [];
    const ignore = () => {};
    const error = (...said: unknown[]) => void problems.push(said);
    diag.setLogger({ error, warn: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ERROR);
    atEnd(() => diag.disable());
    startTokenTelemetry({
      clientName: () => {
        throw new Error("a mistake");
      },
    });
    const { tokens } = await setUp();
    expect((await tokens.getAccessToken("a")).value).toBe("token-1");
    expect(problems.length).toBeGreaterThan(0);
  });

  test("works without an SDK", async () => {
    const instrumentation = instrumentTokens();
    atEnd(() => instrumentation.stop());
    const { tokens } = await setUp();
    expect((await tokens.getAccessToken("a")).value).toBe("token-1");
  });
});
