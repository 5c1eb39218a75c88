/**
 * Builds what visitors get, into backend/inglenook/embed_dist/:
 *   embed.js                      the tag's file, at a fixed name
 *   widget/<name>.<hash>.js       the chat, and what it fetches later: esbuild's own code splitting
 *   each with .br and .gz beside it; manifest.json says which is which and how big
 *
 * The same sources give the same bytes. It fails where a file outgrows its budget.
 *   node widget/build.mjs [--watch] [--quiet]       OUT=… builds into another folder
 */
import { watch } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, parse, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";
import { INTERNAL } from "./internal-names.mjs";
import { languageModules, languageNames } from "./languages.mjs";
import { afterTheFirst, behind, oneDigest, withoutFacade } from "./one-file.mjs";
import { forWidget, inLight, minifyCss, tokenValue, usedIn, withShortVoices } from "./sheets.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = process.env.OUT ?? join(ROOT, "backend/inglenook/embed_dist");
const TOKENS = join(ROOT, "backend/inglenook/static/inglenook/tokens.css");
const SOURCES = join(ROOT, "widget/src");
const UI = join(SOURCES, "ui");
/** The sheet that comes with what draws messages. */
const MESSAGES = join("ui", "messages.css");
const TARGET = "es2022";

/**
 * Bytes after brotli: before a click; before one can type; all that an open chat in English has
 * fetched 5 s after a message was sent; the largest file that only some chats fetch; the names of
 * emoji; all scripts of the owners' workspace. And how many files an open chat has fetched.
 */
const BUDGET = {
  embed: 2048,
  typing: 24_000,
  open: 40_000,
  feature: 8000,
  names: 24_000,
  workspace: 30_000,
  files: 4,
};

/** What a picker of emoji and `:names:` need. */
const EMOJI_NAMES = "widget/src/features/emoji/names.json";

/** For who has written and comes back; a page without an open chat asks for nothing else. */
const RETURNING = "widget/src/returning.ts";

/** For pages that make an instance by options. */
const BOOT = "widget/src/boot.ts";

/**
 * The workspace of owners: what every page does, a room's page (built of the widget's own
 * connection), and the service worker, which the server serves under a name of its own.
 */
const WORKSPACE = {
  workspace: "widget/src/dashboard/workspace.ts",
  room_page: "widget/src/dashboard/room-page.ts",
  look_page: "widget/src/dashboard/look-page.ts",
  look_preview: "widget/src/dashboard/look-preview.ts",
  room_list: "widget/src/dashboard/room-list.ts",
  service_worker: "widget/src/dashboard/service-worker.ts",
};

/** The first file, which draws the panel. */
const PANEL = "widget/src/main.tsx";

/** The file that every open chat fetches beside the first. */
const ENGINE = "widget/src/ui/engine.ts";

/**
 * Chromium compiles all functions of such a file while it loads, beside the page's thread. One by
 * one, when each is first called, they cost that thread 80 of the 450 ms that a phone needs to open
 * a chat (https://v8.dev/blog/explicit-compile-hints). Other browsers see a comment.
 */
const EAGERLY = "//# allFunctionsCalledOnLoad\n";

/** The meanings in options.ts are for the docs. */
const withoutMeanings = {
  name: "without-meanings",
  setup(builder) {
    builder.onLoad({ filter: /src[\\/]options\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(
        /^\s*meaning:\s*(["'`])(?:\\.|(?!\1)[\s\S])*\1,$/gm,
        "",
      ),
      loader: "ts",
    }));
  },
};

/** A sheet that only some need is text in the file of its view, with the tokens it alone reads. */
const sheetsOfFeatures = (tokens, others) => ({
  name: "sheets-of-features",
  setup(builder) {
    builder.onLoad({ filter: /(features|parts)[\\/].*\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const own = usedIn(css, tokens, others);
      return {
        contents: await minifyCss(own.includes("--ing-") ? own + css : css),
        loader: "text",
      };
    });
  },
});

/** A minifier that takes its time: 4 % less than esbuild's own. */
const squeeze = async (code) =>
  (
    await minify(code, {
      module: true,
      ecma: 2020,
      compress: {
        ecma: 2020,
        passes: 3,
        keep_fargs: false,
        pure_getters: true,
        unsafe: true,
        unsafe_arrows: true,
      },
      format: { comments: false },
    })
  ).code;

const stripMap = (code) => code.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");

/** The smallest of the four ways in which brotli may write distances: 0.2 % less. */
const brotli = (bytes) =>
  [0, 1, 2, 3]
    .map((postfix) =>
      brotliCompressSync(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 11,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          [constants.BROTLI_PARAM_NPOSTFIX]: postfix,
        },
      }),
    )
    .reduce((best, one) => (one.length < best.length ? one : best));

