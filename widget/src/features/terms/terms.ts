/** What is asked before somebody writes: rules, consent, and who begins a line to the team. */

import { LazyFile } from "../../parts/lazy-file.ts";
import type { PartProps } from "../../parts/props.ts";
import type { Feature } from "../feature.ts";

export const terms: Feature<"unasked"> = {
  opener: ({ ui, snapshot: { site }, room }) =>
    ui.team ? null : site?.consent || site?.prechat || room?.info?.rules,
  file: new LazyFile(() => import("./terms-view.tsx")),
};

/** What asks before one writes is a file that is not here yet: until then nothing goes. */
export const isTermsComing = (props: PartProps): boolean =>
  !terms.file.here && !!terms.opener(props);
