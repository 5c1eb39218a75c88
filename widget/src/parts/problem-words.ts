/** What is said in English where something went wrong or is closed, and how it looks. */

export { words } from "../strings/en-problems.json";
export { default as styles } from "./problem-words.css";
