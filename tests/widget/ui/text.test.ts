import { describe, expect, test } from "vitest";
import type { Entity } from "../../../widget/src/protocol/frames.ts";
import { type Piece, toPieces } from "../../../widget/src/ui/text.ts";

/** Pieces as one line: kinds in brackets, so that a table can be read. */
const line = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) =>
      typeof piece === "string"
        ? piece
        : `[${piece.kind} ${line(piece.pieces)}${piece.url ? ` -> ${piece.url}` : ""}]`,
    )
    .join("");
const run = (
  kind: Entity["kind"],
  at: number,
  len: number,
  more: Partial<Entity> = {},
): Entity => ({
  kind,
  at,
  len,
  ...more,
});
const link = (at: number, len: number, url: string) => run("link", at, len, { url });

describe("runs become pieces", () => {
  const table: readonly [string, readonly Entity[], string][] = [
    ["plain", [], "plain"],
    ["", [], ""],
    ["*a*", [run("bold", 0, 3)], "[bold a]"],
    ["x *a* y", [run("bold", 2, 3)], "x [bold a] y"],
    ["_a_ and `b`", [run("italic", 0, 3), run("code", 8, 3)], "[italic a] and [code b]"],
    ["*a _b_ c*", [run("bold", 0, 9), run("italic", 3, 3)], "[bold a [italic b] c]"],
    [
      "see https://x.y now",
      [link(4, 11, "https://x.y")],
      "see [link https://x.y -> https://x.y] now",
    ],
    [
      "*https://x.y*",
      [run("bold", 0, 13), link(1, 11, "https://x.y")],
      "[bold [link https://x.y -> https://x.y]]",
    ],
    ["hi @Ann!", [run("mention", 3, 4, { id: "v_1" })], "hi [mention @Ann]!"],
    ["😀 *b*", [run("bold", 3, 3)], "😀 [bold b]"],
    ["*😀*", [run("bold", 0, 4)], "[bold 😀]"],
  ];
  test.each(table)("%s", (body, entities, expected) => {
    expect(line(toPieces(body, entities))).toBe(expected);
  });
});

describe("runs that make no sense are left as text", () => {
  const body = "*abc* 😀 end";
  const table: readonly [string, readonly Entity[]][] = [
    ["beyond the end", [run("bold", 0, 99)]],
    ["before the start", [run("bold", -1, 3)]],
    ["of no length", [run("mention", 2, 0)]],
    ["not whole", [run("mention", 0.5, 2)]],
    ["of nothing but marks", [run("bold", 0, 2)]],
    ["without its marks", [run("bold", 1, 3)]],
    ["through the middle of a character", [run("mention", 7, 3)]],
    ["of a kind that nobody knows", [run("blink" as "bold", 0, 5)]],
    ["a link without an address", [run("link", 0, 5)]],
    ["a script for a link", [link(0, 5, "javascript:alert(1)")]],
    ["data for a link", [link(0, 5, "data:text/html,x")]],
    ["an address without a scheme", [link(0, 5, "//evil.example")]],
  ];
  test.each(table)("%s", (_, entities) => {
    expect(toPieces(body, entities)).toEqual([body]);
  });

  test("of two that overlap the first stands", () => {
    expect(line(toPieces("*ab_ c_*", [run("bold", 0, 8), run("italic", 3, 9)]))).toBe(
      "[bold ab_ c_]",
    );
    expect(line(toPieces("@Ann @Bob", [run("mention", 0, 6), run("mention", 4, 5)]))).toBe(
      "[mention @Ann @]Bob",
    );
  });

  test("nothing is a run inside code or a link", () => {
    expect(line(toPieces("`*a*`", [run("code", 0, 5), run("bold", 1, 3)]))).toBe("[code *a*]");
    const url = "https://x.y/*a*";
    expect(line(toPieces(url, [link(0, url.length, url), run("bold", 12, 3)]))).toBe(
      `[link ${url} -> ${url}]`,
    );
  });

  test("what comes after a bad one is still found", () => {
    expect(line(toPieces("*a* *b*", [run("bold", 0, 99), run("bold", 4, 3)]))).toBe("*a* [bold b]");
  });

  test("two thousand of them take no time", () => {
    const many = "@a ".repeat(2000);
    const entities = Array.from({ length: 2000 }, (_, n) => run("mention", n * 3, 2));
    expect(toPieces(many, entities)).toHaveLength(4000);
  });
});
