/** Everything that is noticed on this page, and the line in the panel that offers to tell. */

import type { Ui } from "../../parts/ui.ts";
import english from "../../strings/en-noticing.json";
import type { ViewProps } from "../feature.ts";
import { Offer } from "./offer.tsx";
import { Noticing } from "./page.ts";
import type { NoticedView } from "./types.ts";

export { default as styles } from "./noticing.css";
export { offers } from "./offer.tsx";

const page = new Noticing();
/** Those that have the English of this file. */
const speaking = new WeakSet<Ui["t"]>();

/** Called whenever an instance is drawn, open or not. */
export function notice(view: NoticedView, ui: Ui): void {
  if (!speaking.has(ui.t)) ui.t.add(english.words);
  speaking.add(ui.t);
  page.drawn(view, ui);
}

export const View = ({ ui }: ViewProps<"unasked">) => <Offer ui={ui} />;
