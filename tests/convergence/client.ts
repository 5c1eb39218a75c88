/**
 * A client on a bad line: what the server sends waits in order, may be lost on the way (a doorbell
 * that never rang) or with the connection, and is reduced by the real rules.
 */
import type { ServerFrame, Visitor } from "../../widget/src/protocol.ts";
import {
  emptyRoom,
  hasHole,
  type Input,
  newPending,
  type RoomState,
  reduce,
} from "../../widget/src/state.ts";
import { type ModelServer, ROOM } from "./model-server.ts";

type Request = (server: ModelServer) => readonly ServerFrame[];

export class Client {
  readonly me: Visitor;
  state: RoomState = emptyRoom(ROOM);
  online = false;
  readonly sent: string[] = [];
  readonly refused: string[] = [];
  private readonly server: ModelServer;
  private wire: ServerFrame[] = [];
  private requests: Request[] = [];

  constructor(server: ModelServer, me: Visitor) {
    this.server = server;
    this.me = me;
  }

  connect(): void {
    this.online = true;
    this.input({ type: "joining" });
    const { epoch, since } = this.state;
    this.requests.push((server) => [server.sync(this.me, epoch, epoch === null ? null : since)]);
  }

  /** What is under way is lost, in both directions. */
  disconnect(): void {
    this.online = false;
    this.wire = [];
    this.requests = [];
    this.input({ type: "down" });
  }

  /** From the hub: in order with everything else that goes to this client. */
  push(frame: ServerFrame): void {
    if (this.online) this.wire.push(frame);
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

  /** The server answers the oldest request. */
  answer(): boolean {
    const request = this.requests.shift();
    if (request) this.wire.push(...request(this.server));
    return Boolean(request);
  }

  /** The oldest frame arrives. */
  arrive(): boolean {
    const frame = this.wire.shift();
    if (!frame) return false;
    if (frame.type === "ping") {
      const told = frame.heads[ROOM];
      if (told) this.input({ type: "head", epoch: told[0], head: told[1] });
    } else if (frame.type !== "welcome" && frame.type !== "bye") this.input(frame);
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
      if (effect.kind === "sent") this.sent.push(effect.entry.cid);
      if (effect.kind === "failed") this.refused.push(effect.entry.cid);
    }
  }

  /** The delay is over: what arrived meanwhile may have closed the hole. */
  private ask(server: ModelServer): readonly ServerFrame[] {
    if (!hasHole(this.state)) {
      this.input({ type: "settled" });
      return [];
    }
    const { epoch, since } = this.state;
    return [server.sync(this.me, epoch, epoch === null ? null : since)];
  }
}
