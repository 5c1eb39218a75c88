/** Imports go down only, and no file knows itself by way of others; types count too. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const ROOT = "widget/src";
/** From the lowest; a folder or a file at the top. Those of one row may not import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ["protocol", "entry.ts", "storage.ts", "language.ts"],
  ["heeds.ts", "options.ts", "rooms", "connection"],
  ["outbox"],
  ["session"],
  ["ui"],
  ["complaints.ts", "events-out.ts", "returning.ts"],
  ["public-api"],
  ["main.tsx", "dashboard"],
];

const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"),
);
const textOf = (name: string) => readFileSync(join(ROOT, name), "utf8");

const imports = new Map(
  files.map((name) => [
    name,
    [...textOf(name).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.tsx?)"/g)].map(([, path]) =>
      normalize(join(dirname(name), path as string)),
    ),
  ]),
);
const partOf = (name: string) => name.split("/")[0] as string;
const layerOf = (name: string) => LAYERS.findIndex((parts) => parts.includes(partOf(name)));

test("every file has its place in the layers", () => {
  expect(files.filter((name) => layerOf(name) < 0)).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test("imports go down only", () => {
  const upward = [...imports].flatMap(([name, targets]) =>
    targets
      .filter((target) => partOf(target) !== partOf(name) && layerOf(target) >= layerOf(name))
      .map((target) => `${name} -> ${target}`),
  );
  expect(upward).toEqual([]);
});

test("no file knows itself by way of others", () => {
  const cycles: string[] = [];
  const done = new Set<string>();
  const walk = (name: string, path: readonly string[]): void => {
    const seen = path.indexOf(name);
    if (seen >= 0) cycles.push([...path.slice(seen), name].join(" -> "));
    if (seen >= 0 || done.has(name)) return;
    for (const target of imports.get(name) ?? []) walk(target, [...path, name]);
    done.add(name);
  };
  for (const name of files) walk(name, []);
  expect(cycles).toEqual([]);
});

test("views read the conversation through its session, and know no transport", () => {
  const below = files
    .filter((name) => partOf(name) === "ui")
    .flatMap((name) => (imports.get(name) ?? []).map((target) => `${name} -> ${target}`))
    .filter((line) => / -> (connection|outbox)\//.test(line));
  expect(below).toEqual([]);
});

test("nothing in the widget writes markup", () => {
  const html = "innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML";
  const sinks = new RegExp(`${html}|document\\.write|\\beval\\(|new Function`);
  expect(files.filter((name) => sinks.test(textOf(name)))).toEqual([]);
});
