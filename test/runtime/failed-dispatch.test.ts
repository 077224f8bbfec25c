import type { Dispatcher } from "undici";
import { describe, expect, test } from "vitest";
import { failDispatch } from "../../runtime/src/failed-dispatch.ts";

/** What a handler is told. */
function failWith(reason: unknown) {
  const told: { controller: Dispatcher.DispatchController; error: Error }[] = [];
  failDispatch({ onResponseError: (controller, error) => told.push({ controller, error }) }, reason);
  return told;
}

describe("failDispatch", () => {
  test.each([new Error("refused"), "stop", 1])("tells the handler the reason as it is: %s", (reason) => {
    expect(failWith(reason)).toMatchObject([{ error: reason, controller: { aborted: true } }]);
  });

  test.each([undefined, null, 0, ""])(
    "makes an error of a reason that undici would take for none: %j",
    (reason) => {
      const [told] = failWith(reason);
      expect(told?.error).toBeInstanceOf(Error);
      expect(told?.error.cause).toBe(reason);
    },
  );

  test("gives a controller whose methods do nothing", () => {
    const [told] = failWith(new Error("refused"));
    told?.controller.pause();
    told?.controller.resume();
    told?.controller.abort(new Error("late"));
    expect(told?.controller).toMatchObject({ paused: false, reason: { message: "refused" } });
  });

  test("does without a handler that wants to know", () => {
    expect(() => failDispatch({}, new Error("refused"))).not.toThrow();
  });
});
