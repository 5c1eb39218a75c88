/** What the parts of the panel are drawn from: types only. */

import type { ComponentChildren } from "preact";
import type { Attachment, Preview } from "../protocol/frames.ts";
import type { RoomState } from "../rooms/reduce.ts";
import type { SendOptions, Snapshot } from "../session/types.ts";
import type { Ui } from "./ui.ts";

/** What the next text is for, where it is no new message: an answer to one, another text of one. */
export interface Aim {
  /** Stands above the field. */
  readonly strip: ComponentChildren;
  /** The text that is changed. A draft waits meanwhile. */
  readonly text?: string;
  /** `more`: what goes with it. */
  send(text: string, more?: SendOptions | null): void;
}

/** What stands in the composer. */
export interface Shown {
  readonly text: string;
  /** Goes with the next new message, which then needs no text. */
  readonly more?: SendOptions | null;
  /** Files that were pasted or dropped before their tray was here, or a press of its button. */
  readonly pressed?: object;
}

/** Where one writes, for the page's `prefill` and for other tabs. */
export interface ComposerHandle {
  write(text: string): void;
  /** Shows it without storing it again. */
  show(what: Partial<Shown>): void;
  /** Takes the focus to the field; null ends it. */
  aim(aim: Aim | null): void;
}

export interface PanelProps {
  readonly ui: Ui;
  readonly snapshot: Snapshot;
  readonly room: RoomState | null;
  /** Only the messages are drawn: all else follows once they are on the screen. */
  readonly isBrief: boolean;
  readonly isDialog: boolean;
  readonly canSwitch: boolean;
  /** Where the composer puts itself, for text that the page gives. */
  readonly composer: { current: ComposerHandle | null };
  onRoom(slug: string): void;
  onClose(): void;
}

/** What a part is drawn from. */
export interface PartProps extends PanelProps {
  readonly title: string;
}

export interface JumpProps {
  readonly ui: Ui;
  readonly room: RoomState;
  /** What was the newest when the visitor left the bottom. */
  readonly leftAt: number;
  onJump(): void;
}

/** What the files of a message are drawn from. */
export interface FilesProps {
  readonly ui: Ui;
  readonly attachments: readonly Attachment[];
}

/** What the previews of a message's links are drawn from. */
export interface PreviewsProps {
  readonly ui: Ui;
  readonly previews: readonly Preview[];
}

export interface Hint {
  readonly text: string;
  readonly isBad: boolean;
}
