import { describe, expect, test } from "vitest";
import { createTexts, loadWords } from "../../../widget/src/parts/texts.ts";
import ar from "../../../widget/src/strings/ar.json";
import de from "../../../widget/src/strings/de.json";
import es from "../../../widget/src/strings/es.json";
import fr from "../../../widget/src/strings/fr.json";
import { english as en } from "../support/english.ts";

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
  for (const lang of ["ar-EG", "de", "en", "es", "fr"])
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

describe("every language", () => {
  const gaps = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
  test.each(
    Object.entries({ ar, de, es, fr }),
  )("%s says everything that English says", (_, words) => {
    const known: Record<string, string> = words.words;
    expect(Object.keys(en).filter((key) => !known[key])).toEqual([]);
  });
  test.each(Object.entries({ ar, de, es, fr }))("%s has the gaps of English", (_, words) => {
    const all: Record<string, string> = words.words;
    for (const [key, text] of Object.entries(en)) {
      if (/\.(one|two|zero|few)$/.test(key)) continue;
      expect(gaps(all[key] ?? ""), key).toBe(gaps(text));
    }
  });
});

describe("a locale's file", () => {
  test.each([
    ["de-AT", "Senden", "de-AT"],
    ["en-GB", "Send", "en-GB"],
    ["ar-EG", "إرسال", "ar-EG"],
    // Nobody has translated these: dates must not be in another language than the words.
    ["tlh", "Send", "en"],
    ["den", "Send", "en"],
    ["he", "Send", "en"],
  ])("for %s says %s, in %s", async (tag, word, lang) => {
    const spoken = await loadWords(tag);
    expect([spoken.words["composer.send"], spoken.lang]).toEqual([word, lang]);
  });
});
