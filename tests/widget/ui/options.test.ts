import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { optionsTable, withTable } from "../../../widget/options-table.mjs";
import { attributeOf, OPTIONS, readOptions } from "../../../widget/src/options.ts";

function read(dataset: Record<string, string>) {
  const warnings: string[] = [];
  return { options: readOptions(dataset, (sentence) => warnings.push(sentence)), warnings };
}

describe("an option", () => {
  test("that is not given has its default", () => {
    const { options, warnings } = read({ site: "pk_x" });
    expect(options).toMatchObject({
      theme: "auto",
      position: "bottom-right",
      open: "remember",
      storage: "local",
    });
    expect(warnings).toEqual([]);
  });
  test("that is wrong has its default too, and one sentence that says what it can be", () => {
    const { options, warnings } = read({
      site: "pk_x",
      theme: "pink",
      offsetX: "2em",
      accent: "red",
    });
    expect(options).toMatchObject({ theme: "auto", offsetX: "20", accent: "" });
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toContain('data-offset-x="2em"');
    expect(warnings.join()).toContain("auto, light, dark");
  });
  test("without a value means yes", () => {
    expect(read({ debug: "" }).options.debug).toBe("true");
  });
  test("may have blanks around it", () => {
    expect(read({ theme: " dark " }).options.theme).toBe("dark");
  });
  test("that nobody knows is named in debug only", () => {
    expect(read({ bogus: "1" }).warnings).toEqual([]);
    expect(read({ bogus: "1", debug: "" }).warnings).toEqual([
      "data-bogus is not an option of Inglenook.",
    ]);
  });
  test("is called by its attribute", () => {
    expect(attributeOf("launcherLabel")).toBe("data-launcher-label");
  });
});

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
