import { defineConfig } from "vitest/config";
import base from "../../vitest.config.ts";

/** What takes longer than a test should: `npm run conformance`. */
export default defineConfig({
  ...base,
  test: { ...base.test, globalSetup: [], include: ["test/wire/*.conformance.ts"] },
});
