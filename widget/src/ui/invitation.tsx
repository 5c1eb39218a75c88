/**
 * What an empty room says: the owner's welcome where there is one. In the visitor's own line to the
 * team it also has up to three questions, each a button that asks it.
 */

import type { Ui } from "../parts/ui.ts";
import type { Theme } from "../protocol/look.ts";

export function invitation(ui: Ui, theme: Theme | undefined, isPrivate: boolean) {
  const { t, session, room } = ui;
  const { welcome, starters = [] } = theme ?? {};
  return (
    <div class="invite">
      <span class="hearth" />
      <b dir="auto">{welcome || t("log.empty")}</b>
      <span>{t(isPrivate ? "log.private" : "log.invite")}</span>
      {isPrivate &&
        starters.map((text) => (
          <button
            key={text}
            type="button"
            class="starter"
            dir="auto"
            onClick={() => session.send(room, text)}
          >
            {text}
          </button>
        ))}
    </div>
  );
}
