import { describe, expect, test } from "vitest";
import {
  type ClientFigures,
  contradictions,
  type Figures,
  mostTokenRequests,
} from "../../examples/demo/figures.ts";

const client: ClientFigures = {
  worker: "manual",
  client: "catalog.client",
  calls: 100,
  cacheHits: 97,
  tokenRequests: 4,
  resends: 1,
  tokensIssued: 4,
  rejections: 1,
  repeatedRejections: 0,
  scopeSets: 1,
  forcedRenewals: 0,
};

function figures(
  changes: Partial<ClientFigures> = {},
  exitCodes: Figures["exitCodes"] = { manual: 0 },
): Figures {
  return { elapsedSeconds: 12, tokenLifetimeSeconds: 5, clients: [{ ...client, ...changes }], exitCodes };
}

describe("contradictions", () => {
  test("finds none in figures that the semantics explain", () => {
    expect(contradictions(figures())).toEqual([]);
  });

  test.each<[string, Partial<ClientFigures>, RegExp]>([
    ["a worker without calls", { calls: 0, cacheHits: 0 }, /no call was answered/],
    [
      "calls without a token request",
      { tokenRequests: 0, tokensIssued: 0, cacheHits: 100 },
      /0 token requests for 1/,
    ],
    ["more token requests than are explained", { tokenRequests: 7, tokensIssued: 7 }, /no more than 6/],
    ["a request that the server did not see", { tokensIssued: 3 }, /the server had 3/],
    ["a request that the runtime does not tell of", { tokensIssued: 5 }, /the server had 5/],
    ["more cache hits than calls", { cacheHits: 101 }, /101 cache hits in 100 calls/],
    ["calls with neither a cached nor a new token", { cacheHits: 95 }, /95 cached and 4 new/],
    ["a 401 without a re-send", { rejections: 2 }, /2 answers were 401, but 1 calls were re-sent/],
    ["a re-send without a 401", { resends: 2 }, /1 answers were 401, but 2 calls were re-sent/],
    ["a re-send that was answered 401", { repeatedRejections: 1 }, /401 again/],
    ["no re-send at all", { resends: 0, rejections: 0 }, /no call was re-sent/],
  ])("finds %s", (_, changes, contradiction) => {
    expect(contradictions(figures(changes))).toContainEqual(expect.stringMatching(contradiction));
  });

  test.each<[string, number | null, RegExp]>([
    ["a worker that failed", 1, /manual: exit code 1/],
    ["a worker that had to be killed", null, /manual: did not stop/],
  ])("finds %s", (_, code, contradiction) => {
    expect(contradictions(figures({}, { manual: code }))).toContainEqual(
      expect.stringMatching(contradiction),
    );
  });
});

describe("mostTokenRequests", () => {
  test.each<[string, Partial<ClientFigures>, Partial<Figures>, number]>([
    ["a first token", { rejections: 0 }, { elapsedSeconds: 2.9 }, 1],
    [
      "a renewal per three quarters of the time before the margin",
      { rejections: 0 },
      { elapsedSeconds: 9 },
      4,
    ],
    ["a margin of 60 s at most", { rejections: 0 }, { elapsedSeconds: 2655, tokenLifetimeSeconds: 3600 }, 2],
    ["a request per rejection", { rejections: 2 }, { elapsedSeconds: 1 }, 3],
    ["a request per forced renewal", { rejections: 0, forcedRenewals: 3 }, { elapsedSeconds: 1 }, 4],
    ["tokens of their own for each scope", { rejections: 0, scopeSets: 2 }, { elapsedSeconds: 3 }, 4],
  ])("allows %s", (_, changes, run, most) => {
    expect(mostTokenRequests({ ...client, ...changes }, { ...figures(), ...run })).toBe(most);
  });
});
