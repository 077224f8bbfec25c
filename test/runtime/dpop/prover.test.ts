import { createHash } from "node:crypto";
import { decodeJwt, type JWTPayload } from "jose";
import { describe, expect, test } from "vitest";
import { DpopProver, generateDpopKey } from "../../../runtime/src/dpop.ts";
import { ServerClocks } from "../../../runtime/src/server-clocks.ts";

const now = Date.parse("2026-03-01T12:00:00.700Z");

describe("DpopProver", () => {
  const [key, other] = [generateDpopKey(), generateDpopKey()];
  const request = { method: "GET", url: "https://api.example/items?page=2" };
  const ours = Math.floor(now / 1000);

  /**
   * Has a server answer requests with these nonces, one after the other.
   *
   * @returns whether it would have been worth it to send each of them again
   */
  function tell(prover: DpopProver, nonces: readonly unknown[], url = request.url): boolean[] {
    return nonces.map((nonce) => {
      const proof = prover.prove(key, { ...request, url }, now);
      prover.noteNonce(proof, nonce as string);
      return prover.isOutdated(proof);
    });
  }

  function prove(prover: DpopProver, url = request.url, by = key): JWTPayload {
    return decodeJwt(prover.prove(by, { ...request, url }, now).jwt as string);
  }

  test("proves a request with its method, URL and token, by our clock and without a nonce at first", () => {
    const prover = new DpopProver(new ServerClocks());
    const { jwt } = prover.prove(key, { ...request, accessToken: "token" }, now);
    const ath = createHash("sha256").update("token").digest("base64url");
    const claims = decodeJwt(jwt as string);
    expect(claims).toMatchObject({ htm: "GET", htu: "https://api.example/items", ath });
    expect(claims).toMatchObject({ iat: ours });
    expect(claims).not.toHaveProperty("nonce");
  });

  test("proves with the newest nonce of the origin", () => {
    const prover = new DpopProver(new ServerClocks());
    expect(tell(prover, ["n-1", "n-2", null, undefined])).toEqual([true, true, false, false]);
    expect(prove(prover, "HTTPS://API.example:443/other").nonce).toBe("n-2");
  });

  test("keeps nonces of origins and of keys apart", () => {
    const prover = new DpopProver(new ServerClocks());
    tell(prover, ["n-1"]);
    tell(prover, ["n-2"], "https://api.example:8443/");
    expect(prove(prover).nonce).toBe("n-1");
    expect(prove(prover, "https://api.example:8443/").nonce).toBe("n-2");
    expect(prove(prover, "https://other.example/")).not.toHaveProperty("nonce");
    expect(prove(prover, request.url, other)).not.toHaveProperty("nonce");
    expect(prove(new DpopProver(new ServerClocks()))).not.toHaveProperty("nonce");
  });

  test.each<[string, unknown]>([
    ["empty", ""],
    ["with a space", "a b"],
    ["with a quotation mark", 'a"b'],
    ["with a backslash", "a\\b"],
    ["with a line break", "a\n"],
    ["beyond ASCII", "é"],
    ["several", ["n-1", "n-2"]],
    ["of more than 1 kB", "n".repeat(1025)],
  ])("ignores a malformed nonce: %s", (_, nonce) => {
    const prover = new DpopProver(new ServerClocks());
    expect(tell(prover, ["n-0", nonce])).toEqual([true, false]);
    expect(prove(prover).nonce).toBe("n-0");
  });

  test("takes a nonce of any allowed character, up to 1 kB", () => {
    const nonces = ["!#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~", "n".repeat(1024)];
    for (const nonce of nonces) {
      const prover = new DpopProver(new ServerClocks());
      tell(prover, [nonce]);
      expect(prove(prover).nonce).toBe(nonce);
    }
  });

  test("says of each of many requests that were refused together that it is worth sending again", () => {
    const prover = new DpopProver(new ServerClocks());
    const proofs = Array.from({ length: 100 }, () => prover.prove(key, request, now));
    for (const proof of proofs) prover.noteNonce(proof, "n-1");
    expect(proofs.every((proof) => prover.isOutdated(proof))).toBe(true);
    expect(tell(prover, ["n-1"])).toEqual([false]);
  });

  test("proves by the server's clock, whatever the key, and says where that makes a difference", () => {
    const clocks = new ServerClocks();
    const prover = new DpopProver(clocks);
    const before = prover.prove(key, request, now);
    clocks.note("https://api.example", { date: new Date((ours + 60) * 1000).toUTCString() }, now);
    expect(prover.isOutdated(before)).toBe(true);
    expect(prover.isOutdated(prover.prove(key, request, now))).toBe(false);
    for (const by of [key, other]) expect(prove(prover, request.url, by).iat).toBe(ours + 60);
    expect(prove(prover, "https://other.example/").iat).toBe(ours);
  });

  test("forgets the nonce of the server that was longest without a request", () => {
    const prover = new DpopProver(new ServerClocks(), 2);
    const urls = ["a", "b", "c"].map((name) => `https://${name}.example/`);
    for (const url of urls) tell(prover, [`n-${url}`], url);
    const [first, ...rest] = urls.map((url) => prove(prover, url));
    expect(first).not.toHaveProperty("nonce");
    expect(rest.map(({ nonce }) => nonce)).toEqual(urls.slice(1).map((url) => `n-${url}`));
  });
});
