/**
 * Every feature of the widget, by the place of the panel where it opens. A new one is a folder
 * beside these and a line here; ARCHITECTURE.md says what goes into the folder. Files, emoji and
 * the bar stand in no place of these: the parts of the panel that use them import them.
 */

import { drawer } from "./drawer/drawer.ts";
import type { Feature, Slot } from "./feature.ts";
import { filesTray } from "./files/tray.ts";
import { messageTools } from "./message-tools/message-tools.ts";
import { moderating } from "./moderating/moderating.ts";
import { noticing } from "./noticing/noticing.ts";
import { terms } from "./terms/terms.ts";
import { you } from "./you/you.ts";

export const FEATURES = {
  composer: [filesTray],
  drawer: [drawer],
  identity: [you],
  message: [messageTools],
  unasked: [moderating, terms, noticing],
} as const satisfies { readonly [S in Exclude<Slot, "emoji">]: readonly Feature<S>[] };
