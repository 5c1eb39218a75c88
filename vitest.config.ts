import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Tests of views ask for a document themselves: `// @vitest-environment happy-dom`.
    environment: "node",
    include: ["tests/{widget,convergence}/**/*.test.{ts,tsx}"],
    passWithNoTests: false,
    restoreMocks: true,
    coverage: { provider: "v8", include: ["widget/src/**"] },
  },
});
