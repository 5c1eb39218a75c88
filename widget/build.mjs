/**
 * Builds what visitors get, into backend/inglenook/embed_dist/:
 *   embed.js                      the tag's file, at a fixed name
 *   widget/<name>.<hash>.js       the chat, and a lazy chunk a language
 *   each with .br and .gz beside it; manifest.json says which is which and how big
 *
 * The same sources give the same bytes. It fails where a file outgrows its budget.
 *   node widget/build.mjs [--watch] [--quiet]       OUT=… builds into another folder
 */
import { createHash } from "node:crypto";
import { watch } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = process.env.OUT ?? join(ROOT, "backend/inglenook/embed_dist");
const TOKENS = join(ROOT, "backend/inglenook/static/inglenook/tokens.css");
const UI = join(ROOT, "widget/src/ui");
const TARGET = "es2020";

/**
 * Bytes after brotli: before a click; before a visitor can type; all that an open chat in English has
 * fetched 5 s after a message was sent; the largest file that only some chats fetch.
 */
const BUDGET = { embed: 2000, typing: 24_000, open: 40_000, feature: 8000 };

/** The later files that every open chat fetches within a second. */
const ALWAYS = ["more", "public-api", "endure", "rare"];

const minifyCss = async (css) =>
  (
    await transform(css, { loader: "css", minify: true, target: TARGET, legalComments: "none" })
  ).code.trim();

/**
 * The tokens for what the widget draws, `.ing`, instead of for the whole shadow root: the launcher keeps its colours, and
 * nothing of it reaches the page.
 */
const forWidget = (tokens) =>
  tokens
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/:root[^{,]*,\s*/g, "")
    .replace(/:host\((.*)\) \{/g, ".ing$1 {")
    .replace(/:host \{/g, ".ing {");

const usedIn = (css) => new Set([...css.matchAll(/var\((--ing-[\w-]+)/g)].map(([, name]) => name));

/** Only some of the tokens: they serve our own pages, too, and a sheet needs what it uses. */
const someTokens = (tokens, isWanted) =>
  tokens.replace(/^\s*(--ing-[\w-]+|color-scheme):[^;]+;/gm, (line, name) =>
    isWanted(name) ? line : "",
  );

const tokenValue = (token, tokens) => new RegExp(`${token}:\\s*([^;]+);`).exec(tokens)?.[1];

/** The light values in the places of the tokens: the launcher is drawn before the tokens are there. */
const inLight = (css, tokens) =>
  css.replace(/var\((--ing-[\w-]+)\)/g, (use, name) =>
    name === "--ing-accent" ? use : (tokenValue(name, tokens) ?? use),
  );

/** Stands for the hash while the files are made; all get the same, because each names others. */
const HASH = "__HASH__";

/** The meanings in options.ts are for the docs. */
const withoutMeanings = (builder) =>
  builder.onLoad({ filter: /src[\\/]options\.ts$/ }, async ({ path }) => ({
    contents: (await readFile(path, "utf8")).replace(
      /^\s*meaning:\s*(["'`])(?:\\.|(?!\1)[\s\S])*\1,$/gm,
      "",
    ),
    loader: "ts",
  }));

/** English comes in two halves: the words of the first sight are in the widget's own file. */
const englishHalf = (builder, half) =>
  builder.onLoad({ filter: /strings[\\/]en\.json$/ }, async ({ path }) => ({
    contents: JSON.stringify({ [half]: JSON.parse(await readFile(path, "utf8"))[half] }),
    loader: "json",
  }));

/** What the widget imports when it needs it becomes a file of its own, named in `lazy`. */
const coreRules = (lazy) => ({
  name: "core",
  setup(builder) {
    englishHalf(builder, "first");
    withoutMeanings(builder);
    builder.onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      return laterFile(lazy, path, resolveDir);
    });
  },
});

const laterFile = (lazy, path, folder) => {
  const name = basename(path).replace(/\.\w+$/, "");
  lazy.set(name, join(folder, path));
  return { path: `./${name}.${HASH}.js`, external: true };
};

/**
 * A lazy file has what it shares from the widget's own module, so that nothing is shipped twice and no third file is needed.
 * It may import later files itself.
 */
const lazyRules = (lazy) => ({
  name: "lazy",
  setup(builder) {
    englishHalf(builder, "later");
    const core = () => ({ path: `./widget.${HASH}.js`, external: true });
    builder.onResolve({ filter: /^preact$/ }, core);
    builder.onResolve({ filter: /[\\/](kit|core)\.ts$/ }, core);
    builder.onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) =>
      kind === "dynamic-import" ? laterFile(lazy, path, resolveDir) : undefined,
    );
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
        unsafe_arrows: true,
      },
      format: { comments: false },
    })
  ).code;

