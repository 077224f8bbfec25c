import { expect, test } from "vitest";
import { operationTitle } from "../../generator/src/http-method.ts";

test.each([
  ["get", "GET /items"],
  ["query", "QUERY /items"],
  ["Copy", "Copy /items"],
  ["LINK", "LINK /items"],
])("operationTitle names the method %s as it is sent", (method, want) => {
  expect(operationTitle({ method, path: "/items" })).toBe(want);
});
