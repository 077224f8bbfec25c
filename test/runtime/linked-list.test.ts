import fc from "fast-check";
import { expect, test } from "vitest";
import { LinkedItem, LinkedList } from "../../runtime/src/linked-list.ts";

class Item extends LinkedItem {}

test("holds what was added and not removed since, in any order of both, the first that came first", () => {
  const steps = fc.array(fc.nat({ max: 7 }), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (steps) => {
      const items = Array.from({ length: 8 }, () => new Item());
      const list = new LinkedList<Item>();
      let expected: Item[] = [];
      for (const item of steps.map((index) => items[index] as Item)) {
        if (item.isLinked) list.remove(item);
        else list.add(item);
        expected = expected.includes(item) ? expected.filter((other) => other !== item) : [...expected, item];
        expect(list.filter(() => true)).toEqual(expected);
        expect(list.isEmpty).toBe(expected.length === 0);
        expect(items.filter(({ isLinked }) => isLinked)).toHaveLength(expected.length);
      }
    }),
  );
});

test("an item that was removed holds none of the others", () => {
  const list = new LinkedList<Item>();
  const items = [new Item(), new Item(), new Item()] as const;
  for (const item of items) list.add(item);
  list.remove(items[1]);
  expect(items[1]).toMatchObject({ previous: undefined, next: undefined });
});
