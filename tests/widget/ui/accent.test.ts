import { expect, test } from "vitest";
import { accentTokens, onAccent } from "../../../widget/src/parts/accent.ts";

function luminance(hex: string): number {
  const channel = (at: number) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

test("text on any accent has a contrast of 4.5 or more", () => {
  for (let colour = 0; colour < 0xffffff; colour += 4099) {
    const hex = `#${colour.toString(16).padStart(6, "0")}`;
    const [dark, light] = [luminance(hex), luminance(onAccent(hex))].sort((a, b) => a - b) as [
      number,
      number,
    ];
    expect((light + 0.05) / (dark + 0.05), hex).toBeGreaterThanOrEqual(4.5);
  }
});

test("without an accent the tokens stand", () => {
  expect(accentTokens(undefined)).toEqual([]);
});

test("an accent brings its own shades", () => {
  const tokens = new Map(accentTokens("#ffd400"));
  expect(tokens.get("--ing-accent")).toBe("#ffd400");
  expect(tokens.get("--ing-on-accent")).toBe("#000000");
  expect(tokens.get("--ing-accent-soft")).toContain("#ffd400");
});
