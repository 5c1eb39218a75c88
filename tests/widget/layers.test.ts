/** Imports go down only, and no file knows itself by way of others; types count too. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const ROOT = "widget/src";
/**
 * From the lowest: a file, or a folder whose files may import each other. Those of one row may not,
 * and in a row that ends with "*" each folder there is one of the row.
 */
const LAYERS: readonly (readonly string[])[] = [
  ["protocol", "entry.ts", "storage.ts", "language.ts"],
  ["heeds.ts", "options.ts", "team-login.ts", "rooms", "connection"],
  ["outbox"],
  ["session"],
  ["parts"],
  ["features/feature.ts"],
  ["features/*"],
  ["features/registry.ts"],
  ["ui"],
  ["complaints.ts", "events-out.ts", "returning.ts"],
  ["boot.ts"],
  ["public-api"],
  ["main.tsx", "dashboard"],
];

type Imports = ReadonlyMap<string, readonly string[]>;

const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"),
);
const textOf = (name: string) => readFileSync(join(ROOT, name), "utf8");
const importsOf = (name: string, pattern: RegExp) =>
  [...textOf(name).matchAll(pattern)].map(([, path]) =>
    normalize(join(dirname(name), path as string)),
  );
/** Without types, and without what loads later. */
const codeOf = (name: string) =>
  importsOf(name, /(?:import|export)\s+(?!type)(?:[^"]*?from\s+)?"(\.[^"]+\.tsx?)"/g);
const imports: Imports = new Map(
  files.map((name) => [name, importsOf(name, /(?:from|import)\s*\(?\s*"(\.[^"]+\.tsx?)"/g)]),
);

/** What of the table a file belongs to, and the number of its row. */
function placeOf(name: string): { readonly part: string; readonly layer: number } {
  const [folder, second] = name.split("/") as [string, string];
  const part = [name, folder, `${folder}/*`].find((one) => LAYERS.flat().includes(one)) ?? "";
  const layer = LAYERS.findIndex((row) => row.includes(part));
  return { part: part.endsWith("*") ? `${folder}/${second}` : part, layer };
}

function upward(known: Imports): string[] {
  return [...known].flatMap(([name, targets]) => {
    const from = placeOf(name);
    return targets
      .filter((target) => {
        const to = placeOf(target);
        return to.layer > from.layer || (to.layer === from.layer && to.part !== from.part);
      })
      .map((target) => `${name} -> ${target}`);
  });
}

test("every file has its place in the layers", () => {
  expect(files.filter((name) => placeOf(name).layer < 0)).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test("imports go down only", () => {
  expect(upward(imports)).toEqual([]);
});

test.each([
  ["a part knows no feature", "parts/ui.ts", "features/feature.ts"],
  ["a feature knows no other", "features/drawer/drawer.ts", "features/you/you.ts"],
  ["nor who lists it", "features/drawer/drawer-view.tsx", "features/registry.ts"],
  ["nor the panel", "features/drawer/drawer-view.tsx", "ui/header.tsx"],
  ["the session knows no part", "session/session.ts", "parts/texts.ts"],
  ["rooms do not know the connection", "rooms/room.ts", "connection/connection.ts"],
])("%s", (_, name, target) => {
  expect(upward(new Map([[name, [target]]]))).toEqual([`${name} -> ${target}`]);
  expect(upward(new Map([[name, [name]]]))).toEqual([]);
});

test("the view of a feature takes code of the panel from parts/parts.ts alone", () => {
  const views = files.filter((name) => name.startsWith("features/") && name.endsWith("-view.tsx"));
  expect(views.length).toBeGreaterThan(1);
  for (const name of views) {
    const own = [...loadedWith(name, new Set(["parts/parts.ts"]))];
    const foreign = own.flatMap(codeOf).filter((target) => dirname(target) !== dirname(name));
    expect([...new Set(foreign)], name).toEqual(["parts/parts.ts"]);
  }
});

/** A file with all that comes with it; `shared` comes by itself. */
function loadedWith(name: string, shared: ReadonlySet<string> = new Set()): Set<string> {
  const loaded = new Set<string>();
  const walk = (one: string): void => {
    if (loaded.has(one) || shared.has(one)) return;
    loaded.add(one);
    for (const target of codeOf(one)) walk(target);
  };
  walk(name);
  return loaded;
}

test("what draws messages comes with the engine, which shares parts/parts.ts with the panel", () => {
  const shared = loadedWith("parts/parts.ts");
  const first = loadedWith("main.tsx", shared);
  const engine = loadedWith("ui/engine.ts", shared);
  expect([...first]).toContain("ui/panel.tsx");
  expect([...engine]).toEqual(
    expect.arrayContaining(["session/session.ts", "ui/message-list.tsx", "ui/text.ts"]),
  );
  expect([...engine].filter((name) => first.has(name))).toEqual([]);
  const byTheirOwnWay = [...engine].flatMap((name) =>
    codeOf(name).filter((target) => shared.has(target) && target !== "parts/parts.ts"),
  );
  expect(byTheirOwnWay).toEqual([]);
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
    .filter((name) => /^(parts|features|ui)\//.test(name))
    .flatMap((name) => (imports.get(name) ?? []).map((target) => `${name} -> ${target}`))
    .filter((line) => / -> (connection|outbox)\//.test(line));
  expect(below).toEqual([]);
});

test("nothing in the widget writes markup", () => {
  const html = "innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML";
  const sinks = new RegExp(`${html}|document\\.write|\\beval\\(|new Function`);
  expect(files.filter((name) => sinks.test(textOf(name)))).toEqual([]);
});
