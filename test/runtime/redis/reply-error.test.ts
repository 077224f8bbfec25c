import { describe, expect, test } from "vitest";
import { nameReplyError } from "../../../runtime/src/redis/reply-error.ts";

class ClientClosedError extends Error {}

describe("nameReplyError", () => {
  test.each([
    [new Error("NOPERM this user has no permissions"), "NOPERM"],
    [new Error("OOM command not allowed when used memory > 'maxmemory'."), "OOM"],
    [new ClientClosedError("The client is closed"), "ClientClosedError"],
    [Object.assign(new Error("READ ECONNRESET"), { code: "ECONNRESET" }), "ECONNRESET"],
  ])("says of %s that it is %s", (error, code) => {
    expect(nameReplyError(error)).toMatchObject({ code, message: error.message });
  });

  test("leaves the client's error as it is, and names it as the cause", () => {
    const error = Object.freeze(new Error("READONLY You can't write against a read only replica."));
    expect(nameReplyError(error)).toMatchObject({ cause: error });
  });

  test("passes on what is no error", () => {
    expect(nameReplyError("closed")).toBe("closed");
  });
});