async function emit(folder, name, code) {
  const bytes = Buffer.from(stripMap(code));
  const small = brotli(bytes);
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await Promise.all([
    writeFile(path, bytes),
    writeFile(`${path}.br`, small),
    writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 })),
  ]);
  return { raw: bytes.length, br: small.length };
}

const readTexts = async (names) =>
  (await Promise.all(names.map((name) => readFile(join(SOURCES, name), "utf8")))).join("");

/** What esbuild is asked for every file of the widget. */
async function settingsFor(tokens, badge, wordsDigest) {
  const sheet = await readTexts(["ui/styles.css", "ui/parts.css"]);
  const names = await readdir(SOURCES, { recursive: true });
  const messages = await readTexts([MESSAGES]);
  const isOfCore = (name) => /^ui.*\.css$/.test(name) && name !== MESSAGES;
  const all = await readTexts(names.filter(isOfCore));
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  return {
    absWorkingDir: ROOT,
    // Said, because esbuild does not look for it where a plugin resolved the path.
    tsconfig: "tsconfig.json",
    bundle: true,
    format: "esm",
    target: TARGET,
    outdir: "widget",
    entryNames: "[name].[hash]",
    chunkNames: "[name].[hash]",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    metafile: true,
    mangleProps: INTERNAL,
    write: false,
    plugins: [withoutMeanings, sheetsOfFeatures(tokens, all + messages)],
    define: {
      WIDGET_CSS: JSON.stringify((await minifyCss(usedIn(all, tokens) + sheet)) + badge),
      MESSAGES_CSS: JSON.stringify(
        withShortVoices(await minifyCss(usedIn(messages, tokens, all) + messages)),
      ),
      BADGE_CSS: JSON.stringify(badge),
      ACCENT: accentOf(tokens),
      LANGUAGES: languageNames(),
      WORDS_FILE: JSON.stringify(`./*.${wordsDigest}.js`),
      VERSION: JSON.stringify(version),
    },
  };
}

/** The light accent, as a string of JavaScript. */
const accentOf = (tokens) => JSON.stringify(tokenValue("--ing-accent", tokens));

/** The file that esbuild made of a source. */
const madeOf = ({ outputs }, source) =>
  Object.keys(outputs).find((name) => outputs[name].entryPoint === source);

/** A file, and those that it fetches at once. */
const withImports = ({ outputs }, name) => [
  name,
  ...outputs[name].imports
    .filter(({ kind }) => kind === "import-statement")
    .flatMap(({ path }) => withImports({ outputs }, path)),
];

/** As embed.js has it: `widget.ABCDEFGH`. */
const nameOf = (path) => path.replace(/^widget\/(.*)\.js$/, "$1");

/** Transformed, not bundled: embed.js is one file that wraps itself. */
async function embedFile({ open, returning, boot }, tokens, beforeTheTokens) {
  const { code } = await transform(await readFile(join(ROOT, "embed.js"), "utf8"), {
    minify: true,
    target: TARGET,
    legalComments: "none",
    charset: "utf8",
    define: {
      WIDGET_FILES: JSON.stringify(open.map(nameOf).join(" ")),
      RETURNING_FILE: JSON.stringify(nameOf(returning)),
      BOOT_FILE: JSON.stringify(nameOf(boot)),
      ACCENT: accentOf(tokens),
      CORNER_CSS: JSON.stringify(await beforeTheTokens("corner.css")),
      INLINE_CSS: JSON.stringify(await beforeTheTokens("inline.css")),
      LAUNCHER_CSS: JSON.stringify(await beforeTheTokens("launcher.css")),
    },
  });
  return squeeze(code);
}

