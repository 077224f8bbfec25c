import { fileURLToPath } from "node:url";
import { describe, expect, expectTypeOf, test } from "vitest";
import { generate } from "../../generator/src/generate.ts";
import type {
  Cat,
  Contact,
  Dog,
  Json,
  Nickname,
  Pet,
  Point,
  Prices,
  ResponseSchema,
  Shape,
  Status,
  User,
  UserWritable,
} from "./schemas/generated/shapes/index.ts";
import {
  type SavePetInput,
  type SaveUserInput,
  type SaveUserResult,
  statusValues,
} from "./schemas/generated/shapes/index.ts";

test("the types that are tested here are those that the document gives", async () => {
  const { stale } = await generate({ cwd: fileURLToPath(new URL("schemas", import.meta.url)), check: true });
  expect(stale).toEqual([]);
});

describe("a discriminator", () => {
  test("narrows what extends a schema by its mapping, values with spaces among them", () => {
    const livesOf = (pet: Pet) => {
      if (pet.petType === "cat") return pet.lives;
      expectTypeOf(pet).toEqualTypeOf<Dog>();
      expectTypeOf(pet.petType).toEqualTypeOf<"big dog">();
      return pet.size;
    };
    expectTypeOf(livesOf).returns.toEqualTypeOf<number | "small" | "big">();
    const cat: Cat = { petType: "cat", lives: 9 };
    expectTypeOf(cat).toExtend<SavePetInput["body"]>();
    // @ts-expect-error a cat is no dog
    const dog: Pet = { petType: "big dog", lives: 9 };
    expect(livesOf(dog)).toBeUndefined();
  });

  test("narrows a union by the names of its schemas, declared or not", () => {
    const areaOf = (shape: Shape) => (shape.kind === "Square" ? shape.side ** 2 : shape.radius);
    expectTypeOf(areaOf).returns.toEqualTypeOf<number | undefined>();
    expectTypeOf<Shape["kind"]>().toEqualTypeOf<"Circle" | "Square">();
    expect(areaOf({ kind: "Square", side: 2 })).toBe(4);
  });
});

describe("read-only and write-only properties", () => {
  test("are in the direction that has them", () => {
    expectTypeOf<keyof User>().toEqualTypeOf<"id" | "name" | "parent">();
    expectTypeOf<keyof UserWritable>().toEqualTypeOf<"name" | "password" | "parent">();
    expectTypeOf<UserWritable["parent"]>().toEqualTypeOf<UserWritable | undefined>();
    expectTypeOf<SaveUserInput["body"]>().toEqualTypeOf<UserWritable>();
    expectTypeOf<Extract<SaveUserResult, { status: 200 }>["data"]>().toEqualTypeOf<User>();
  });
});

describe("a schema", () => {
  test("may hold itself, in lists and maps too", () => {
    const json: Json = ["a", 1, null, { b: [{ c: null }] }];
    // @ts-expect-error no booleans
    const none: Json = [[true]];
    expect([json, none]).toHaveLength(2);
  });

  test("requires what a member of its union requires", () => {
    const valid: Contact[] = [{ email: "a" }, { phone: { number: "1" } }];
    // @ts-expect-error neither of them
    const none: Contact = {};
    expectTypeOf<Extract<Contact, { email: string }>["email"]>().toEqualTypeOf<string>();
    expect([...valid, none]).toHaveLength(3);
  });

  test("has further properties beside those of other types", () => {
    const prices: Prices = { currency: "EUR", tea: 3 };
    expectTypeOf(prices.currency).toEqualTypeOf<string | undefined>();
    expectTypeOf(prices["tea"]).toEqualTypeOf<string | number | undefined>();
    // @ts-expect-error no booleans
    const none: Prices = { tea: true };
    expect(none).toBeDefined();
  });

  test("may be a tuple, some places of it optional", () => {
    expectTypeOf<Point>().toEqualTypeOf<[number, number, string?]>();
  });

  test("may be null", () => {
    expectTypeOf<Nickname>().toEqualTypeOf<string | null>();
  });

  test("may be called as a global is, and require what it does not declare", () => {
    expectTypeOf<ResponseSchema>().toEqualTypeOf<{ at?: 1; ghost: unknown }>();
  });

  test("has its values at run time where it lists them", () => {
    expectTypeOf<(typeof statusValues)[number]>().toEqualTypeOf<Status>();
    expect(statusValues).toEqual(["draft", "active"]);
  });
});
