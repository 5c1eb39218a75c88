import { describe, expect, test } from "vitest";
import { newLineAfter, rowsOf } from "../../../widget/src/ui/rows.ts";
import { said } from "./support/drawn.tsx";

const flags = (rows: ReturnType<typeof rowsOf>) =>
  rows.map(({ startsDay, isFirstNew, hasHead, isMine }) =>
    [startsDay && "day", isFirstNew && "new", hasHead && "head", isMine && "mine"]
      .filter(Boolean)
      .join(" "),
  );

describe("a name stands above", () => {
  test("the first, another author, and what comes five minutes later", () => {
    const messages = [
      said(1, "v_a", "2026-11-21T09:30:00Z"),
      said(2, "v_a", "2026-11-21T09:34:59Z"),
      said(3, "v_b", "2026-11-21T09:34:59Z"),
      said(4, "v_b", "2026-11-21T09:39:59Z"),
    ];
    expect(flags(rowsOf(messages, undefined, undefined, null))).toEqual([
      "day head",
      "",
      "head",
      "head",
    ]);
  });

  test("the same minute an hour later", () => {
    const messages = [
      said(1, "v_a", "2026-11-21T09:30:00Z"),
      said(2, "v_a", "2026-11-21T10:30:00Z"),
    ];
    expect(flags(rowsOf(messages, undefined, undefined, null))[1]).toBe("head");
  });

  test("somebody who changed their name", () => {
    const messages = [
      said(1, "v_a"),
      { ...said(2, "v_a"), author: { ...said(2, "v_a").author, name: "New" } },
    ];
    expect(flags(rowsOf(messages, undefined, undefined, null))[1]).toBe("head");
  });

  test("nothing, where the group before ends with the same author and minute", () => {
    expect(flags(rowsOf([said(2, "v_a")], said(1, "v_a"), undefined, null))).toEqual([""]);
  });
});

test("a day stands above its first message", () => {
  const messages = [said(1, "v_a", "2026-11-20T12:00:00Z"), said(2, "v_a", "2026-11-21T12:00:00Z")];
  expect(flags(rowsOf(messages, undefined, undefined, null))).toEqual(["day head", "day head"]);
});

test("mine are mine, and nobody's are nobody's", () => {
  expect(flags(rowsOf([said(1, "v_me")], said(0, "v_me"), "v_me", null))).toEqual(["mine"]);
  const erased = {
    ...said(1, "v_x"),
    author: { id: null, name: "", role: "visitor" as const, avatar: null },
  };
  expect(rowsOf([erased], undefined, undefined, null)[0]?.isMine).toBe(false);
});

describe("how mine stand is said", () => {
  const last = (...rows: ReturnType<typeof rowsOf>) => rows.map(({ isLast }) => isLast);
  const at = (minute: string) => `2026-11-21T09:${minute}:00Z`;

  test("below the last of a run", () => {
    const messages = [
      said(1, "v_me", at("30")),
      said(2, "v_me", at("31")),
      said(3, "v_b", at("31")),
      said(4, "v_me", at("32")),
      said(5, "v_me", at("50")),
    ];
    expect(last(...rowsOf(messages, undefined, "v_me", null))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  test("once where a run goes on in the next group", () => {
    const [one, two] = [said(1, "v_me", at("30")), said(2, "v_me", at("31"))];
    expect(last(...rowsOf([one], undefined, "v_me", null, two))).toEqual([false]);
    expect(last(...rowsOf([two], one, "v_me", null))).toEqual([true]);
  });
});

describe("the new line", () => {
  test("stands above the first message that is new, once", () => {
    const rows = rowsOf(
      [said(4, "v_a"), said(5, "v_a"), said(6, "v_a")],
      said(3, "v_a"),
      "v_me",
      4,
    );
    expect(flags(rows)).toEqual(["", "new head", ""]);
  });

  test("stands in the group where it belongs only", () => {
    expect(flags(rowsOf([said(6, "v_a")], said(5, "v_a"), "v_me", 4))).toEqual([""]);
  });

  test("comes after what was seen and what is mine", () => {
    const groups = [
      { messages: [said(1, "v_a"), said(2, "v_me"), said(3, "v_a"), said(4, "v_a")] },
    ];
    expect(newLineAfter(groups, 0, "v_me")).toBe(0);
    expect(newLineAfter(groups, 1, "v_me")).toBe(2);
    expect(newLineAfter(groups, 4, "v_me")).toBeNull();
  });

  test("is not drawn for what is deleted", () => {
    const gone = { ...said(2, "v_a"), deleted: "author" as const };
    expect(newLineAfter([{ messages: [said(1, "v_a"), gone] }], 1, "v_me")).toBeNull();
  });
});
