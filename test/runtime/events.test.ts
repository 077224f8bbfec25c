import { channel, tracingChannel } from "node:diagnostics_channel";
import { describe, expect, test } from "vitest";
import {
  callResendChannel,
  tokenCacheChannel,
  tokenRenewalChannel,
  tokenRequestChannel,
} from "../../runtime/src/events.ts";

describe("channels", () => {
  test.each([
    ["openapi-m2m.token.cache", tokenCacheChannel],
    ["openapi-m2m.token.renewal", tokenRenewalChannel],
    ["openapi-m2m.call.resend", callResendChannel],
  ])("%s is found by that name", (name, published) => {
    expect(published).toBe(channel(name));
  });

  test("openapi-m2m.token.request is found by that name", () => {
    const { asyncStart, error } = tracingChannel("openapi-m2m.token.request");
    expect(tokenRequestChannel.asyncStart).toBe(asyncStart);
    expect(tokenRequestChannel.error).toBe(error);
  });
});
