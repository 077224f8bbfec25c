import {
  ApiError,
  type ApiResult,
  type Failure,
  type Success,
  type Undeclared,
  unwrap,
} from "@openapi-m2m/runtime";
import { describe, expectTypeOf, test } from "vitest";

interface Item {
  readonly id: string;
}
interface Problem {
  readonly title: string;
}

type GetItemResult =
  | Success<200, Item>
  | Success<"2XX", Item[]>
  | Failure<401, unknown>
  | Failure<404, Problem>
  | Failure<"default", { readonly code: number }>
  | Undeclared;

describe("ApiResult", () => {
  test("is the type of every operation's result", () => {
    expectTypeOf<GetItemResult>().toExtend<ApiResult>();
  });

  test("is narrowed by ok", () => {
    const narrow = (result: GetItemResult) => {
      if (result.ok) {
        expectTypeOf(result.data).toEqualTypeOf<Item | Item[]>();
        expectTypeOf(result.status).toEqualTypeOf<200 | "2XX">();
        expectTypeOf(result).not.toHaveProperty("error");
      } else {
        expectTypeOf(result.status).toEqualTypeOf<401 | 404 | "default" | "undeclared" | "invalid">();
        expectTypeOf(result).not.toHaveProperty("data");
      }
    };
    expectTypeOf(narrow).toBeFunction();
  });

  test("is narrowed by status", () => {
    const narrow = (result: GetItemResult) => {
      if (result.status === 200) expectTypeOf(result.data).toEqualTypeOf<Item>();
      if (result.status === "2XX") expectTypeOf(result.data).toEqualTypeOf<Item[]>();
      if (result.status === 404) expectTypeOf(result.error).toEqualTypeOf<Problem>();
      if (result.status === 401) expectTypeOf(result.error).toBeUnknown();
      if (result.status === "default") expectTypeOf(result.error.code).toBeNumber();
      if (result.status === "undeclared") expectTypeOf(result.error).toBeUnknown();
      if (result.status === "invalid") expectTypeOf(result.error).toBeString();
    };
    expectTypeOf(narrow).toBeFunction();
  });

  test("is narrowed by what a switch has left", () => {
    const narrow = (result: GetItemResult) => {
      switch (result.status) {
        case 200:
        case "2XX":
        case 401:
        case "default":
        case "undeclared":
        case "invalid":
          return;
        default:
          expectTypeOf(result).toEqualTypeOf<Failure<404, Problem>>();
      }
    };
    expectTypeOf(narrow).toBeFunction();
  });

  test("has no status that is not declared", () => {
    const compare = (result: GetItemResult) => {
      // @ts-expect-error: no 410 is declared
      return result.status === 410;
    };
    expectTypeOf(compare).toBeFunction();
  });

  test("tells the number on the wire whatever the declaration is called", () => {
    expectTypeOf<GetItemResult["response"]["status"]>().toBeNumber();
  });
});

describe("unwrap", () => {
  test("gives the data of any success", () => {
    const item = (result: Success<200, Item> | Failure<404, Problem> | Undeclared) => unwrap(result);
    expectTypeOf(item).returns.toEqualTypeOf<Item>();
    const either = (result: GetItemResult) => unwrap(result);
    expectTypeOf(either).returns.toEqualTypeOf<Item | Item[]>();
  });

  test("gives undefined where a success has no body", () => {
    const nothing = (result: Success<204, undefined> | Undeclared) => unwrap(result);
    expectTypeOf(nothing).returns.toBeUndefined();
  });

  test("gives nothing where there is no success", () => {
    const never = (result: Failure<404, Problem> | Undeclared) => unwrap(result);
    expectTypeOf(never).returns.toBeNever();
  });

  test("gives the data of an awaited call", () => {
    const item = async (call: Promise<Success<200, Item> | Undeclared>) => unwrap(await call);
    expectTypeOf(item).returns.resolves.toEqualTypeOf<Item>();
  });

  test("takes no promise", () => {
    // @ts-expect-error: not awaited
    const forgotten = (call: Promise<GetItemResult>) => unwrap(call);
    expectTypeOf(forgotten).toBeFunction();
  });
});

describe("ApiError", () => {
  test("has a result that is a failure", () => {
    expectTypeOf<ApiError["result"]>().toEqualTypeOf<Failure<number | string, unknown>>();
    expectTypeOf<ApiError<Failure<404, Problem>>["result"]["error"]>().toEqualTypeOf<Problem>();
    expectTypeOf(ApiError).instance.toExtend<Error>();
  });
});
