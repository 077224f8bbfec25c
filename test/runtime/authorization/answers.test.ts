import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import type { AnswerHeaders, Attempt, Verdict } from "../../../runtime/src/authorization.ts";
import { DpopKey } from "../../../runtime/src/dpop.ts";
import { TokenError } from "../../../runtime/src/errors.ts";
import { setUpAuthorization, url } from "../../support/authorizations.ts";

/** Signs nothing, so that each proof is there at once. */
const dpop = new DpopKey({ alg: "ES256", publicJwk: { kty: "EC" }, sign: () => "signature" });

const setUp = (issue?: (serial: number) => string) =>
  setUpAuthorization({ client: { dpop }, ...(issue && { issue }) });

type Setting = ReturnType<typeof setUp>;

/** Has an authorization learn from an answer and judge it. */
function answer(
  { authorization }: Setting,
  attempt: Attempt,
  status: number,
  headers: AnswerHeaders = {},
): Verdict {
  authorization.learn(attempt, status, headers);
  return authorization.judge(attempt, status, headers);
}

const challenge = (error: string, nonce?: string): AnswerHeaders => ({
  "www-authenticate": `DPoP error="${error}"`,
  "dpop-nonce": nonce,
});
const rejection = { "www-authenticate": 'Bearer error="invalid_token"' };
const insufficient = { "www-authenticate": 'Bearer error="insufficient_scope"' };

const nextNonce = ({ authorization }: Setting, attempt: Attempt) =>
  decodeJwt(authorization.prove(attempt, { method: "GET", url }).proof?.jwt as string)["nonce"];

describe("an answer to a Bearer token", () => {
  test.each<[string, number, AnswerHeaders, Verdict]>([
    ["200", 200, {}, "final"],
    ["403", 403, rejection, "final"],
    ["500", 500, {}, "final"],
    ["401 without a challenge", 401, {}, "rejected"],
    ["401 invalid_token", 401, rejection, "rejected"],
    ["401 of another scheme", 401, { "www-authenticate": "Negotiate" }, "rejected"],
    ["401 insufficient_scope", 401, insufficient, "final"],
    ["401 use_dpop_nonce", 401, challenge("use_dpop_nonce", "n"), "rejected"],
  ])("%s", async (_, status, headers, verdict) => {
    const setting = setUpAuthorization();
    expect(answer(setting, await setting.begin(), status, headers)).toBe(verdict);
  });
});

describe("an answer to a DPoP token", () => {
  const at = (offsetMs: number) => ({ date: new Date(Date.parse("2026-01-01") + offsetMs).toUTCString() });

  test.each<[string, number, AnswerHeaders, Verdict]>([
    ["a nonce is wanted, and given", 401, challenge("use_dpop_nonce", "n"), "dpop_nonce"],
    ["a nonce is wanted, and not given", 401, challenge("use_dpop_nonce"), "final"],
    ["a nonce is wanted, and what is given is none", 401, challenge("use_dpop_nonce", "no nonce"), "final"],
    ["a nonce is wanted by 400", 400, challenge("use_dpop_nonce", "n"), "final"],
    [
      "a nonce is wanted under the name of Bearer",
      401,
      { "www-authenticate": 'Bearer error="use_dpop_nonce"', "dpop-nonce": "n" },
      "dpop_nonce",
    ],
    [
      "a nonce is wanted, among other challenges",
      401,
      {
        "www-authenticate": ["Basic realm=x", 'Bearer, DPoP algs="ES256", error="use_dpop_nonce"'],
        "dpop-nonce": "n",
      },
      "dpop_nonce",
    ],
    ["the proof is refused", 401, challenge("invalid_dpop_proof"), "final"],
    ["the proof is refused, with a nonce", 401, challenge("invalid_dpop_proof", "n"), "dpop_nonce"],
    ["the clock is another", 401, { ...challenge("invalid_dpop_proof"), ...at(600_000) }, "dpop_nonce"],
    ["the clock is behind", 401, { ...challenge("invalid_dpop_proof"), ...at(-600_000) }, "dpop_nonce"],
    ["the clock is ours", 401, { ...challenge("invalid_dpop_proof"), ...at(4000) }, "final"],
    ["the token is rejected", 401, challenge("invalid_token"), "rejected"],
    ["the token is rejected, with a nonce", 401, challenge("invalid_token", "n"), "rejected"],
    ["the token is not enough", 401, insufficient, "final"],
    ["the token is taken", 200, challenge("use_dpop_nonce", "n"), "final"],
  ])("%s", async (_, status, headers, verdict) => {
    const setting = setUp();
    expect(answer(setting, await setting.begin(), status, headers)).toBe(verdict);
  });

  test("is no reason to send the same nonce again", async () => {
    const setting = setUp();
    answer(setting, await setting.begin(), 200, { "dpop-nonce": "n" });
    expect(answer(setting, await setting.begin(), 401, challenge("use_dpop_nonce", "n"))).toBe("final");
  });

  test("is one to send a nonce that another answer gave meanwhile", async () => {
    const setting = setUp();
    const attempt = await setting.begin();
    answer(setting, await setting.begin(), 200, { "dpop-nonce": "n" });
    expect(answer(setting, attempt, 401, challenge("use_dpop_nonce"))).toBe("dpop_nonce");
  });

  test.each([200, 302, 401, 403, 503])("may give the next nonce with any status: %i", async (status) => {
    const setting = setUp();
    const attempt = await setting.begin();
    answer(setting, attempt, status, { "dpop-nonce": "n" });
    expect(nextNonce(setting, attempt)).toBe("n");
  });

  test.each<[number, AnswerHeaders]>([
    [200, {}],
    [401, rejection],
    [503, challenge("invalid_dpop_proof")],
  ])("tells the API's time only by refusing a proof: not %i", async (status, headers) => {
    const setting = setUp();
    const attempt = await setting.begin();
    answer(setting, attempt, status, { ...headers, ...at(600_000) });
    const { iat } = decodeJwt(
      setting.authorization.prove(attempt, { method: "GET", url }).proof?.jwt as string,
    );
    expect(iat).toBe(setting.clock.now / 1000);
  });
});

