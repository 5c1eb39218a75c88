/**
 * One file for the panel and for what the files that load later have in common with it: two files
 * squeeze 0.4 KB worse than one. esbuild does it in two steps, and leaves a facade.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

/**
 * `first` is the path of the first source. Each file that loads later says that it is there, so it
 * is all that they have in common. esbuild would else split that off.
 */
export const afterTheFirst = (first) => ({
  name: "after-the-first",
  setup(builder) {
    builder.onResolve({ filter: /\.tsx?$/ }, ({ kind, path, resolveDir }) =>
      kind === "dynamic-import" ? { path: join(resolveDir, path), pluginData: true } : undefined,
    );
    builder.onLoad({ filter: /\.tsx?$/ }, async ({ path, pluginData }) =>
      pluginData
        ? {
            contents: `import ${JSON.stringify(first)};${await readFile(path, "utf8")}`,
            loader: path.endsWith("x") ? "tsx" : "ts",
          }
        : undefined,
    );
  },
});

/**
 * esbuild puts a first file that others import behind a facade: a file that hands on what
 * embed.js calls. Says what the file inside is called, and how it is called without the facade.
 */
export function behind({ outputs }, facade) {
  const inside = outputs[facade].imports[0].path;
  return { inside, panel: inside.replace("/chunk.", "/widget.") };
}

/** The files without the facade, and a function that takes the facade out of a list. */
export function withoutFacade(metafile, facade, files) {
  const { inside, panel } = behind(metafile, facade);
  const { exports: calls } = metafile.outputs[facade];
  const take = (names) =>
    names.filter((name) => name !== facade).map((name) => (name === inside ? panel : name));

  const [, short] = /import\{([\w$]+) as/.exec(files.get(facade));
  const text = files.get(inside).replace(new RegExp(` as ${short}(?=[,}])`), ` as ${calls[0]}`);
  const renamed = take([...files.keys()]).map((name) => [
    name,
    name === panel ? text : files.get(name).replaceAll(basename(inside), basename(panel)),
  ]);
  return { files: new Map(renamed), take };
}

/**
 * One digest for all files of the chat, in the place of one each: their names stand in the files
 * that every open chat fetches, and letters that were said before cost next to nothing. No file is
 * fetched more often for it, because a change of one has always given the others new digests: they
 * name each other. Takes the files as esbuild calls them, `*` for those of the languages, and
 * answers what puts the new names into a text.
 */
export function oneDigest(files) {
  const sorted = [...files].sort();
  const hash = createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
  const digest = hash.slice(0, 8).toUpperCase();
  const names = new Map();
  for (const [path] of sorted) {
    const [name, own] = basename(path).split(".");
    const same = [...names.keys()].filter((other) => other.startsWith(`${name}.`)).length;
    names.set(`${name}.${own}`, `${name}${same || ""}.${digest}`);
  }
  return (text) => text.replace(/[\w*-]+\.[0-9A-Z]{8}(?!\w)/g, (name) => names.get(name) ?? name);
}
