/** Each language says what English says; and English says nothing that nobody asks for. */

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  counted,
  differences,
  englishWords,
  formsOf,
  translations,
  wordsOf,
} from "../../../widget/languages.mjs";
import { TONES } from "../../../widget/src/features/emoji/kept.ts";
import table from "../../../widget/src/features/emoji/names.json";
import { readTable } from "../../../widget/src/features/emoji/names.ts";
import { loadWords } from "../../../widget/src/parts/texts.ts";

const TRANSLATIONS = translations();
const english: Record<string, string> = englishWords();
const wordsIn = (tag: string): Record<string, string> => wordsOf(tag);
const plurals = counted();

/** The sentence, without the form of its number. */
const baseOf = (key: string): string | undefined =>
  plurals.find((base) => key.startsWith(`${base}.`) && !key.slice(base.length + 1).includes("."));
const formOf = (key: string): string => key.slice(key.lastIndexOf(".") + 1);

const gapsOf = (text: string): string[] => [...(text.match(/\{\w+\}/g) ?? [])].sort();
const withoutGaps = (text: string): string => text.replace(/\{\w+\}/g, "");

/** Words that are the same in two languages. */
const SAME: Readonly<Record<string, RegExp>> = {
  de: /^(Chat|Team|Bot|Emoji)$/,
  es: /^(Chat|Bot|Emoji)$/,
  fr: /^(Messages|\{n\} messages?)$/,
  it: /^(Chat|Team|Bot|Emoji)$/,
  nl: /^(Chat|Team|Bot|Emoji)$/,
  pl: /^(Bot|Emoji)$/,
  "pt-BR": /^Chat$/,
  tr: /^(Bot|Emoji)$/,
};

/** Letters that each sentence of a language has, where its script is not that of English. */
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  ar: /\p{Script=Arabic}/u,
  he: /\p{Script=Hebrew}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  ko: /\p{Script=Hangul}/u,
  "zh-Hans": /\p{Script=Han}/u,
};

test("the chat speaks fourteen languages", () => {
  expect(["en", ...TRANSLATIONS].join(" ")).toBe(
    "en ar de es fr he it ja ko nl pl pt-BR tr zh-Hans",
  );
  expect(LANGUAGES).toBe(["en", ...TRANSLATIONS].join(" "));
});

test("the paper for owners lists them", () => {
  const paper = readFileSync("docs/embed.md", "utf8").split("## Words")[1] ?? "";
  const listed = [...paper.matchAll(/\| `([a-z]{2}(?:-\w+)?)` \|/g)].map(([, tag]) => tag);
  expect(listed.sort().join(" ")).toBe(LANGUAGES.split(" ").sort().join(" "));
});

test("a number has the forms that Intl has for whole numbers", () => {
  const forms = Object.fromEntries(TRANSLATIONS.map((tag) => [tag, formsOf(tag).sort().join(" ")]));
  const two = "one other";
  expect(forms).toEqual({
    ar: "few many one other two zero",
    he: "one other two",
    pl: "few many one other",
    ...{ ja: "other", ko: "other", "zh-Hans": "other" },
    ...{ de: two, es: two, fr: two, it: two, nl: two, "pt-BR": two, tr: two },
  });
});

describe.each(["en", ...TRANSLATIONS])("%s", (tag) => {
  const words = wordsIn(tag);

  test("says what English says, and nothing else", () => {
    expect({ tag, ...differences(tag) }).toEqual({ tag, missing: [], unused: [] });
  });

  test("has no empty sentence", () => {
    expect(Object.values(words).filter((text) => !text.trim() || text !== text.trim())).toEqual([]);
  });

  test("has the gaps of English; forms of 0, 1 and 2 may say the number in words", () => {
    const rules = new Intl.PluralRules(tag);
    const standsForMany = (form: string) =>
      Array.from({ length: 1000 }, (_, number) => number)
        .filter((number) => rules.select(number) === form)
        .some((number) => number > 2);
    for (const [key, text] of Object.entries(words)) {
      const base = baseOf(key);
      const wanted = gapsOf(english[base ? `${base}.other` : key] ?? "");
      if (base && !standsForMany(formOf(key)) && formOf(key) !== "other")
        expect([wanted, wanted.filter((gap) => gap !== "{n}")], key).toContainEqual(gapsOf(text));
      else expect(gapsOf(text), key).toEqual(wanted);
    }
  });
});

describe.each(TRANSLATIONS)("%s", (tag) => {
  const said = Object.entries(wordsIn(tag)).filter(([, text]) => /\p{L}/u.test(withoutGaps(text)));

  test("leaves no sentence in English", () => {
    const all = new Set(Object.values(english));
    const left = said.filter(([, text]) => all.has(text) && !SAME[tag]?.test(text));
    expect(Object.fromEntries(left)).toEqual({});
  });

  test("is written from the right where it is Arabic or Hebrew", async () => {
    expect((await loadWords(tag)).dir).toBe(/^(ar|he)$/.test(tag) ? "rtl" : undefined);
  });
});

test.each(Object.entries(SCRIPTS))("%s writes each sentence in its script", (tag, script) => {
  const strange = Object.entries(wordsIn(tag)).filter(
    ([, text]) => /\p{L}/u.test(withoutGaps(text)) && !script.test(text),
  );
  expect(Object.fromEntries(strange)).toEqual({});
});

describe("each word of English", () => {
  const SOURCES = "widget/src";
  const source = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(`${SOURCES}/${name}`, "utf8"))
    .join("\n")
    .replace(/\/\*[\s\S]*?\*\//g, "");
  /** `error.` of `error.${code}`: the rest is a value, which stands in the sources too. */
  const beginnings = [...source.matchAll(/`((?:[a-z]+\.)+)\$\{/g)].map(
    ([, start]) => start as string,
  );
  /** Kinds of emoji stand in the table of their names; a skin tone has the number of its place. */
  const elsewhere = [
    ...readTable(table.rows).categories.map(({ name }) => `emoji.${name}`),
    ...TONES.map((_, at) => `emoji.tone.${at}`),
  ];
  const isWritten = (name: string) => new RegExp(`"${name}"|\\b${name}\\b\\??:`).test(source);
  const isUsed = (key: string) =>
    source.includes(`"${key}"`) ||
    elsewhere.includes(key) ||
    beginnings.some(
      (start) =>
        key.startsWith(start) && isWritten(key.slice(start.length).replace(/\.until$/, "")),
    );

  test("is said somewhere", () => {
    const keys = Object.keys(english).map((key) => baseOf(key) ?? key);
    expect([...new Set(keys)].filter((key) => !isUsed(key))).toEqual([]);
  });

  test("would be found if nobody said it", () => {
    expect(["panel.unsaid", "error.unsaid", "unsaid"].filter(isUsed)).toEqual([]);
  });
});
