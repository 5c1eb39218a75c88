// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import {
  chooseLanguage,
  directionOf,
  directionOfPage,
  languageOf,
} from "../../../widget/src/ui/language.ts";

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

test("Arabic is written from the right, whatever its region", () => {
  expect(["ar", "ar-EG", "ar-u-nu-latn"].map(directionOf)).toEqual(["rtl", "rtl", "rtl"]);
  expect(["en", "arn", "de-DE"].map(directionOf)).toEqual(["ltr", "ltr", "ltr"]);
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
