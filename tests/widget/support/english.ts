/** English whole: the words of the first file, and those that a later one brings. */

import en from "../../../widget/src/strings/en.json";
import later from "../../../widget/src/strings/en-later.json";

export default { first: en.first, later };