const stripMap = (code) => code.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

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

async function bundle() {
  const tokens = forWidget(await readFile(TOKENS, "utf8"));
  const launcher = await readFile(join(UI, "launcher.css"), "utf8");
  const later = await readFile(join(UI, "later.css"), "utf8");
  const styles = await readFile(join(UI, "styles.css"), "utf8");
  const firstTokens = usedIn(styles).add("color-scheme");
  const laterTokens = usedIn(later);
  const isFirst = (name) => firstTokens.has(name);
  const isLater = (name) => laterTokens.has(name) && !isFirst(name);
  const accent = JSON.stringify(tokenValue("--ing-accent", tokens));
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));

  const esm = {
    bundle: true,
    target: TARGET,
    legalComments: "none",
    charset: "utf8",
    write: false,
    format: "esm",
    // Not the editor's settings: the JSX runtime would be another 300 bytes.
    tsconfigRaw: {
      compilerOptions: {
        jsx: "react",
        jsxFactory: "h",
        jsxFragmentFactory: "Fragment",
        verbatimModuleSyntax: true,
        useDefineForClassFields: false,
      },
    },
    inject: [join(ROOT, "widget/src/h.ts")],
    define: {
      WIDGET_CSS: JSON.stringify(await minifyCss(someTokens(tokens, isFirst) + styles)),
      LATER_CSS: JSON.stringify(await minifyCss(someTokens(tokens, isLater) + later)),
      ACCENT: accent,
      VERSION: JSON.stringify(version),
    },
  };
  const make = async (entry, plugin) =>
    squeeze((await build({ ...esm, entryPoints: [entry], plugins: [plugin] })).outputFiles[0].text);

  const lazy = new Map();
  const parts = new Map([
    ["widget", await make(join(ROOT, "widget/src/main.tsx"), coreRules(lazy))],
  ]);
  // One that another one names is met later in the same round.
  for (const [name, entry] of lazy) parts.set(name, await make(entry, lazyRules(lazy)));
  const digest = createHash("sha256");
  for (const [name, code] of [...parts].sort()) digest.update(name).update(code);
  const hash = digest.digest("hex").slice(0, 6);
  const files = new Map(
    [...parts].map(([name, code]) => [`widget/${name}.${hash}.js`, code.replaceAll(HASH, hash)]),
  );
  const entry = `widget/widget.${hash}.js`;

  // Transformed, not bundled: it is one file that wraps itself.
  const embed = await transform(await readFile(join(ROOT, "embed.js"), "utf8"), {
    minify: true,
    target: TARGET,
    legalComments: "none",
    charset: "utf8",
    define: {
      WIDGET_FILE: JSON.stringify(entry),
      ACCENT: accent,
      LAUNCHER_CSS: JSON.stringify(await minifyCss(inLight(launcher, tokens))),
    },
  });

  files.set("embed.js", await squeeze(embed.code));
  return { files, entry };
}

/** Writes into a folder beside the old one and swaps them: a server never sees half a build. */
async function write({ files, entry }) {
  const fresh = `${OUT}.new`;
  await rm(fresh, { recursive: true, force: true });
  const sizes = {};
  for (const [name, code] of [...files].sort()) sizes[name] = await emit(fresh, name, code);
  const lazy = Object.keys(sizes).filter((name) => name !== entry && name !== "embed.js");
  const always = lazy.filter((name) => ALWAYS.includes(basename(name).split(".")[0]));
  const sum = (names) => names.reduce((bytes, name) => bytes + sizes[name].br, 0);
  const total = {
    embed: sizes["embed.js"].br,
    typing: sum(["embed.js", entry]),
    open: sum(["embed.js", entry, ...always]),
    feature: Math.max(
      ...lazy.filter((name) => !always.includes(name)).map((name) => sizes[name].br),
    ),
  };
  await writeFile(
    join(fresh, "manifest.json"),
    `${JSON.stringify({ embed: "embed.js", widget: entry, lazy, files: sizes, total, budget: BUDGET }, null, 2)}\n`,
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
      `${ok ? "ok      " : "TOO BIG "} ${part.padEnd(6)} ${String(total[part]).padStart(6)} of ${limit} B brotli`,
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
