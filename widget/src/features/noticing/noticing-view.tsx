/** Everything that is noticed on this page, and what is offered to those who wait. */

import type { PartProps } from "../../parts/props.ts";
import type { Ui } from "../../parts/ui.ts";
import english from "../../strings/en-noticing.json";
import type { ViewProps } from "../feature.ts";
import { Mail, offersMail } from "./mail.tsx";
import { Offer, offersAlert } from "./offer.tsx";
import { Noticing } from "./page.ts";
import type { NoticedView } from "./types.ts";

export { default as styles } from "./noticing.css";

const page = new Noticing();
/** Those that have the English of this file. */
const speaking = new WeakSet<Ui["t"]>();

/** Called whenever an instance is drawn, open or not. */
export function notice(view: NoticedView, ui: Ui): void {
  if (!speaking.has(ui.t)) ui.t.add(english.words);
  speaking.add(ui.t);
  page.drawn(view, ui);
}

export function offers(props: PartProps): object | null {
  const isAlert = offersAlert(props);
  return offersMail(props) || isAlert ? {} : null;
}

export function View(props: ViewProps<"unasked">) {
  props.ui.t.add(english.words);
  return (
    <>
      {offersAlert(props) && <Offer ui={props.ui} />}
      {offersMail(props) && (
        <div class="mail-place">
          <Mail {...props} />
        </div>
      )}
    </>
  );
}
