/** English, as the widget has it: what is there at once, and what comes when it is needed. */

import { readdirSync, readFileSync } from "node:fs";

const FOLDER = "widget/src/strings";

const wordsIn = (name: string): Record<string, string> =>
  JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8")).words;

export const english: Readonly<Record<string, string>> = Object.assign(
  {},
  ...readdirSync(FOLDER)
    .filter((name) => name.startsWith("en"))
    .map(wordsIn),
);
