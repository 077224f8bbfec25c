import { defineConfig } from "vitest/config";
import base from "../../vitest.config.ts";

/** Examples that have dependencies of their own: `npm run integrations`. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: ["test/integrations/*.integration.ts"], testTimeout: 40_000 },
});
