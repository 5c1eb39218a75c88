/**
 * Builds what visitors get, into backend/inglenook/embed_dist/:
 *   embed.js                      the tag's file, at a fixed name
 *   widget/<name>.<hash>.js       the chat, and a lazy chunk a language
 *   each with .br and .gz beside it; manifest.json says which is which and how big
 *
 * The same sources give the same bytes. It fails where a file outgrows its budget.
 *   node widget/build.mjs [--watch] [--quiet]
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = join(ROOT, "backend/inglenook/embed_dist");
const TOKENS = join(ROOT, "backend/inglenook/static/inglenook/tokens.css");
const UI = join(ROOT, "widget/src/ui");
const TARGET = "es2020";

/** Bytes after brotli: before a click, for an open chat in English, everything there is. */
const BUDGET = { embed: 1500, open: 20_000, all: 45_000 };

const minifyCss = async (css) =>
  (await transform(css, { loader: "css", minify: true, target: TARGET, legalComments: "none" })).code.trim();

/** Only the shadow root's half of the selectors: the widget never styles the page. */
const forHost = (tokens) => tokens.replace(/\/\*[^]*?\*\//g, "").replace(/:root[^{,]*,\s*/g, "");

const valueOf = (token, tokens) => new RegExp(`${token}:\\s*([^;]+);`).exec(tokens)?.[1];

/** The light values in the places of the tokens: the launcher is drawn before the tokens are there. */
const inLight = (css, tokens) => css.replace(/var\((--ing-[\w-]+)\)/g, (use, name) => (name === "--ing-accent" ? use : (valueOf(name, tokens) ?? use)));

/** The meanings in options.ts are for the docs. */
const withoutMeanings = {
  name: "without-meanings",
  setup(builder) {
    builder.onLoad({ filter: /src[\\/]options\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/^\s*meaning:\s*(["'`])(?:\\.|(?!\1)[^])*\1,$/gm, ""),
      loader: "ts",
    }));
  },
};

const stripMap = (code) => code.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
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
  const tokens = forHost(await readFile(TOKENS, "utf8"));
  const launcher = await readFile(join(UI, "launcher.css"), "utf8");
  const styles = await readFile(join(UI, "styles.css"), "utf8");
  const common = { bundle: true, minify: true, target: TARGET, legalComments: "none", charset: "utf8", write: false };

  const widget = await build({
    ...common,
    entryPoints: { widget: join(ROOT, "widget/src/main.tsx") },
    outdir: OUT,
    entryNames: "widget/[name].[hash]",
    chunkNames: "widget/[name].[hash]",
    format: "esm",
    splitting: true,
    metafile: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    plugins: [withoutMeanings],
    define: { WIDGET_CSS: JSON.stringify(await minifyCss(tokens + styles)) },
  });
  const [path] = Object.entries(widget.metafile.outputs).find(([, about]) => about.entryPoint);
  const entry = `widget/${basename(path)}`;

  // Transformed, not bundled: it is one file that wraps itself.
  const embed = await transform(await readFile(join(ROOT, "embed.js"), "utf8"), {
    minify: true,
    target: TARGET,
    legalComments: "none",
    charset: "utf8",
    define: {
      WIDGET_FILE: JSON.stringify(entry),
      ACCENT: JSON.stringify(valueOf("--ing-accent", tokens)),
      LAUNCHER_CSS: JSON.stringify(await minifyCss(inLight(launcher, tokens))),
    },
  });

  const files = new Map([["embed.js", embed.code]]);
  for (const { path, text } of widget.outputFiles) files.set(`widget/${basename(path)}`, text);
  return { files, entry };
}

/** Writes into a folder beside the old one and swaps them: a server never sees half a build. */
async function write({ files, entry }) {
  const fresh = `${OUT}.new`;
  await rm(fresh, { recursive: true, force: true });
  const sizes = {};
  for (const [name, code] of [...files].sort()) sizes[name] = await emit(fresh, name, code);
  const lazy = Object.keys(sizes).filter((name) => name !== entry && name !== "embed.js");
  const total = {
    embed: sizes["embed.js"].br,
    open: sizes["embed.js"].br + sizes[entry].br,
    all: Object.values(sizes).reduce((sum, { br }) => sum + br, 0),
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
      console.log(`${name.padEnd(32)} ${String(raw).padStart(7)} B  ${String(br).padStart(6)} B brotli`);
  let fits = true;
  for (const [part, limit] of Object.entries(BUDGET)) {
    const ok = total[part] <= limit;
    fits &&= ok;
    console.log(`${ok ? "ok      " : "TOO BIG "} ${part.padEnd(6)} ${String(total[part]).padStart(6)} of ${limit} B brotli`);
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
