import { describe, expect, test } from "vitest";
import { inheritedFlag } from "../../generator/src/inherited-flag.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const flagIn = (schemas: Record<string, unknown>) =>
  inheritedFlag({ components: { schemas } }, ({ flag }) => (flag === undefined ? undefined : flag === true));

describe("inheritedFlag", () => {
  const schemas = {
    Yes: { flag: true },
    No: { flag: false, allOf: [ref("Yes")] },
    Alias: ref("Yes"),
    CircleA: { allOf: [ref("CircleB")] },
    CircleB: { allOf: [ref("CircleA"), ref("Yes")] },
    Nothing: { allOf: [ref("Nothing"), {}] },
  };
  test.each<[unknown, boolean]>([
    [{ flag: true }, true],
    [{}, false],
    ["flag", false],
    [ref("Alias"), true],
    [ref("Missing"), false],
    [{ allOf: [{}, { allOf: [ref("Alias")] }] }, true],
    [{ anyOf: [ref("Yes")] }, false],
    [ref("No"), false],
    [{ ...ref("Yes"), flag: false }, false],
    [ref("CircleA"), true],
    [ref("CircleB"), true],
    [ref("Nothing"), false],
  ])("is what a schema, or one that it refers to or is made of, says: %j", (schema, want) => {
    const isFlagged = flagIn(schemas);
    expect(isFlagged(schema)).toBe(want);
    for (const each of Object.keys(schemas)) isFlagged(ref(each));
    expect(isFlagged(schema)).toBe(want);
  });

  test("is known of all that a circle leads to, whichever of it is asked for first", () => {
    const isFlagged = flagIn(schemas);
    const circle = [schemas.CircleA, schemas.CircleB, schemas.CircleA];
    expect(circle.map(isFlagged)).toEqual([true, true, true]);
  });

  test("is found by looking at every schema once", () => {
    const length = 60;
    const chain = Array.from({ length }, (_, index) => {
      const next = `S${index + 1}`;
      return [`S${index}`, { allOf: [ref(next), ref(next)] }];
    });
    const document = { components: { schemas: Object.fromEntries([...chain, [`S${length}`, {}]]) } };
    let looks = 0;
    const isFlagged = inheritedFlag(document, () => {
      looks += 1;
      return undefined;
    });
    for (let times = 0; times < 10; times += 1)
      expect(isFlagged(document.components.schemas["S0"])).toBe(false);
    // A schema and the two references in it.
    expect(looks).toBe(3 * length + 1);
  });
});
