// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { takeScreen } from "../../../widget/src/ui/full-screen.ts";

const html = document.documentElement;

test("the page behind holds still, and is exactly as before afterwards", () => {
  html.style.setProperty("overflow", "scroll", "important");
  const giveBack = takeScreen(document.createElement("div"));
  expect(html.style.getPropertyValue("overflow")).toBe("hidden");
  expect(document.body.inert).toBe(true);
  giveBack();
  expect(html.style.getPropertyValue("overflow")).toBe("scroll");
  expect(html.style.getPropertyPriority("overflow")).toBe("important");
  expect(document.body.inert).toBe(false);
  html.style.removeProperty("overflow");
});

test("a page that was inert by itself stays so", () => {
  document.body.inert = true;
  takeScreen(document.createElement("div"))();
  expect(document.body.inert).toBe(true);
  document.body.inert = false;
});

test("the panel ends where the keyboard begins", () => {
  const viewport = Object.assign(new EventTarget(), { height: 700, offsetTop: 0 });
  Object.defineProperty(window, "visualViewport", { value: viewport, configurable: true });
  const panel = document.createElement("div");
  const giveBack = takeScreen(panel);
  Object.assign(viewport, { height: 380, offsetTop: 12 });
  viewport.dispatchEvent(new Event("resize"));
  expect(panel.style.getPropertyValue("--ing-height")).toBe("380px");
  expect(panel.style.getPropertyValue("--ing-top")).toBe("12px");
  giveBack();
  expect(panel.style.getPropertyValue("--ing-height")).toBe("");
});