describe("retry", () => {
  test("with a nonce keeps the token, and leaves a renewal", async () => {
    const setting = setUp();
    const first = await setting.begin();
    const second = await setting.authorization.retry(first, "dpop_nonce");
    expect(second).toMatchObject({ canProve: false, canRenew: true });
    expect(second?.token).toBe(first.token);
  });

  test("with another token leaves a proof", async () => {
    const setting = setUp();
    const second = await setting.authorization.retry(await setting.begin(), "rejected");
    expect(second).toMatchObject({ canProve: true, canRenew: false, token: { value: "token-2" } });
  });

  test.each([
    ["dpop_nonce", "rejected"],
    ["rejected", "dpop_nonce"],
  ] as const)("is done once for %s, then once for %s", async (...reasons) => {
    const setting = setUp();
    let attempt: Attempt | undefined = await setting.begin();
    for (const reason of reasons) attempt = attempt && (await setting.authorization.retry(attempt, reason));
    expect(attempt).toMatchObject({ token: { value: "token-2" }, canProve: false, canRenew: false });
    for (const headers of [challenge("use_dpop_nonce", "other"), rejection]) {
      expect(answer(setting, attempt as Attempt, 401, headers)).toBe("final");
    }
  });

  test("is not done with the token that was rejected", async () => {
    const setting = setUp(() => "same");
    expect(await setting.authorization.retry(await setting.begin(), "rejected")).toBeUndefined();
  });

  test("is not done when there is no other token", async () => {
    const setting = setUp((serial) => {
      if (serial === 1) return "token-1";
      throw new TokenError("ERR_TOKEN_ENDPOINT_REJECTED", "no", { client: "a" });
    });
    expect(await setting.authorization.retry(await setting.begin(), "rejected")).toBeUndefined();
  });

  test("rejects with what is nobody's token failing", async () => {
    const mistake = new Error("a bug");
    const setting = setUp((serial) => {
      if (serial === 1) return "token-1";
      throw mistake;
    });
    await expect(setting.authorization.retry(await setting.begin(), "rejected")).rejects.toBe(mistake);
  });

  test("rejects with the caller's reason once it is aborted", async () => {
    const setting = setUp();
    const attempt = await setting.begin();
    const retried = setting.authorization.retry(attempt, "rejected", { signal: AbortSignal.abort("stop") });
    await expect(retried).rejects.toBe("stop");
  });
});

describe("renewals that do not help", () => {
  /** A call whose token is rejected, and the next one too. */
  async function rejectTwice(setting: Setting): Promise<number> {
    const first = await setting.begin();
    answer(setting, first, 401, rejection);
    const next = await setting.authorization.retry(first, "rejected");
    if (next !== undefined) answer(setting, next, 401, rejection);
    return setting.countTokens();
  }

  test("pause, until their time has come", async () => {
    const setting = setUp();
    expect([await rejectTwice(setting), await rejectTwice(setting)]).toEqual([2, 2]);
    setting.clock.now += 1000;
    expect(await rejectTwice(setting)).toBe(3);
  });

  test.each<[string, number, AnswerHeaders]>([
    ["success", 200, {}],
    ["an error", 500, {}],
    ["a token that is not enough", 401, insufficient],
  ])("pause no longer after %s", async (_, status, headers) => {
    const setting = setUp();
    await rejectTwice(setting);
    answer(setting, await setting.begin(), status, headers);
    expect(await rejectTwice(setting)).toBe(3);
  });

  test("pause all the same after a challenge of a proof, which says nothing of tokens", async () => {
    const setting = setUp();
    await rejectTwice(setting);
    answer(setting, await setting.begin(), 401, challenge("use_dpop_nonce", "n"));
    answer(setting, await setting.begin(), 401, challenge("invalid_dpop_proof"));
    expect(await rejectTwice(setting)).toBe(2);
  });
});

describe("giveUp", () => {
  test.each([
    ["rejected", false],
    ["dpop_nonce", true],
  ] as const)("of a call that was %s leaves its token to the next one: %j", async (reason, isKept) => {
    const { authorization, begin } = setUp();
    const attempt = await begin();
    authorization.giveUp(attempt, reason);
    expect((await begin()).token === attempt.token).toBe(isKept);
  });
});
