import { describe, expect, test } from "vitest";
import {
  buildClientKey,
  buildClientNotice,
  parseClientNotice,
} from "../../../runtime/src/shared-tokens/client-notice.ts";
import { buildTokenRequest, defineTokenClient } from "../../../runtime/src/token-client.ts";

describe("a client's notice", () => {
  test("says which client and which process, and not by the client's name", () => {
    const notice = buildClientNotice("catalog.client", "this-process");
    expect(parseClientNotice(notice)).toEqual({
      clientKey: buildClientKey("catalog.client"),
      processId: "this-process",
    });
    expect(notice).not.toContain("catalog");
  });

  test("is not what the key of a token is", () => {
    const client = defineTokenClient("a", { tokenEndpoint: "https://login.example.com", clientId: "id" });
    expect(parseClientNotice(buildTokenRequest(client).key)).toBeUndefined();
  });
});
