import { describe, expect, test } from "vitest";
import { TokenError } from "../../../runtime/src/errors.ts";
import type { TokenRequestEvent } from "../../../runtime/src/events.ts";
import {
  BoundedNames,
  createNames,
  describeOutcome,
  MAX_NAMES,
  nameError,
} from "../../../runtime/src/opentelemetry/attributes.ts";

const event: TokenRequestEvent = {
  client: "a",
  reason: "missing",
  attempt: 1,
  serverAddress: "login.example",
  serverPort: 443,
};

describe("BoundedNames", () => {
  test("tells so many names apart, and gives those on", () => {
    const names = new BoundedNames();
    const given = Array.from({ length: MAX_NAMES + 2 }, (_, index) => `tenant-${index}`);
    const first = given.map((name) => names.bound(name));
    expect(first).toEqual([...given.slice(0, MAX_NAMES), "_OTHER", "_OTHER"]);
    expect(given.map((name) => names.bound(name))).toEqual(first);
  });
});

describe("createNames", () => {
  test("bounds what the user's function gives, not what it is given", () => {
    const { nameOf } = createNames((client) => (client.startsWith("tenant-") ? "tenant" : client));
    for (let tenant = 0; tenant <= MAX_NAMES; tenant++) expect(nameOf(`tenant-${tenant}`)).toBe("tenant");
    expect(nameOf("catalog.client")).toBe("catalog.client");
  });

  test.each<[string, (index: number) => Partial<TokenRequestEvent>]>([
    ["of other hosts", (index) => ({ serverAddress: `${index}.example` })],
    ["of other ports", (index) => ({ serverPort: 10_000 + index })],
  ])("bounds authorization servers, too: %s", (_, change) => {
    const { describeServer } = createNames();
    const given = Array.from({ length: MAX_NAMES + 1 }, (_, index) => ({ ...event, ...change(index) }));
    const described = given.map(describeServer);
    const [{ serverAddress, serverPort } = event] = given;
    expect(described[0]).toEqual({ "server.address": serverAddress, "server.port": serverPort });
    expect(described.at(-1)).toEqual({ "server.address": "_OTHER" });
  });
});

describe("describeOutcome", () => {
  const failed = new TokenError("ERR_TOKEN_ENDPOINT_REJECTED", "planted", {
    ...{ client: "a", status: 401, error: "invalid_client", errorDescription: "planted" },
    cause: new Error("planted"),
  });

  test.each<[string, unknown, object]>([
    ["a token", undefined, {}],
    [
      "what the authorization server said",
      failed,
      {
        "error.type": "ERR_TOKEN_ENDPOINT_REJECTED",
        "http.response.status_code": 401,
        "openapi_m2m.oauth.error": "invalid_client",
      },
    ],
    [
      "an error that no specification names",
      Object.assign(new Error(), { code: "ERR_X", error: "planted" }),
      { "error.type": "ERR_X", "openapi_m2m.oauth.error": "_OTHER" },
    ],
    ["nobody waiting", new DOMException("planted", "AbortError"), { "error.type": "AbortError" }],
    ["a text", "planted", { "error.type": "_OTHER" }],
    ["null", null, { "error.type": "_OTHER" }],
    ["no status of HTTP", { code: "ERR_X", status: 7 }, { "error.type": "ERR_X" }],
    ["a status that is a text", { code: "ERR_X", status: "planted" }, { "error.type": "ERR_X" }],
  ])("says of %s no more than codes", (_, error, want) => {
    expect(describeOutcome({ ...event, error })).toEqual(want);
  });
});

describe("nameError", () => {
  test.each([
    ["ECONNREFUSED", "ECONNREFUSED"],
    ["ERR_STORE_TIMEOUT", "ERR_STORE_TIMEOUT"],
    ["ReplyError", "ReplyError"],
    ["Error", "_OTHER"],
    ["planted secret", "_OTHER"],
    ["key m2m:token:42 is locked", "_OTHER"],
    ["E2:42", "_OTHER"],
    ["X".repeat(65), "_OTHER"],
    ["", "_OTHER"],
  ])("of %j is %s", (code, want) => {
    expect(nameError(code)).toBe(want);
  });
});
