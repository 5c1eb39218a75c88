/**
 * The languages of the widget: each is a file of widget/src/strings with the name of its tag, and
 * nothing else lists them. English has one file more for each part that comes later.
 *   node widget/languages.mjs      says which words each language lacks, and which it has too many
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = new URL("src/strings/", import.meta.url);
const namesOf = (pattern) =>
  readdirSync(FOLDER)
    .filter((name) => pattern.test(name))
    .map((name) => name.replace(".json", ""))
    .sort();
const read = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
const wordsIn = (name) => read(name).words;

/** The tags of all languages but English. A file says `dir` where one writes from the right. */
export const translations = () => namesOf(/^(?!en[-.]).*\.json$/);

/** All that English says. */
export const englishWords = () => Object.assign({}, ...namesOf(/^en[-.]/).map(wordsIn));

export const wordsOf = (tag) => (tag === "en" ? englishWords() : wordsIn(tag));

/** The names of sentences that have a number, `log.arrived`, of which each form is a word. */
export const counted = () =>
  Object.keys(englishWords())
    .filter((key) => key.endsWith(".one") && key.replace(/one$/, "other") in englishWords())
    .map((key) => key.replace(/\.one$/, ""));

/**
 * The forms that whole numbers have in a language: Intl also names those of fractions and of
 * millions, which no sentence has.
 */
export function formsOf(tag) {
  const rules = new Intl.PluralRules(tag);
  const forms = Array.from({ length: 1000 }, (_, number) => rules.select(number));
  return [...new Set([...forms, "other"])];
}

/** What a language has to say: the words of English, with its own forms of each number. */
export function wantedKeys(tag) {
  const plurals = counted();
  const plain = Object.keys(englishWords()).filter(
    (key) => !plurals.includes(key.replace(/\.(one|other)$/, "")),
  );
  return [...plain, ...plurals.flatMap((base) => formsOf(tag).map((form) => `${base}.${form}`))];
}

/** What a language lacks of that, and what it has beyond it. */
export function differences(tag) {
  const words = wordsOf(tag);
  const wanted = wantedKeys(tag);
  return {
    missing: wanted.filter((key) => !words[key]),
    unused: Object.keys(words).filter((key) => !wanted.includes(key)),
  };
}

/**
 * The modules of all languages, by tag, and the one digest in the names of their files. With a
 * digest each, the chat would carry thirteen.
 */
export function languageModules() {
  const modules = translations().map((tag) => [
    tag,
    Object.entries(read(tag))
      .map(([part, value]) => `export const ${part}=${JSON.stringify(value)};`)
      .join(""),
  ]);
  const digest = createHash("sha256").update(JSON.stringify(modules)).digest("hex");
  return { modules, digest: digest.slice(0, 8).toUpperCase() };
}

/** What the widget is told of it, `"ar de …"`: see globals.d.ts. */
export const languageNames = () => JSON.stringify(["en", ...translations()].join(" "));

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const tag of ["en", ...translations()]) {
    const { missing, unused } = differences(tag);
    if (missing.length) console.log(`${tag} lacks: ${missing.join(", ")}`);
    if (unused.length) console.log(`${tag} has too many: ${unused.join(", ")}`);
    if (missing.length + unused.length) process.exitCode = 1;
  }