async function bundle() {
  const tokens = forWidget(await readFile(TOKENS, "utf8"));
  /** A sheet that is drawn where the tokens are not yet. */
  const beforeTheTokens = async (name) =>
    minifyCss(inLight(await readFile(join(UI, name), "utf8"), tokens));
  const { modules, digest } = languageModules();
  const settings = await settingsFor(tokens, await beforeTheTokens("badge.css"), digest);
  const make = (entryPoints, words = {}) =>
    build({ ...settings, entryPoints, define: { ...settings.define, ...words } });

  const chat = await build({
    ...settings,
    entryPoints: { widget: PANEL },
    splitting: true,
    plugins: [...settings.plugins, afterTheFirst(join(ROOT, PANEL))],
  });
  // By itself: what it shares with the chat would else be a file of its own for every page.
  const facade = madeOf(chat.metafile, PANEL);
  const widget = JSON.stringify(nameOf(behind(chat.metafile, facade).panel));
  const returning = await make({ returning: RETURNING }, { WIDGET_FILE: widget });
  const boot = await make({ boot: BOOT });
  // By itself too: else each open chat would fetch the connection as one file more.
  const workspace = await Promise.all(
    Object.values(WORKSPACE).map((source) => make({ [parse(source).name]: source })),
  );

  const made = new Map();
  for (const { path, text } of [chat, returning, boot, ...workspace].flatMap(
    (made) => made.outputFiles,
  ))
    made.set(relative(ROOT, path).replaceAll("\\", "/"), await squeeze(text));
  for (const [tag, text] of modules) made.set(`widget/${tag}.${digest}.js`, await squeeze(text));
  const { files: apart, take } = withoutFacade(chat.metafile, facade, made);
  const ofWorkspace = Object.fromEntries(
    Object.entries(WORKSPACE).map(([part, source], at) => [
      part,
      madeOf(workspace[at].metafile, source),
    ]),
  );
  const owners = Object.values(ofWorkspace);
  const ofChat = [...apart].filter(([name]) => !owners.includes(name));
  const renamed = oneDigest([...ofChat, [`*.${digest}.js`, ""]]);
  const files = new Map([...apart].map(([name, text]) => [renamed(name), renamed(text)]));
  const fetchedFor = (source) =>
    take(withImports(chat.metafile, madeOf(chat.metafile, source))).map(renamed);
  const first = [...new Set(fetchedFor(PANEL))];
  const open = [...new Set([...first, ...fetchedFor(ENGINE)])];
  for (const name of open) files.set(name, EAGERLY + files.get(name));
  const named = {
    open,
    returning: renamed(madeOf(returning.metafile, RETURNING)),
    boot: renamed(madeOf(boot.metafile, BOOT)),
  };
  files.set("embed.js", await embedFile(named, tokens, beforeTheTokens));
  const names = renamed(madeOf(chat.metafile, EMOJI_NAMES));
  return { files, first, open, names, ofWorkspace };
}

/** Writes into a folder beside the old one and swaps them: a server never sees half a build. */
async function write({ files, first, open, names, ofWorkspace }) {
  const fresh = `${OUT}.new`;
  await rm(fresh, { recursive: true, force: true });
  const sizes = {};
  for (const [name, code] of [...files].sort()) sizes[name] = await emit(fresh, name, code);
  const sum = (names) => names.reduce((bytes, name) => bytes + sizes[name].br, 0);
  const owners = Object.values(ofWorkspace);
  const features = Object.keys(sizes).filter(
    (name) => ![...owners, ...open, "embed.js"].includes(name),
  );
  const total = {
    embed: sizes["embed.js"].br,
    typing: sum(["embed.js", ...first]),
    open: sum(["embed.js", ...open]),
    feature: Math.max(...features.filter((name) => name !== names).map((name) => sizes[name].br)),
    names: sizes[names].br,
    workspace: sum(owners),
    files: 1 + open.length,
  };
  const manifest = {
    embed: "embed.js",
    widget: first[0],
    ...ofWorkspace,
    first,
    open,
    features,
    files: sizes,
  };
  await writeFile(
    join(fresh, "manifest.json"),
    `${JSON.stringify({ ...manifest, total, budget: BUDGET }, null, 2)}\n`,
  );
  await rm(OUT, { recursive: true, force: true });
  await rename(fresh, OUT);
  return { sizes, total };
}

function report({ sizes, total }) {
  if (!process.argv.includes("--quiet"))
    for (const [name, { raw, br }] of Object.entries(sizes))
      console.log(
        `${name.padEnd(32)} ${String(raw).padStart(7)} B  ${String(br).padStart(6)} B brotli`,
      );
  let fits = true;
  for (const [part, limit] of Object.entries(BUDGET)) {
    const ok = total[part] <= limit;
    fits &&= ok;
    console.log(
      `${ok ? "ok      " : "TOO BIG "} ${part.padEnd(6)} ${String(total[part]).padStart(6)} of ${limit}${part === "files" ? " files" : " B brotli"}`,
    );
  }
  return fits;
}

async function once() {
  return report(await write(await bundle()));
}

if (process.argv.includes("--watch")) {
  let due = null;
  const again = () => {
    clearTimeout(due);
    due = setTimeout(() => once().catch((error) => console.error(error.message)), 80);
  };
  watch(join(ROOT, "widget/src"), { recursive: true }, again);
  watch(join(ROOT, "embed.js"), again);
  watch(TOKENS, again);
  again();
} else process.exitCode = (await once()) ? 0 : 1;
