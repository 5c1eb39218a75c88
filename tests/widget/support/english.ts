/** English, as the widget has it: what is there at once, and what comes when it is needed. */
import en from "../../../widget/src/strings/en.json";
import problems from "../../../widget/src/strings/en-problems.json";

export const english = { ...en.words, ...problems.words };
