import { describe, expect, test } from "vitest";
import {
  getReplayableRequest,
  NormalizedRequest,
} from "../../../runtime/src/authenticated-fetch/normalized-request.ts";

const url = "https://api.example.com/";

describe("a replayable request", () => {
  const build = (init?: RequestInit) => new (getReplayableRequest())(url, init);
  const signal = new AbortController().signal;

  test.each([{}, { signal: null }])("has no signal to follow when it was given %j", (init) => {
    expect(new NormalizedRequest(build(init), {}, undefined).signal).toBeUndefined();
  });

  test("has a signal to follow when it was given one, itself or beside it", () => {
    expect(new NormalizedRequest(build({ signal }), {}, undefined).signal).toBeInstanceOf(AbortSignal);
    expect(new NormalizedRequest(build(), { signal }, undefined).signal).toBe(signal);
  });

  test("has its properties copied without its body", () => {
    const init = { ...build({ method: "POST", body: "old" }), method: "POST", body: "new" };
    expect(new NormalizedRequest(url, init, undefined).body).toBe("new");
  });
});
