/**
 * What brings a visitor back: the title and the icon of the page, a card for an answer to them, a
 * soft sound, a notification. Its file loads some seconds after the first message of the visitor's
 * own, or the first that is unread.
 */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { Feature } from "../feature.ts";

export const noticing = {
  /** What is offered to whoever waits is there while it makes sense; the file knows when. */
  opener: (props) => noticing.file.here?.offers(props),
  file: new LazyFile(() => import("./noticing-view.tsx")),
} satisfies Feature<"unasked"> as Feature<"unasked"> & {
  readonly file: LazyFile<typeof import("./noticing-view.tsx")>;
};
