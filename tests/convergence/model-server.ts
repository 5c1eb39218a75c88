/**
 * One room of a server, as the protocol describes it and as small as it can be: rows with the
 * `rev` of their last change, no event log. Every change returns the frame that goes to everybody.
 */
import type {
  AckFrame,
  Attachment,
  DurableFrame,
  HeldMessage,
  HistoryFrame,
  ListedMessage,
  May,
  MessageFrame,
  NackFrame,
  ReceiptFrame,
  RoomInfo,
  SeenFrame,
  SyncFrame,
  Visitor,
} from "../../widget/src/protocol/frames.ts";

export const ROOM = "lobby";
const SNAPSHOT_MESSAGES = 50;
const AT = "2026-11-21T09:30:00.000Z";
/** What a tombstone has in place of what it said. */
const NOTHING = { body: "", entities: [], attachments: [], previews: [] } as const;

export const PICTURE: Attachment = {
  ...{ id: "f_harbour", name: "harbour.webp", alt: "The harbour", media_type: "image/webp" },
  ...{ bytes: 12, width: 30, height: 20, url: "/files/f_harbour" },
};

/** What a message may have beside its words. */
export type More = Partial<Pick<MessageFrame, "attachments" | "entities" | "reply_to">>;

interface Row {
  readonly message: MessageFrame;
  readonly reactions: Map<string, Set<string>>;
  /** As it was before a moderator deleted it. */
  readonly before?: MessageFrame | undefined;
}

interface Waiting {
  readonly author: Visitor;
  readonly held: HeldMessage;
}

interface Posted {
  readonly frame: MessageFrame | null;
  readonly ack: AckFrame | NackFrame;
}

export class ModelServer {
  epoch = "epoch0001";
  head = 0;
  rows = new Map<number, Row>();
  info: RoomInfo = {
    room: ROOM,
    rev: 0,
    name: "Lobby",
    kind: "public",
    topic: "",
    announcement: "",
    slow_s: 0,
    locked: false,
    archived: false,
    pinned: [],
    first_seq: 1,
    gone: false,
  };
  waiting: Waiting[] = [];
  readonly refused = new Set<string>();
  readonly seen = new Map<string, number>();
  readonly may = new Map<string, May>();
  /** Up to where the team has read. */
  read = 0;
  /** Above so many changes a resume is not worth it. */
  readonly resumeChanges: number;
  private epochs = 1;

  constructor(resumeChanges = 1000) {
    this.resumeChanges = resumeChanges;
  }

  seqs(): number[] {
    return [...this.rows.keys()];
  }

  post(author: Visitor, cid: string, body: string, more: More = {}): Posted {
    if (this.refused.has(cid)) {
      const said = { code: "forbidden", message: "It was not approved.", final: true } as const;
      return { frame: null, ack: { type: "nack", cid, room: ROOM, ...said } };
    }
    const known = [...this.rows.values()].find(
      ({ message }) => message.cid === cid && message.author.id === author.id,
    );
    if (known) {
      const { seq, rev } = known.message;
      return { frame: null, ack: this.ack(cid, seq, rev, true) };
    }
    const waits = this.waiting.find(({ held }) => held.cid === cid)?.held;
    if (waits)
      return { frame: null, ack: { ...this.ack(cid, null, null, true), as_sent: !!waits.as_sent } };
    const frame = this.store(author, cid, body, more);
    return { frame, ack: this.ack(cid, frame.seq, frame.rev, false) };
  }

  /** `asSent`: of somebody whose messages nobody else sees; nobody decides about those. */
  hold(author: Visitor, cid: string, body: string, asSent = false): AckFrame {
    const more = { entities: [], reply_to: null, attachments: [], as_sent: asSent };
    this.waiting = [...this.waiting, { author, held: { cid, at: AT, body, ...more } }];
    return { ...this.ack(cid, null, null, false), as_sent: asSent };
  }

  approve(): MessageFrame | null {
    const first = this.decided();
    return first ? this.store(first.author, first.held.cid, first.held.body, {}) : null;
  }

  refuse(): Waiting | undefined {
    const refused = this.decided();
    if (refused) this.refused.add(refused.held.cid);
    return refused;
  }

  /** The oldest that waits for a decision waits no more. */
  private decided(): Waiting | undefined {
    const first = this.waiting.find(({ held }) => !held.as_sent);
    this.waiting = this.waiting.filter((one) => one !== first);
    return first;
  }

  edit(seq: number, body: string): MessageFrame | null {
    return this.change(seq, ({ message }) => ({ ...message, body, edited_at: AT }));
  }

  remove(seq: number): MessageFrame | null {
    const before = this.rows.get(seq)?.message;
    return this.change(
      seq,
      (row) => {
        row.reactions.clear();
        return { ...row.message, ...NOTHING, deleted: "moderator" };
      },
      before,
    );
  }

  restore(seq: number): MessageFrame | null {
    const row = this.rows.get(seq);
    if (!row?.before || row.message.deleted !== "moderator") return null;
    this.rows.set(seq, { ...row, message: { ...row.before, reactions: {} } });
    return this.change(seq, ({ message }) => message);
  }

  /** What was found behind a link of it. */
  preview(seq: number, title: string): MessageFrame | null {
    const url = "https://example.org/";
    const previews = [{ url, title, text: "A page", image: null }];
    return this.change(seq, ({ message }) => ({ ...message, previews }));
  }

  /** What somebody may do here from now on: no number says so. */
  allow(reader: Visitor, may: May): SyncFrame {
    this.may.set(reader.id, may);
    return this.sync(reader, this.epoch, this.head);
  }

