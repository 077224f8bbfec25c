import { describe, expect, test } from "vitest";
import { concatenate } from "../../../runtime/src/dpop/signer.ts";

describe("concatenate", () => {
  const bytes = (length: number, first: number) => Buffer.alloc(length, 7).fill(first, 0, 1);
  const integer = (value: Buffer) => Buffer.concat([Buffer.from([2, value.length]), value]);

  test.each<[string, Buffer, Buffer]>([
    ["full", bytes(32, 0x7f), bytes(32, 1)],
    ["with a leading zero", Buffer.concat([Buffer.alloc(1), bytes(32, 0x80)]), bytes(32, 1)],
    ["both with a leading zero", ...twice(Buffer.concat([Buffer.alloc(1), bytes(32, 0xff)]))],
    ["short", bytes(31, 0x7f), bytes(30, 1)],
    ["tiny", bytes(1, 1), bytes(1, 2)],
  ])("gives both integers of a signature their width: %s", (_, r, s) => {
    const content = Buffer.concat([integer(r), integer(s)]);
    const joined = concatenate(Buffer.concat([Buffer.from([0x30, content.length]), content]));
    const wide = (value: Buffer) => value.toString("hex").replace(/^00/, "").padStart(64, "0");
    expect(joined.toString("hex")).toBe(wide(r) + wide(s));
  });
});

function twice<T>(value: T): [T, T] {
  return [value, value];
}
