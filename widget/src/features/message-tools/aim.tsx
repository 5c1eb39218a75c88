/** Above the field: what the next text is for, and the way back from it. */

import { Icon } from "../../parts/parts.ts";
import type { PanelProps } from "../../parts/props.ts";

export function aimStrip({ ui: { t }, composer }: PanelProps, title: string, quoted: string) {
  return (
    <div class="aim">
      <div>
        <b dir="auto">{title}</b>
        <span dir="auto">{quoted}</span>
      </div>
      <button
        type="button"
        class="plain"
        aria-label={t("composer.cancel")}
        title={t("composer.cancel")}
        onClick={() => composer.current?.aim(null)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
