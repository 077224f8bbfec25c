import { expect, test } from "vitest";
import { chooseBody, findDeclaration } from "../../../runtime/src/deserialize/declaration.ts";
import type { Operation } from "../../../runtime/src/operation.ts";

test("what is known of content types is bounded, however many an API makes up", () => {
  const responses = { 200: ["application/json", "multipart/mixed"] };
  const operation: Operation = { method: "GET", path: ["/"], responses };
  const declared = findDeclaration(operation, 200);
  for (let i = 0; i < 100; i++) {
    const choice = declared && chooseBody(declared, `multipart/mixed; boundary=${i}`);
    expect(choice).toEqual({ format: "bytes", items: undefined, charset: undefined, isAccepted: true });
  }
  expect(declared?.known.size).toBeLessThanOrEqual(20);
});

test("no endless content type is kept", () => {
  const operation: Operation = { method: "GET", path: ["/"], responses: { 200: ["application/json"] } };
  const declared = findDeclaration(operation, 200);
  const endless = `application/json; x=${"a".repeat(10_000)}`;
  expect(declared && chooseBody(declared, endless)).toMatchObject({ format: "json" });
  expect(declared?.known.size).toBe(0);
});
