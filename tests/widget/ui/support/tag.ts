/** embed.js as a browser runs it, with its import of the widget in the hands of the test. */

import { readFileSync } from "node:fs";
import { afterEach, beforeEach, vi } from "vitest";
import { boot } from "../../../../widget/src/boot.ts";
import type { Entry, Registry } from "../../../../widget/src/entry.ts";

const SOURCE = readFileSync("embed.js", "utf8").replace(
  /\bimport\((?!"\.\/widget)/,
  "importWidget(",
);
const KEY = `pk_${"x".repeat(32)}`;

export interface Imported {
  readonly mount: ReturnType<typeof vi.fn>;
  readonly tell: ReturnType<typeof vi.fn>;
  /** Addresses that were asked for, in order. */
  readonly asked: string[];
  /** The next imports fail. */
  fails: boolean;
}

/** Timers of the file that still run: after its test one would look for a document that is gone. */
const timers = new Set<ReturnType<typeof setTimeout>>();
function startTimer(callback: () => void, ms?: number) {
  const timer = setTimeout(() => {
    timers.delete(timer);
    callback();
  }, ms);
  timers.add(timer);
  return timer;
}

export function addTag(attributes: Record<string, string> = {}): HTMLScriptElement {
  const tag = document.createElement("script");
  // As a property only: the test runs the file, and nobody fetches it.
  Object.defineProperty(tag, "src", { value: "https://chat.example/embed.js" });
  tag.setAttribute("data-site", KEY);
  for (const [name, value] of Object.entries(attributes)) tag.setAttribute(name, value);
  document.body.append(tag);
  return tag;
}

/** Runs the file. The widget's `mount` gives the entry a view that remembers its calls. */
export function runEmbed(imported: Imported = newImport()): Imported {
  const importWidget = async (url: URL) => {
    imported.asked.push(String(url));
    if (imported.fails) throw new TypeError("failed to fetch");
    return { mount: imported.mount, tell: imported.tell, boot };
  };
  const run = new Function(
    ...[
      "importWidget",
      "setTimeout",
      "WIDGET_FILES",
      "RETURNING_FILE",
      "BOOT_FILE",
      "CORNER_CSS",
      "INLINE_CSS",
      "LAUNCHER_CSS",
      "ACCENT",
    ],
    SOURCE,
  );
  run(
    importWidget,
    startTimer,
    "widget.abc",
    "returning.abc",
    "boot.abc",
    "",
    "",
    "button{}",
    "#a8431f",
  );
  return imported;
}

export function newImport(): Imported {
  const mount = vi.fn((_: Registry, entry: Entry) => {
    entry.view ??= { unmount: vi.fn() };
    return entry.view;
  });
  return { mount, tell: vi.fn(), asked: [], fails: false };
}

export const registry = (): Registry => window.Inglenook as Registry;
export const hosts = (): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>("inglenook-chat"),
];
export const buttonOf = (host: HTMLElement | undefined): HTMLButtonElement =>
  host?.shadowRoot?.querySelector("button") as HTMLButtonElement;
/** The watcher of the page waits a moment. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 130));

export function cleanPage(): void {
  registry()?.end?.();
  for (const timer of timers) clearTimeout(timer);
  timers.clear();
  for (const host of hosts()) host.remove();
  document.body.replaceChildren();
  sessionStorage.clear();
  delete window.Inglenook;
}

/** For a file of tests: each begins with a clean page and files that come. */
export function onCleanPages() {
  let imported = newImport();
  const nextPage = (): void => {
    cleanPage();
    imported = newImport();
  };
  beforeEach(nextPage);
  afterEach(() => {
    cleanPage();
    vi.restoreAllMocks();
  });
  return {
    nextPage,
    /** What this test's files are, and what was asked of them. */
    files: () => imported,
    /** Adds a tag and runs the file. */
    start(attributes: Record<string, string> = {}): Imported {
      addTag(attributes);
      return runEmbed(imported);
    },
  };
}
