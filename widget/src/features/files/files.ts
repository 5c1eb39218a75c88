/** The files of messages. Their view loads with the first message that has one. */

import type { ComponentType } from "preact";
import { LazyFile } from "../../parts/parts.ts";
import type { FilesProps } from "../../parts/props.ts";

interface FilesFile {
  readonly View: ComponentType<FilesProps>;
  readonly styles: string;
}

export const filesView = new LazyFile<FilesFile>(() => import("./files-view.tsx"));
