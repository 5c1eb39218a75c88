/** Places that more.ts fills a moment after the chat has opened; until then they are empty, or plain. */

import type { ComponentType } from "preact";
import type { Pending, RoomState } from "../rooms/reduce.ts";
import type { PanelProps } from "./panel.tsx";
import type { Words } from "./texts.ts";
import type { Ui } from "./ui.ts";
import type { ChatView } from "./view.tsx";

/** What all of these are drawn from. */
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

export interface Hint {
  readonly text: string;
  readonly isBad: boolean;
}

export interface Extras {
  /** English for what follows. */
  words?: Words;
  /** The rest of the sheet. */
  css?: string;
  /** Called when a view has gone online. */
  opened?: (view: ChatView) => void;
  /** With the other rooms, the topic, and who is here. */
  Header?: ComponentType<PartProps>;
  /** The connection in words, what the room announces. */
  Notices?: ComponentType<PartProps>;
  /** Who is writing. */
  Typing?: ComponentType<PartProps>;
  /** "You are …", and the way to change it. */
  Who?: ComponentType<PartProps>;
  Announcer?: ComponentType<PartProps>;
  Jump?: ComponentType<JumpProps>;
  /** Why one can't write, when one can again, how much is left. */
  hint?: (props: PanelProps, closed: string, left: number) => Hint;
  /** What can be done about a message that was not sent. */
  Remedy?: ComponentType<{ readonly ui: Ui; readonly pending: Pending }>;
  /** Called at each drawing, for what lies outside of the panel: the launcher's badge, the page behind a full screen. */
  settle?: (view: ChatView, ui: Ui) => void;
}

export const extras: Extras = {};
