/**
 * Who I am on this site, and what the server says of the site: from the session call and `welcome`.
 */

import { call } from "../connection/http-client.ts";
import { pageOf } from "../connection/page.ts";
import {
  DEFAULT_LIMITS,
  type Person,
  type Visitor,
  type WelcomeFrame,
} from "../protocol/frames.ts";
import type { SiteFrame, SiteLook } from "../protocol/look.ts";
import type { SessionAnswer } from "../protocol/session-call.ts";
import type { Store } from "../storage.ts";
import { keepIgnored, readIgnored } from "./ignored.ts";
import type { Snapshot } from "./types.ts";

/** Where team-login.ts puts the code of a member of the team. */
const CODE = "code";

/** What of a snapshot the server has sent. */
export type About = {
  -readonly [K in
    | "visitor"
    | "site"
    | "limits"
    | "rooms"
    | "clockOffsetMs"
    | "ignored"]: Snapshot[K];
} & {
  /** Whether the server was asked for the room of this page, or cannot be beside "private". */
  asked: boolean;
};

export interface IdentityHost {
  /** `https://chat.example/api/v1/pk_…` */
  readonly api: string;
  readonly store: Store;
  /** Which look the tag carries a copy of. */
  readonly look: string | undefined;
  /** What the session call is asked for beside the visitor: a slug, an alias, or nothing. */
  wantedRoom(): string | null;
  answered(answer: SessionAnswer): void;
  visitorChanged(visitor: Visitor): void;
  changed(): void;
}

export class Identity {
  readonly about: About = {
    visitor: null,
    site: null,
    limits: DEFAULT_LIMITS,
    rooms: [],
    clockOffsetMs: 0,
    ignored: [],
    asked: false,
  };
  token: string | null = null;
  readonly #host: IdentityHost;
  #asked: Promise<string> | null = null;
  /** Grows when I am forgotten: an answer that was under way is about somebody else. */
  #life = 0;
  #look: string | null = null;

  constructor(host: IdentityHost) {
    this.#host = host;
  }

  /** One session call at a time; whoever needs one waits for the same. Answers where to connect. */
  ask(): Promise<string> {
    const host = this.#host;
    const life = this.#life;
    const room = host.wantedRoom();
    const code = host.store.get(CODE);
    this.#asked ??= call("POST", `${host.api}/session`, {
      token: this.token ?? host.store.get("token"),
      ...(code && { code }),
      room,
      ...(host.look && { look: host.look }),
      ...(room === "auto" && { page: pageOf() }),
    })
      .then((answer) => {
        this.about.asked ||= room === "auto" || room === "private";
        if (life === this.#life) this.#apply(answer as SessionAnswer);
        return (answer as SessionAnswer).ws_url;
      })
      .finally(() => {
        if (life === this.#life) this.#asked = null;
      });
    return this.#asked;
  }

  welcome({ limits, now, visitor }: WelcomeFrame): void {
    this.about.limits = limits;
    this.about.clockOffsetMs = Date.parse(now) - Date.now() || 0;
    this.setVisitor(visitor);
    this.#host.changed();
  }

  receive(frame: WelcomeFrame | SiteFrame): void {
    if (frame.type === "site") this.siteChanged(frame);
    else this.welcome(frame);
  }

  /** By HTTP no frame tells of a new look: the session is asked for anew. */
  looked(version: string | null): void {
    if (version && this.#look && version !== this.#look)
      void this.ask().then(() => this.#host.changed(), String);
    this.#look = version || this.#look;
  }

  /** The owner has changed it. */
  siteChanged({ name, theme, texts, consent, away }: SiteLook): void {
    const { site } = this.about;
    if (site) this.about.site = { ...site, name, theme, texts, consent, away };
    this.#host.changed();
  }

  setVisitor(next: Visitor): void {
    const { visitor } = this.about;
    const isSame = visitor?.id === next.id && visitor.name === next.name;
    if (isSame && visitor?.role === next.role) return;
    this.about.visitor = next;
    if (!isSame) this.#host.visitorChanged(next);
    this.#host.changed();
  }

  ignore(person: Person, isIgnored: boolean): void {
    this.about.ignored = keepIgnored(this.#host.store, this.about.ignored, person, isIgnored);
    this.#host.changed();
  }

  /** An answer that is under way does not count any more. */
  abandon(): void {
    this.#life += 1;
    this.#asked = null;
  }

  /** On this device nobody knows me any more. */
  forget(): void {
    this.#host.store.remove("token");
    this.token = this.about.visitor = this.about.site = null;
    this.about.rooms = this.about.ignored = [];
  }

  #apply(answer: SessionAnswer): void {
    this.token = answer.token;
    const { site, limits, rooms } = answer;
    const ignored = readIgnored(this.#host.store);
    Object.assign(this.about, { site, limits, rooms, ignored });
    this.#host.store.set("token", answer.token);
    this.#host.store.remove(CODE);
    this.setVisitor(answer.visitor);
    this.#host.answered(answer);
  }
}