  readByTeam(): ReceiptFrame {
    this.read = this.head;
    return { type: "receipt", room: ROOM, rev: this.read, by: "team" };
  }

  /** By another socket of the same reader. */
  readBy(reader: Visitor): SeenFrame {
    this.seen.set(reader.id, this.head);
    return { type: "seen", room: ROOM, rev: this.head };
  }

  erase(seq: number): MessageFrame | null {
    const nobody = { id: null, name: "", role: "visitor", avatar: null } as const;
    return this.change(seq, (row) => {
      row.reactions.clear();
      return { ...row.message, ...NOTHING, deleted: "erased", author: nobody, cid: null };
    });
  }

  react(seq: number, by: string, emoji: string, on: boolean): MessageFrame | null {
    const row = this.rows.get(seq);
    const reacted = row?.reactions.get(emoji) ?? new Set();
    if (!row || row.message.deleted || reacted.has(by) === on) return null;
    const frame = this.change(seq, ({ message, reactions }) => {
      if (on) reacted.add(by);
      else reacted.delete(by);
      if (reacted.size) reactions.set(emoji, reacted);
      else reactions.delete(emoji);
      return message;
    });
    return frame && { ...frame, reacted: { by, emoji, on } };
  }

  /** Renamed, locked, pinned, purged: always the whole room. */
  changeRoom(by: Partial<RoomInfo>): DurableFrame {
    this.head += 1;
    this.info = { ...this.info, ...by, rev: this.head };
    for (const seq of this.seqs()) if (seq < this.info.first_seq) this.rows.delete(seq);
    return { type: "room", ...this.info };
  }

  /** History was cleared, or a backup restored: the numbers begin anew. */
  startEpoch(): void {
    this.epochs += 1;
    this.epoch = `epoch${String(this.epochs).padStart(4, "0")}`;
    this.head = 0;
    this.read = 0;
    this.seen.clear();
    this.rows.clear();
    this.info = { ...this.info, rev: 0, first_seq: 1 };
  }

  sync(reader: Visitor, epoch: string | null, since: number | null, limit = 100): SyncFrame {
    const behind = since === null ? -1 : this.head - since;
    const resumes = epoch === this.epoch && behind >= 0 && behind <= this.resumeChanges;
    return resumes ? this.resumeFor(reader, since ?? 0, limit) : this.snapshotFor(reader);
  }

  history(reader: Visitor, before: number, limit: number): HistoryFrame {
    const below = this.listed(reader, (message) => message.seq < before);
    const messages = below.slice(-limit);
    return { type: "history", room: ROOM, before, messages, more: below.length > messages.length };
  }

  private resumeFor(reader: Visitor, since: number, limit: number): SyncFrame {
    const changed = this.listed(reader, ({ rev }) => rev > since).sort((a, b) => a.rev - b.rev);
    const messages = changed.slice(0, limit);
    const more = messages.length < changed.length;
    const upto = more ? (messages.at(-1)?.rev ?? this.head) : this.head;
    return { ...this.common(reader), mode: "resume", since, upto, messages, more, older: false };
  }

  private snapshotFor(reader: Visitor): SyncFrame {
    const all = this.listed(reader, () => true);
    const messages = all.slice(-SNAPSHOT_MESSAGES);
    const older = all.length > messages.length;
    return {
      ...this.common(reader),
      mode: "snapshot",
      since: 0,
      upto: this.head,
      messages,
      more: false,
      older,
    };
  }

  private common(reader: Visitor) {
    return {
      type: "sync",
      room: ROOM,
      epoch: this.epoch,
      head: this.head,
      state: this.info,
      held: this.waiting.filter(({ author }) => author.id === reader.id).map(({ held }) => held),
      seen: this.seen.get(reader.id) ?? 0,
      may: this.may.get(reader.id) ?? { send: null, until: null, files: [] },
      receipts: { team: this.read, visitor: 0 },
    } as const;
  }

  private listed(reader: Visitor, which: (message: MessageFrame) => boolean): ListedMessage[] {
    return [...this.rows.values()]
      .filter(({ message }) => which(message))
      .sort((a, b) => a.message.seq - b.message.seq)
      .map(({ message, reactions }) => {
        const own = [...reactions].filter(([, by]) => by.has(reader.id)).map(([emoji]) => emoji);
        return own.length ? { ...message, mine: own } : message;
      });
  }

  private store(author: Visitor, cid: string, body: string, more: More): MessageFrame {
    this.head += 1;
    const message: MessageFrame = {
      type: "message",
      room: ROOM,
      rev: this.head,
      seq: this.head,
      cid,
      at: AT,
      edited_at: null,
      author: { ...author, avatar: null },
      body,
      entities: [],
      reply_to: null,
      deleted: null,
      reactions: {},
      attachments: [],
      previews: [],
      ...more,
    };
    this.rows.set(message.seq, { message, reactions: new Map() });
    return message;
  }

  private change(
    seq: number,
    by: (row: Row) => MessageFrame,
    before?: MessageFrame,
  ): MessageFrame | null {
    const row = this.rows.get(seq);
    if (!row || row.message.deleted) return null;
    this.head += 1;
    const changed = by(row);
    const reactions = Object.fromEntries(
      [...row.reactions].map(([emoji, who]) => [emoji, who.size]),
    );
    const message = { ...changed, reactions, rev: this.head };
    this.rows.set(seq, { message, reactions: row.reactions, before });
    return message;
  }

  private ack(cid: string, seq: number | null, rev: number | null, dup: boolean): AckFrame {
    return { type: "ack", cid, room: ROOM, seq, rev, at: AT, dup, held: seq === null };
  }
}
