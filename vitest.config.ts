import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Tests of views ask for a document themselves: `// @vitest-environment happy-dom`.
    environment: "node",
    include: ["tests/{widget,convergence}/**/*.test.{ts,tsx}"],
    passWithNoTests: false,
    // The random schedules take seconds, and a busy machine makes them many.
    testTimeout: 60_000,
    restoreMocks: true,
    coverage: { provider: "v8", include: ["widget/src/**"] },
  },
});
