import { describe, expect, test } from "vitest";
import { AccessToken } from "../../../runtime/src/access-token.ts";
import type { SharedTokens } from "../../../runtime/src/shared-tokens.ts";
import { TokenCache } from "../../../runtime/src/token-cache.ts";
import { buildTokenRequest, defineTokenClient } from "../../../runtime/src/token-client.ts";
import { TokenSource } from "../../../runtime/src/token-source.ts";

const request = buildTokenRequest(
  defineTokenClient("a", { tokenEndpoint: "https://login.example.com", clientId: "id" }),
);

function issue(value: string, issuedAt: number): AccessToken {
  const expiresAt = issuedAt + 100_000;
  return new AccessToken({ value, tokenType: "Bearer", issuedAt, expiresAt, clientName: "a" });
}

describe("TokenSource.follow", () => {
  test("leaves it to a renewal under way to find what another process got, and to take it", async () => {
    const clock = { now: 0 };
    const shared: Pick<SharedTokens, "obtain"> = {
      async obtain({ judge, ask }) {
        const other = issue(`found-${clock.now}`, clock.now);
        source.follow(request, other);
        return judge(other) === "accept" ? other : ask();
      },
    };
    const source = new TokenSource({
      cache: new TokenCache(),
      shared: shared as SharedTokens,
      requestToken: async () => issue("asked for", clock.now),
      now: () => clock.now,
    });
    const first = await source.get(request);
    clock.now = first.expiresAt;
    const second = await source.get(request);
    expect([first.value, second.value]).toEqual(["found-0", "found-100000"]);
  });
});
