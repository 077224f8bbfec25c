import { defineConfig } from "vitest/config";

/** What installs packages from the registry: `npm run packages`. */
export default defineConfig({
  test: { include: ["packaging/*.packages.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
});
