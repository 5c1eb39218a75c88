// @vitest-environment happy-dom
import { afterEach, describe, expect, test } from "vitest";
import { complaintsAbout } from "../../../widget/src/complaints.ts";
import {
  attributeOf,
  type Dataset,
  meaningOf,
  OPTIONS,
  readOptions,
} from "../../../widget/src/options.ts";
import { addTag, cleanPage, hosts, runEmbed } from "./support/tag.ts";

afterEach(cleanPage);

const complaints = (dataset: Dataset): string[] =>
  complaintsAbout(dataset, { attributeOf, meaningOf, OPTIONS });

describe("an option", () => {
  test("that is not given has its default", () => {
    expect(readOptions({ site: "pk_x" })).toMatchObject({
      theme: "auto",
      position: "bottom-right",
      open: "remember",
      storage: "local",
      target: "[data-inglenook-room]",
    });
    expect(complaints({ site: "pk_x" })).toEqual([]);
  });
  test.each([
    ["theme", "pink", "auto", "it can be auto, light, dark"],
    ["offsetX", "2em", "20", 'data-offset-x="2em"'],
    ["offsetY", "-5", "20", 'an example is "20"'],
    ["offsetY", "12345", "20", "data-offset-y"],
    ["zIndex", "top", "2147480000", "data-z-index"],
    ["accent", "red", "", 'an example is "#a8431f"'],
    ["accent", "#fff;}", "", "data-accent"],
    ["dir", "up", "auto", "it can be auto, ltr, rtl"],
    ["lang", "??", "auto", "data-lang"],
    ["target", "#", "[data-inglenook-room]", "data-target"],
  ])("%s that is %s has its default, and one sentence says so", (name, text, value, words) => {
    expect(readOptions({ [name]: text })[name]).toBe(value);
    const said = complaints({ [name]: text });
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(words);
    expect(said[0]).toContain(`Using "${value}".`);
  });
  test.each([
    ["offsetY", "20px", "20"],
    ["offsetX", " 7 px ", "7"],
    ["offsetX", "0", "0"],
    ["zIndex", "-1", "-1"],
    ["accent", "#ABCdef", "#ABCdef"],
    ["theme", " dark ", "dark"],
    ["lang", "ar_EG", "ar-EG"],
    ["target", " #talk, .talk ", "#talk, .talk"],
    ["title", " Ask us ", "Ask us"],
  ])("%s that is %s is taken for what it means, without a word", (name, text, value) => {
    expect(readOptions({ [name]: text })[name]).toBe(value);
    expect(complaints({ [name]: text })).toEqual([]);
  });
  test("that nobody knows is named in debug only", () => {
    expect(complaints({ bogus: "1" })).toEqual([]);
    expect(complaints({ bogus: "1", debug: "false" })).toEqual([]);
    for (const debug of ["", "true"])
      expect(complaints({ bogus: "1", debug })).toEqual([
        "data-bogus is not an option of Inglenook.",
      ]);
  });
  test("is called by its attribute", () => {
    expect(attributeOf("launcherLabel")).toBe("data-launcher-label");
  });
});

describe("what embed.js draws before the widget is there", () => {
  const texts = ["", " ", "0", "7", " 7px ", "20 px", "2em", "-5", "12345", "1e3", "red", "#fff"];
  test.each([
    ...texts,
    "#A8431F",
    "#a8431f;}",
    "2147480001",
    "bottom-left",
    " bottom-left ",
  ])("is what the widget makes of %o", (text) => {
    for (const name of ["offsetX", "offsetY", "zIndex", "accent", "position"]) {
      addTag({ [attributeOf(name)]: text });
      runEmbed();
      const { style } = hosts()[0] as HTMLElement;
      const options = readOptions({ [name]: text });
      const side = options.position === "bottom-left" ? "left" : "right";
      expect(style.getPropertyValue(`--ing-${side}`)).toBe(`${options.offsetX}px`);
      expect(style.getPropertyValue("--y")).toBe(`${options.offsetY}px`);
      expect(style.getPropertyValue("--z")).toBe(options.zIndex);
      expect(style.getPropertyValue("--ing-accent")).toBe(options.accent || "#a8431f");
      cleanPage();
    }
  });
});
