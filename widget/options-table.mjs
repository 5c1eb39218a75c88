/**
 * Writes the table of options into docs/embed.md, from widget/src/options.ts.
 *   node widget/options-table.mjs
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const DOC = new URL("../docs/embed.md", import.meta.url);
const SOURCE = fileURLToPath(new URL("src/options.ts", import.meta.url));
const PLACE =
  /(<!-- options: made by widget\/options-table\.mjs -->\n)[\s\S]*?(<!-- end of options -->)/;

const code = (text) => (text ? `\`${text}\`` : "");

export function optionsTable(options, attributeOf) {
  const rows = Object.entries(options).map(([name, { values, fallback, meaning }]) => {
    const allowed = values ? values.map(code).join(", ") : "text";
    return `| ${code(attributeOf(name))} | ${allowed} | ${code(fallback)} | ${meaning.replaceAll("|", "\\|")} |`;
  });
  return [
    "| attribute | values | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

/** The document with the table in its place. */
export const withTable = (doc, table) =>
  doc.replace(PLACE, (_, begin, end) => `${begin}\n${table}\n${end}`);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    bundle: true,
    format: "esm",
    write: false,
  });
  const made = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`
  );
  const doc = await readFile(DOC, "utf8");
  await writeFile(DOC, withTable(doc, optionsTable(made.OPTIONS, made.attributeOf)));
}
