import { createHash } from "node:crypto";
import { decodeJwt, type JWTPayload } from "jose";
import { describe, expect, test } from "vitest";
import { type DpopAnswer, DpopServers } from "../../../runtime/src/dpop/servers.ts";
import { generateDpopKey } from "../../../runtime/src/dpop.ts";

const now = Date.parse("2026-03-01T12:00:00.700Z");
const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

describe("DpopServers", () => {
  const [key, other] = [generateDpopKey(), generateDpopKey()];
  const request = { method: "GET", url: "https://api.example/items?page=2" };
  const ours = Math.floor(now / 1000);

  /** What servers have said so far, one answer after the other; each to a request of its own. */
  function told(servers: DpopServers, answers: readonly DpopAnswer[], url = request.url): boolean[] {
    return answers.map((answer) => servers.note(servers.prove(key, { ...request, url }, now), answer, now));
  }

  function proved(servers: DpopServers, url = request.url, by = key): JWTPayload {
    return decodeJwt(servers.prove(by, { ...request, url }, now).jwt as string);
  }

  /** The answer of a server whose clock is that far from ours. */
  function dated(seconds: number): DpopAnswer {
    return { date: new Date((ours + seconds) * 1000).toUTCString() };
  }

  test("proves a request with its method, URL and token, by our clock and without a nonce at first", () => {
    const { jwt } = new DpopServers().prove(key, { ...request, accessToken: "token" }, now);
    const ath = createHash("sha256").update("token").digest("base64url");
    const claims = decodeJwt(jwt as string);
    expect(claims).toMatchObject({ htm: "GET", htu: "https://api.example/items", ath });
    expect(claims).toMatchObject({ iat: ours });
    expect(claims).not.toHaveProperty("nonce");
  });

  test("proves with the newest nonce of the origin", () => {
    const servers = new DpopServers();
    expect(told(servers, [{ nonce: "n-1" }, { nonce: "n-2" }, { nonce: null }, {}])).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(proved(servers, "HTTPS://API.example:443/other").nonce).toBe("n-2");
  });

  test("keeps nonces of origins and of keys apart", () => {
    const servers = new DpopServers();
    told(servers, [{ nonce: "n-1" }]);
    told(servers, [{ nonce: "n-2" }], "https://api.example:8443/");
    expect(proved(servers).nonce).toBe("n-1");
    expect(proved(servers, "https://api.example:8443/").nonce).toBe("n-2");
    expect(proved(servers, "https://other.example/")).not.toHaveProperty("nonce");
    expect(proved(servers, request.url, other)).not.toHaveProperty("nonce");
    expect(proved(new DpopServers())).not.toHaveProperty("nonce");
  });

  test.each<[string, DpopAnswer["nonce"]]>([
    ["empty", ""],
    ["with a space", "a b"],
    ["with a quotation mark", 'a"b'],
    ["with a backslash", "a\\b"],
    ["with a line break", "a\n"],
    ["beyond ASCII", "é"],
    ["several", ["n-1", "n-2"]],
    ["of more than 1 kB", "n".repeat(1025)],
  ])("ignores a malformed nonce: %s", (_, nonce) => {
    const servers = new DpopServers();
    expect(told(servers, [{ nonce: "n-0" }, { nonce }])).toEqual([true, false]);
    expect(proved(servers).nonce).toBe("n-0");
  });

  test("takes a nonce of any allowed character, up to 1 kB", () => {
    const nonces = ["!#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~", "n".repeat(1024)];
    for (const nonce of nonces) {
      const servers = new DpopServers();
      told(servers, [{ nonce }]);
      expect(proved(servers).nonce).toBe(nonce);
    }
  });

  test("says of each of many requests that were refused together that it is worth sending again", () => {
    const servers = new DpopServers();
    const proofs = Array.from({ length: 100 }, () => servers.prove(key, request, now));
    expect(proofs.every((proof) => servers.note(proof, { nonce: "n-1" }, now))).toBe(true);
    const again = servers.prove(key, request, now);
    expect(servers.note(again, { nonce: "n-1" }, now)).toBe(false);
  });

  test.each<[string, number, number]>([
    ["a minute ahead", 60, 60],
    ["a minute behind", -60, -60],
    ["5.3 s ahead", 6, 6],
    ["5.7 s behind", -5, -5],
    ["4.3 s ahead, which is no difference", 5, 0],
    ["4.7 s behind, which is no difference", -4, 0],
  ])("proves by the server's clock: %s", (_, seconds, want) => {
    const servers = new DpopServers();
    const answer = dated(seconds);
    expect(told(servers, [answer, answer])).toEqual([want !== 0, false]);
    expect(proved(servers).iat).toBe(ours + want);
    expect(proved(servers, "https://other.example/").iat).toBe(ours);
  });

  test("knows a server's clock whatever the key", () => {
    const servers = new DpopServers();
    told(servers, [dated(61)]);
    expect(proved(servers, request.url, other).iat).toBe(ours + 61);
  });

  test("follows a clock that is set, and says so only where that makes a difference", () => {
    const servers = new DpopServers();
    const answers = [60, 63, 66, 90, 0].map(dated);
    expect(told(servers, answers)).toEqual([true, false, false, true, true]);
    expect(proved(servers).iat).toBe(ours);
  });

  test.each(["", "soon", "0", "2030-01-01T00:00:00Z", "Sun Nov  6 08:49:37 1994", "Xyz, 99 Nov 2030 GMT"])(
    "learns nothing from a date that can't be read: %j",
    (date) => {
      const servers = new DpopServers();
      expect(told(servers, [dated(61), { date }])).toEqual([true, false]);
      expect(proved(servers).iat).toBe(ours + 61);
    },
  );

  test("forgets the server that was longest without a request", () => {
    const servers = new DpopServers({ max: 2 });
    const urls = ["a", "b", "c"].map((name) => `https://${name}.example/`);
    for (const url of urls) told(servers, [{ nonce: `n-${url}`, ...dated(61) }], url);
    const [first, ...rest] = urls.map((url) => proved(servers, url));
    expect(first).not.toHaveProperty("nonce");
    expect(first?.iat).toBe(ours);
    expect(rest.map(({ nonce }) => nonce)).toEqual(urls.slice(1).map((url) => `n-${url}`));
  });

  test.each([0, -1, 1.5, Number.NaN])("is refused with room for %d servers", (max) => {
    expect(() => new DpopServers({ max })).toThrow(invalidOption);
  });
});
