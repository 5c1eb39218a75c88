import { expect, test } from "vitest";
import { plainText } from "../../../widget/src/parts/plain-text.ts";

const run = (kind: string, at: number, len: number) => ({ kind, at, len }) as never;

test.each([
  ["one *and* two", [run("bold", 4, 5)], "one and two"],
  ["*_both_* `code`", [run("bold", 0, 8), run("italic", 1, 6), run("code", 9, 6)], "both code"],
  ["2 * 3 * 4 and snake_case", [], "2 * 3 * 4 and snake_case"],
  ["@Wren *is*", [run("mention", 0, 5), run("bold", 6, 4)], "@Wren is"],
  ["", [], ""],
])("%s", (body, entities, shown) => {
  expect(plainText({ body, entities })).toBe(shown);
});
