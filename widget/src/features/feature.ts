/**
 * What a feature is: a button that every chat draws, and a view in a file of its own that loads
 * when it is first needed. Types only.
 */

import type { ComponentType } from "preact";
import type { IconName, IconPath } from "../parts/icons.tsx";
import type { LazyFile } from "../parts/lazy-file.ts";
import type { PanelProps, PartProps } from "../parts/props.ts";

export type DrawerTab = "rooms" | "people";

/**
 * The places of the panel that features fill. Of each: how the button looks that opens a feature
 * there, and what its view is drawn from.
 */
export interface Slots {
  /** Over the chat, from buttons of the header: the rooms of the site, and who is here. */
  drawer: {
    /** Of the button with the people. */
    readonly opener: { readonly icon: IconName; readonly text: string };
    readonly props: PartProps & {
      readonly tab: DrawerTab;
      /** Whether there are rooms to change to. */
      readonly hasRooms: boolean;
      onTab(tab: DrawerTab): void;
      onClose(): void;
    };
  };
  /** Beside the text that is written: a picker of emoji. Reactions use it, too. */
  emoji: {
    readonly opener: object;
    readonly props: Pick<PanelProps, "ui" | "composer"> & {
      /** What to do with the one that is chosen, where it does not go into the text. */
      pick?(emoji: string): void;
      onDone(): void;
    };
    readonly beside: EmojiNames;
  };
  /** Above the field, from a button in it: what goes with the next message. */
  composer: {
    readonly opener: { readonly icon: IconPath; readonly label: string };
    readonly props: PartProps & {
      /** Another one at each press of the button, undefined before the first; or what was given. */
      readonly pressed: object | readonly File[] | undefined;
    };
  };
  /** Over the panel, from one's own face in the composer. */
  identity: {
    /** What screen readers say of the face. */
    readonly opener: { readonly label: string };
    readonly props: PartProps & { onDone(): void };
  };
  /** Over the list: what can be done with a message. No button opens it, but the message. */
  message: {
    readonly opener: object;
    readonly props: PartProps & {
      /** What scrolls, and the features over it, are in here. */
      readonly list: HTMLElement;
      /** The press that could not wait for the file. */
      readonly press: { readonly target: HTMLElement; readonly key?: string } | null;
      /** For reactions. */
      readonly emoji: Feature<"emoji">;
    };
  };
  /**
   * Below the header, above the messages, or wherever its sheet puts it; it opens by itself. What
   * `opener` answers says only whether it is there; a number would be drawn where it is 0.
   */
  unasked: {
    readonly opener: object | string | boolean;
    readonly props: PartProps;
  };
}

/** An emoji and one of its names: `party_popper`. */
export interface Emoji {
  readonly sign: string;
  readonly name: string;
}

/** What the picker's file has beside the picker. */
export interface EmojiNames {
  fetchNames(): Promise<unknown>;
  /** Null while they are under way. */
  names(): {
    /** What answers, the best first. */
    find(text: string): readonly Emoji[];
    /** The one that is called exactly so. */
    named(name: string): string | undefined;
  } | null;
}

export type EmojiFile = LazyFile<ViewFile<"emoji">>;

export type Slot = keyof Slots;
export type Opener<S extends Slot> = Slots[S]["opener"];

export type ViewProps<S extends Slot> = Slots[S]["props"] & {
  /** False where the visitor went elsewhere while the file was loading. */
  readonly takesFocus: boolean;
};

/** What the file of a view exports. */
export type ViewFile<S extends Slot> = {
  readonly View: ComponentType<ViewProps<S>>;
  readonly styles: string;
} & (Slots[S] extends { readonly beside: infer More } ? More : unknown);

export interface Feature<S extends Slot> {
  /** The button as it looks now; nothing where the feature is not offered. */
  opener(props: PartProps): Opener<S> | null | undefined | "";
  readonly file: LazyFile<ViewFile<S>>;
}
