/** English, as the widget has it. */
import en from "../../../widget/src/strings/en.json";

export const { words: english } = en;
