/**
 * One file for the panel and for what the files that load later have in common with it: two files
 * squeeze 0.4 KB worse than one. esbuild does it in two steps, and leaves a facade.
 */
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
