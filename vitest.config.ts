import { defineConfig } from "vitest/config";
import { languageNames } from "./widget/languages.mjs";

export default defineConfig({
  define: {
    LANGUAGES: languageNames(),
    WORDS_FILE: JSON.stringify("../strings/*.json"),
  },
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
