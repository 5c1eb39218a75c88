/**
 * A client on a bad line: what the server sends waits in order, may be lost on the way (a doorbell
 * that never rang) or with the connection, and is reduced by the real rules.
 */
import type { RoomScoped, ServerFrame, Visitor } from "../../widget/src/protocol/frames.ts";
import {
  emptyRoom,
  hasHole,
  type Input,
  newPending,
  type RoomState,
  reduce,
} from "../../widget/src/rooms/reduce.ts";
import { type ModelServer, ROOM } from "./model-server.ts";
import type { Chance } from "./random.ts";

type Request = (server: ModelServer) => readonly ServerFrame[];

interface OnTheWire {
  readonly frame: ServerFrame;
  /** What was sent in one epoch never overtakes what was sent in another. */
  readonly epoch: string;
}

export class Client {
  readonly me: Visitor;
  state: RoomState = emptyRoom(ROOM);
  online = false;
  readonly sent: string[] = [];
  private readonly server: ModelServer;
  private wire: OnTheWire[] = [];
  /** Pages that are read but not written yet: changes made meanwhile arrive before them. */
  private slow: OnTheWire[] = [];
  private requests: Request[] = [];
  private readonly dice: Chance | null;

  /** Without dice the line is a good one. */
  constructor(server: ModelServer, me: Visitor, dice: Chance | null = null) {
    this.server = server;
    this.me = me;
    this.dice = dice;
  }

  connect(): void {
    this.online = true;
    this.input({ type: "asking", on: true });
    const { epoch, since } = this.state;
    this.requests.push((server) => [server.sync(this.me, epoch, epoch === null ? null : since)]);
  }

  /** What is under way is lost, in both directions. */
  disconnect(): void {
    this.online = false;
    this.wire = [];
    this.slow = [];
    this.requests = [];
    this.input({ type: "down" });
  }

  /** From the hub: in order with everything else that goes to this client. */
  push(frame: ServerFrame): void {
    if (this.online) this.wire.push({ frame, epoch: this.server.epoch });
  }

  send(cid: string): void {
    this.input({ type: "queue", entry: newPending(cid, `text of ${cid}`, 0) });
  }

  /** Writes what waits; `post` is the server's side of it. */
  flush(post: (cid: string) => readonly ServerFrame[]): void {
    if (!this.online) return;
    const waiting = this.state.pending.find(({ status }) => status === "sending");
    if (waiting) for (const frame of post(waiting.cid)) this.push(frame);
  }

  older(): void {
    if (this.online) this.input({ type: "older" });
  }

  /** The server answers the oldest request, or writes a page that it has read before. */
  answer(): boolean {
    const { epoch } = this.server;
    const late = this.slow.shift();
    if (late) {
      // One order for a room: nothing of an old epoch is written after the new one's snapshot.
      if (late.epoch === epoch) this.wire.push(late);
      return true;
    }
    const request = this.requests.shift();
    for (const frame of request?.(this.server) ?? []) this.write({ frame, epoch });
    return Boolean(request);
  }

  /** What is read from the database may overtake frames whose doorbell is slow. */
  private write(answer: OnTheWire): void {
    const { wire } = this;
    if (answer.frame.type === "history" && this.dice?.happens(0.5)) {
      this.slow.push(answer);
      return;
    }
    let place = wire.length;
    // But not another answer: what a `sync` says of this client alone has no number.
    const mayPass = (one: OnTheWire | undefined) =>
      one?.epoch === answer.epoch && one.frame.type !== "sync";
    while (this.dice?.happens(0.5) && mayPass(wire[place - 1])) place -= 1;
    wire.splice(place, 0, answer);
  }

  /** The oldest frame arrives. */
  arrive(): boolean {
    const { frame } = this.wire.shift() ?? {};
    if (!frame) return false;
    if (frame.type === "ping") {
      const told = frame.heads[ROOM];
      if (told) this.input({ type: "head", epoch: told[0], head: told[1] });
    } else if (!["welcome", "site", "bye"].includes(frame.type)) this.input(frame as RoomScoped);
    return true;
  }

  /** Everything that is on its way arrives, and what it makes the client ask, too. */
  settle(): void {
    for (let steps = 0; this.answer() || this.arrive(); steps += 1)
      if (steps > 10_000) throw new Error("the client never stops asking");
  }

  private input(input: Input): void {
    const step = reduce(this.state, input, { me: this.me, now: 0 });
    this.state = step.state;
    for (const effect of step.effects) {
      if (effect.kind === "ask") this.requests.push((server) => this.ask(server));
      if (effect.kind === "page") {
        const { before } = effect;
        this.requests.push((server) => [server.history(this.me, before, 50)]);
      }
      if (effect.kind === "announce" && effect.event === "message:sent")
        this.sent.push(effect.value.cid);
    }
  }

  /** The delay is over: what arrived meanwhile may have closed the hole. */
  private ask(server: ModelServer): readonly ServerFrame[] {
    if (!hasHole(this.state)) {
      this.input({ type: "asking", on: false });
      return [];
    }
    const { epoch, since } = this.state;
    return [server.sync(this.me, epoch, epoch === null ? null : since)];
  }
}
