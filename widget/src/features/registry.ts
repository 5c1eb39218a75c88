/**
 * Every feature of the widget, by the place of the panel where it opens. A new one is a folder
 * beside these and a line here; ARCHITECTURE.md says what goes into the folder.
 */

import { drawer } from "./drawer/drawer.ts";
import type { Feature, Slot } from "./feature.ts";
import { filesTray } from "./files/tray.ts";
import { messageTools } from "./message-tools/message-tools.ts";
import { moderating } from "./moderating/moderating.ts";
import { nameEditor } from "./name-editor/name-editor.ts";

export const FEATURES: { readonly [S in Slot]: readonly Feature<S>[] } = {
  composer: [filesTray],
  drawer: [drawer],
  identity: [nameEditor],
  message: [messageTools],
  team: [moderating],
};
