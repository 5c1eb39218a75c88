// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import {
  chooseLanguage,
  directionOfPage,
  languageOf,
  spokenFor,
} from "../../../widget/src/language.ts";

describe("a language tag", () => {
  test.each([
    ["ar_EG", "ar-EG"],
    ["de_DE", "de-DE"],
    ["de_DE.UTF-8", "de-DE"],
    ["de_AT@euro", "de-AT"],
    [" FR-ca ", "fr-CA"],
    ["zh_Hans_CN", "zh-Hans-CN"],
    ["deu", "de"],
    ["ar-EG-u-nu-latn", "ar-EG-u-nu-latn"],
  ])("%s is %s", (text, tag) => {
    expect(languageOf(text)).toBe(tag);
    // Each of them can write a date.
    expect(() => new Intl.DateTimeFormat(tag)).not.toThrow();
  });
  test.each(["", " ", "??", "C", "de_", "a", "english language"])("%o is none", (text) => {
    expect(languageOf(text)).toBeNull();
  });
});

test("the first that is a language is spoken, else English", () => {
  expect(chooseLanguage("??", "de_DE", "fr")).toBe("de-DE");
  expect(chooseLanguage("", "fr")).toBe("fr");
  expect(chooseLanguage("", "")).toBe("en");
});

describe("the language that is spoken", () => {
  test.each([
    ["en-GB", "en"],
    ["de-AT", "de"],
    ["ar-u-nu-latn", "ar"],
    ["pt", "pt-BR"],
    ["pt-PT", "pt-BR"],
    ["zh", "zh-Hans"],
    ["zh-CN", "zh-Hans"],
    ["zh-SG", "zh-Hans"],
    ["zh-TW", undefined],
    ["zh-Hant-HK", undefined],
    ["fa", undefined],
    ["arn", undefined],
    ["den", undefined],
  ])("for %s is %s", (tag, ours) => {
    expect(spokenFor(tag)).toBe(ours);
  });
  test("for an old name of Hebrew is Hebrew", () => {
    expect(spokenFor(languageOf("iw_IL") ?? "")).toBe("he");
  });
});

describe("the page's direction", () => {
  const page = (dir: string) => Object.assign(document.createElement("html"), { dir });
  test("is that of its attribute, else that of its style", () => {
    expect(directionOfPage(page("rtl"), "ltr")).toBe("rtl");
    expect(directionOfPage(page("ltr"), "rtl")).toBe("ltr");
    expect(directionOfPage(page(""), "rtl")).toBe("rtl");
    expect(directionOfPage(page("auto"), "rtl")).toBe("rtl");
  });
  test("is nothing where the page says what all pages say", () => {
    expect(directionOfPage(page(""), "ltr")).toBeNull();
  });
});
