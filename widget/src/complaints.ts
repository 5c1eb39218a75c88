/** What the console tells the owner, who pasted the tag, of options that were not understood. */

import type * as Options from "./options.ts";

/** Attributes of routers and consent tools, and the place's own. */
const FOREIGN = /^(inglenook|inline|turbo|astro|src|type|name|category|cookie|cf)/;

/** What it needs of options.ts: a file of its own may bring no code that the first file has. */
type Known = Pick<typeof Options, "attributeOf" | "meaningOf" | "OPTIONS">;

/** A sentence for each. */
export function complaintsAbout(
  dataset: Options.Dataset,
  { attributeOf, meaningOf, OPTIONS }: Known,
): string[] {
  const said: string[] = [];
  for (const [name, option] of Object.entries(OPTIONS)) {
    const { fallback } = option;
    const text = dataset[name]?.trim();
    if (!text || meaningOf(name, text)) continue;
    const example = { accent: "#a8431f", lang: "de" }[name] ?? fallback;
    const allowed =
      "values" in option ? `it can be ${option.values.join(", ")}` : `an example is "${example}"`;
    said.push(`${attributeOf(name)}="${text}" is not understood; ${allowed}. Using "${fallback}".`);
  }
  // An attribute without a value, like `data-debug`, means yes.
  if ((dataset.debug ?? "false").trim() !== "false")
    for (const name of Object.keys(dataset))
      if (!(name in OPTIONS) && !FOREIGN.test(name))
        said.push(`${attributeOf(name)} is not an option of Inglenook.`);
  return said;
}
