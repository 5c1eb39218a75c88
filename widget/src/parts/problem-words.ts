/** What is said in English where something went wrong or is closed, until when, and its look. */

export { words } from "../strings/en-problems.json";
export { default as styles } from "./problem-words.css";
export { untilText } from "./until.ts";
