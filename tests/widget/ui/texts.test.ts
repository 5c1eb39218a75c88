import { describe, expect, test } from "vitest";
import { createTexts, loadWords } from "../../../widget/src/parts/texts.ts";
import ar from "../../../widget/src/strings/ar.json";
import de from "../../../widget/src/strings/de.json";

describe("a sentence", () => {
  const t = createTexts("en");
  test("has its gaps filled", () => {
    expect(t("name.you", { name: "Amber Otter" })).toBe("You are Amber Otter");
  });
  test("keeps a gap that nothing fills", () => {
    expect(t("name.you")).toBe("You are {name}");
  });
  test("has the form of its number", () => {
    expect(t("log.arrived", { n: 1 })).toBe("1 new message");
    expect(t("log.arrived", { n: 1200 })).toBe("1,200 new messages");
  });
  test("that nobody knows is empty", () => {
    expect(t("role.visitor")).toBe("");
  });
  test("does not take a name for a pattern", () => {
    expect(t("name.you", { name: "{n} $& $1" })).toBe("You are {n} $& $1");
  });
});

test("numbers have the digits of the language, and are grouped from a thousand on", () => {
  const number = (lang: string, n: number) => createTexts(lang, { only: "{n}" })("only", { n });
  for (const lang of ["ar-EG", ...LANGUAGES.split(" ")])
    for (const n of [0, 7, 999, 1000, 12_345]) expect(number(lang, n)).toBe(n.toLocaleString(lang));
});

test("the site's own words win over all others", () => {
  const t = createTexts("de", de.words, { "composer.placeholder": "Na?" });
  expect(t("composer.placeholder")).toBe("Na?");
  expect(t("composer.send")).toBe("Senden");
});

test("Arabic has a form for two, a few and many", () => {
  const t = createTexts("ar", ar.words);
  const forms = [1, 2, 3, 11, 100].map((n) => t("log.arrived", { n }).replace(/[\d٠-٩]+/, "#"));
  expect(new Set(forms).size).toBe(4);
});

describe("a locale's file", () => {
  test.each([
    ["de-AT", "Senden", "de-AT"],
    ["en-GB", "Send", "en-GB"],
    ["ar-EG", "إرسال", "ar-EG"],
    ["pt", "Enviar", "pt"],
    ["pt-PT", "Enviar", "pt-PT"],
    ["zh", "发送", "zh"],
    ["zh-CN", "发送", "zh-CN"],
    ["zh-SG", "发送", "zh-SG"],
    ["zh-Hans-HK", "发送", "zh-Hans-HK"],
    ["he-IL", "שליחה", "he-IL"],
    ["ja-JP", "送信", "ja-JP"],
    // Nobody has translated these: dates must not be in another language than the words.
    ["tlh", "Send", "en"],
    ["den", "Send", "en"],
    ["fa", "Send", "en"],
    ["zh-TW", "Send", "en"],
    ["zh-Hant", "Send", "en"],
    ["zh-HK", "Send", "en"],
  ])("for %s says %s, in %s", async (tag, word, lang) => {
    const spoken = await loadWords(tag);
    expect([spoken.words["composer.send"], spoken.lang]).toEqual([word, lang]);
  });
});
