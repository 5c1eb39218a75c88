/**
 * What an empty room says: the owner's welcome where there is one. In the visitor's own line to the
 * team it also has up to three questions, each a button that asks it.
 */

import type { PartProps } from "../parts/props.ts";

export function invitation({ ui, room, snapshot }: PartProps, ask: (text: string) => void) {
  const { t } = ui;
  const { welcome, starters = [] } = snapshot.site?.theme ?? {};
  const isPrivate = room?.info?.kind === "private";
  return (
    <div class="invite">
      <span class="hearth" />
      <b dir="auto">{welcome || t("log.empty")}</b>
      <span>{t(isPrivate ? "log.private" : "log.invite")}</span>
      {isPrivate &&
        starters.map((text) => (
          <button type="button" class="starter" dir="auto" onClick={() => ask(text)}>
            {text}
          </button>
        ))}
    </div>
  );
}
