/** What an owner sets about how the widget looks and speaks, and the frame that brings it. */

/** How the owner wants the widget to look. The server has judged it. */
export interface Theme {
  readonly accent?: string;
  readonly logo?: string;
  /** A picture on the launcher. */
  readonly icon?: string;
  readonly side?: "left" | "right";
  readonly offset_x?: number;
  readonly offset_y?: number;
  readonly label?: string;
  readonly title?: string;
  readonly welcome?: string;
  readonly starters?: readonly string[];
  readonly css?: string;
  readonly show?: Show;
}

/** Where the launcher is shown; without a list everywhere. */
export interface Show {
  /** `/blog/*`: the asterisk stands for any characters. */
  readonly paths?: readonly string[];
  readonly devices?: readonly string[];
}

/** What an owner may change while the widget is open. */
export interface SiteLook {
  readonly name: string;
  readonly theme: Theme;
  /** By language, then by key: the owner's own sentences. */
  readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly consent: { readonly text: string; readonly version: string } | null;
  /**
   * Null while the team is here, by its opening hours; empty where the owner has no words for it.
   * Left out by servers of before.
   */
  readonly away?: string | null;
}

export interface SiteFrame extends SiteLook {
  readonly type: "site";
}

/** What a site asks of whoever begins a private line. */
export interface Prechat {
  readonly name: Presence;
  readonly email: Presence;
  readonly fields: readonly {
    readonly key: string;
    readonly label: string;
    readonly required: boolean;
  }[];
}

export type Presence = "off" | "optional" | "required";
