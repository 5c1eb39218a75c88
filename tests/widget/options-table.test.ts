import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { optionsTable, withTable } from "../../widget/options-table.mjs";
import { attributeOf, OPTIONS } from "../../widget/src/options.ts";

test("each has a default that it allows, and a meaning", () => {
  for (const [name, option] of Object.entries(OPTIONS)) {
    if ("values" in option) expect(option.values, name).toContain(option.fallback);
    expect(option.meaning.length, name).toBeGreaterThan(10);
  }
});

test("docs/embed.md has the table as it is now (node widget/options-table.mjs)", () => {
  const doc = readFileSync("docs/embed.md", "utf8");
  expect(withTable(doc, optionsTable(OPTIONS, attributeOf))).toBe(doc);
});
