/** What pages behind links say of themselves. The view loads with the first that there is. */

import type { ComponentType } from "preact";
import { LazyFile } from "../../parts/parts.ts";
import type { PreviewsProps } from "../../parts/props.ts";

interface PreviewsFile {
  readonly View: ComponentType<PreviewsProps>;
  readonly styles: string;
}

export const previewsView = new LazyFile<PreviewsFile>(() => import("./previews-view.tsx"));
