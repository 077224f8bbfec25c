import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests and the generated clients share one copy of the runtime: its source.
    alias: [
      { find: /^@openapi-m2m\/runtime$/, replacement: source("./runtime/src/index.ts") },
      { find: /^@openapi-m2m\/runtime\/codegen\/v1$/, replacement: source("./runtime/src/codegen/v1.ts") },
      { find: /^@openapi-m2m\/runtime\/redis$/, replacement: source("./runtime/src/redis.ts") },
      { find: /^@openapi-m2m\/runtime\/testing$/, replacement: source("./runtime/src/testing.ts") },
      {
        find: /^@openapi-m2m\/runtime\/opentelemetry$/,
        replacement: source("./runtime/src/opentelemetry.ts"),
      },
      { find: /^openapi-m2m$/, replacement: source("./generator/src/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/missing-programs.ts",
    testTimeout: 20_000,
    // Starting a cluster takes a while on a busy machine.
    hookTimeout: 60_000,
  },
});
