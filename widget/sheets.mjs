/** Style sheets as the build puts them into scripts: minified, with the tokens that they read. */
import { transform } from "esbuild";

/**
 * esbuild leaves the values of custom properties as they are written, and puts brackets round a
 * product that needs none.
 */
export const minifyCss = async (css) =>
  (
    await transform(css, { loader: "css", minify: true, target: "es2022", legalComments: "none" })
  ).code
    .trim()
    .replace(/(--[\w-]+): /g, "$1:")
    .replace(/ \((\w+\*\w+)\)/g, " $1");

/**
 * The tokens for what the widget draws, `.ing`, instead of for the whole shadow root: the launcher
 * keeps its colours, and nothing of it reaches the page.
 */
export const forWidget = (tokens) =>
  tokens
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/:root[^{,]*,\s*/g, "")
    .replace(/:host\((.*)\) \{/g, ".ing$1 {")
    .replace(/:host \{/g, ".ing {");

/** The tokens that one of these sheets reads, and `others` do not. */
export const usedIn = (sheets, tokens, others = "") =>
  tokens.replace(/(--ing-[\w-]+):\s*[^;]+;/g, (token, name) =>
    sheets.includes(`var(${name}`) && !others.includes(`var(${name}`) ? token : "",
  );

export const tokenValue = (token, tokens) => new RegExp(`${token}:\\s*([^;]+);`).exec(tokens)?.[1];

/**
 * The light values in the places of the tokens: the launcher is drawn before the tokens are there.
 */
export const inLight = (css, tokens) =>
  css.replace(/var\((--ing-[\w-]+)\)/g, (use, name) =>
    name === "--ing-accent" ? use : (tokenValue(name, tokens) ?? use),
  );

/** The eight voices of the tokens are read by the list of messages alone. */
export const withShortVoices = (css) =>
  css.replace(/--ing-(clay|amber|moss|fern|tide|slate|plum|rose)(-tint)?/g, (_, name, tint) =>
    tint ? `--${name[0]}t` : `--${name[0]}v`,
  );
