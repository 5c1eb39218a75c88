/** What is new of what waits, how tabs name it, and the badges of the rail. */
// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { drawBadges } from "../../widget/src/dashboard/noticing/badges.ts";
import {
  counted,
  type Item,
  knownAfter,
  knownOf,
  newIn,
  shownOf,
  titled,
} from "../../widget/src/dashboard/noticing/news.ts";

const item = (key: string, at: number, tag = key): Item => ({
  key,
  tag,
  at,
  title: "Amber Otter",
  text: "Hello",
  url: `/dashboard/${key}/`,
  has_sound: true,
});
const badges = { 7: { inbox: 2, review: 0 } };
const newsOf = (...items: readonly Item[]) => ({ count: items.length, badges, items });
const keys = (items: readonly Item[]) => items.map(({ key }) => key);

test("what waited before the first look is counted and not announced", () => {
  expect(newIn(newsOf(item("a", 1)), null)).toEqual([]);
});

test("what came since is new once", () => {
  const known = knownAfter(newsOf(item("a", 1)), null, 0);
  const news = newsOf(item("b", 2), item("a", 1));
  expect(keys(newIn(news, known))).toEqual(["b"]);
  expect(newIn(news, knownAfter(news, known, 1))).toEqual([]);
});

test("an older one that moves up in a long list is no news, one of the same moment is", () => {
  const known = knownAfter(newsOf(item("b", 500_000)), null, 0);
  const news = newsOf(item("c", 499_999), item("old", 400_000));
  expect(keys(newIn(news, known))).toEqual(["c"]);
});

test("what was answered does not make older ones news again", () => {
  const first = knownAfter(newsOf(item("b", 500_000)), null, 0);
  const second = knownAfter(newsOf(), first, 1);
  expect(second).toEqual({ askedAt: 1, count: 0, badges, keys: [], newest: 500_000 });
  expect(newIn(newsOf(item("old", 400_000)), second)).toEqual([]);
});

test("of one place the newest is shown, and of many places the newest few", () => {
  const items = [item("a", 1, "x"), item("b", 3, "x"), item("c", 2, "y"), item("d", 1, "z")];
  expect(keys(shownOf(items, 2))).toEqual(["b", "c"]);
});

test("a title has one count before it", () => {
  expect(titled("Home", 3)).toBe("(3) Home");
  expect(titled("(3) Home", 120)).toBe("(99+) Home");
  expect(titled("(99+) Home", 0)).toBe("Home");
  expect(titled("(a) Home", 0)).toBe("(a) Home");
});

test("what is kept holds no words, and what is broken counts as nothing", () => {
  const known = knownAfter(newsOf(item("a", 1)), null, 7);
  expect(JSON.stringify(known)).not.toMatch(/Otter|Hello/);
  expect(knownOf(JSON.stringify(known))).toEqual(known);
  for (const text of [null, "", "{", "null", "1", '{"askedAt":1}', '{"askedAt":1,"count":1}'])
    expect(knownOf(text)).toBeNull();
  const { badges: _, ...older } = known;
  expect(knownOf(JSON.stringify(older))).toBeNull();
});

// As _badge.html draws it.
const RAIL = `
  <nav class="rail"><a data-section="inbox">Inbox<span class="badge">1<span
  class="visually-hidden"> waiting</span></span></a><a data-section="review">Review</a></nav>
  <nav class="bar"><a data-section="inbox">Inbox</a></nav>`;

const words = (section: string) =>
  [...document.querySelectorAll(`[data-section=${section}]`)].map((link) => link.textContent);

test("the badges of rail and bar are what waits, and nothing is drawn twice", () => {
  document.body.innerHTML = RAIL;
  expect(drawBadges({ inbox: 1, review: 0 }, "waiting")).toBe(true); // the bar had none
  expect(drawBadges({ inbox: 1, review: 0 }, "waiting")).toBe(false);
  expect(words("inbox")).toEqual(["Inbox1 waiting", "Inbox1 waiting"]);

  expect(drawBadges({ inbox: 0, review: 120 }, "waiting")).toBe(true);
  expect(words("inbox")).toEqual(["Inbox", "Inbox"]);
  expect(words("review")).toEqual(["Review99+ waiting"]);
  expect(document.querySelectorAll(".badge")).toHaveLength(1);
  expect(document.querySelector(".badge > .visually-hidden")?.textContent).toBe(" waiting");
});

test("a section that a role does not see has no badge", () => {
  document.body.innerHTML = `<nav class="rail"><a data-section="rooms">Rooms</a></nav>`;
  expect(drawBadges({ inbox: 3, review: 1 }, "waiting")).toBe(false);
  expect(document.querySelector(".badge")).toBeNull();
});

test("a number is counted up to ninety-nine", () => {
  expect([counted(99), counted(100)]).toEqual(["99", "99+"]);
});
