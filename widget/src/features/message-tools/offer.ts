/** What is offered in the place of what was written before the caret: types only. */

import type { ComponentChildren } from "preact";

export interface Offer {
  readonly key: string;
  /** What it takes the place of. */
  readonly written: string;
  readonly text: string;
  /** How it stands in the list. */
  readonly view: ComponentChildren;
}
