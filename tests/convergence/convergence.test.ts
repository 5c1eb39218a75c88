/**
 * Whatever happens in a room and on the line: state + live frames, a stale state after one `sync`,
 * and a fresh state are the same, from the floor up. A failing seed is named; repeat it alone with
 * CONVERGENCE_SEED=<seed>, or try more with CONVERGENCE_RUNS=<number>.
 */
import { describe, expect, test } from "vitest";
import type {
  MessageFrame,
  RoomInfo,
  ServerFrame,
  Visitor,
} from "../../widget/src/protocol/frames.ts";
import type { RoomState } from "../../widget/src/rooms/reduce.ts";
import { Client } from "./client.ts";
import { ModelServer, PICTURE, ROOM } from "./model-server.ts";
import { type Chance, chance } from "./random.ts";

const RUNS = Number(process.env.CONVERGENCE_RUNS ?? 120);
const ONLY = process.env.CONVERGENCE_SEED;
const FIRST_SEED = 20261121;
const STEPS = 250;
/** In so many runs every kind of change comes. */
const ENOUGH = 40;
const EMOJI = ["👍", "🎉", "❤️"];

const CAST: readonly Visitor[] = [
  { id: "v_amber", name: "Amber Otter", role: "visitor" },
  { id: "v_brave", name: "Brave Wren", role: "visitor" },
  { id: "v_calm", name: "Calm Pike", role: "moderator" },
];

const KINDS = [
  "new",
  "answer",
  "attach",
  "preview",
  "edit",
  "delete",
  "restore",
  "erase",
  "react",
  "room",
  "purge",
  "hold",
  "shadow",
  "approve",
  "refuse",
  "may",
  "seen",
  "receipt",
  "epoch",
] as const;
type Kind = (typeof KINDS)[number];
/** Without these there would be nothing to do it to. */
const NEEDS: Partial<Record<Kind, Kind>> = { restore: "delete", approve: "hold", refuse: "hold" };
/** What really changed something. */
const happened = new Set<Kind>();

class World {
  readonly server = new ModelServer(40);
  readonly dice: Chance;
  readonly clients: readonly Client[];
  /** On a slow line much is under way at once; on a fast one the views get far. */
  readonly pace: number;
  cids = 0;

  constructor(dice: Chance) {
    this.dice = dice;
    this.pace = dice.one([3, 12]);
    this.clients = CAST.map((me) => new Client(this.server, me, dice));
  }

  newCid(): string {
    this.cids += 1;
    return `cid-${String(this.cids).padStart(6, "0")}`;
  }

  /** To every client, except where its doorbell is lost. */
  tell(frame: ServerFrame | null, lossy: boolean): void {
    if (!frame) return;
    for (const client of this.clients) if (!lossy || !this.dice.happens(0.1)) client.push(frame);
  }

  /** Whatever the wire says of a room. */
  ofRoom(seq: number | undefined): Partial<RoomInfo> {
    const { dice } = this;
    const n = dice.below(99);
    return dice.one<Partial<RoomInfo>>([
      { name: `name ${n}` },
      { topic: `topic ${n}`, pinned: seq ? [seq] : [] },
      { announcement: `news ${n}` },
      { rules: `be kind\nbe brief ${n}` },
      { slow_s: n },
      { archived: dice.happens(0.5) },
      { locked: dice.happens(0.5), locked_until: null },
    ]);
  }

  change(kind: Kind, lossy = true): void {
    const { server, dice } = this;
    const who = dice.one(CAST);
    const client = dice.one(this.clients);
    const seq = dice.one(server.seqs());
    const mention = [{ kind: "mention", at: 0, len: 3, id: who.id }] as const;
    const changes: Record<Kind, () => ServerFrame | null> = {
      new: () => server.post(who, this.newCid(), "hello").frame,
      answer: () =>
        server.post(who, this.newCid(), "@me", { reply_to: seq ?? null, entities: mention }).frame,
      attach: () => server.post(who, this.newCid(), "", { attachments: [PICTURE] }).frame,
      preview: () => server.preview(seq, `page ${dice.below(99)}`),
      restore: () => server.restore(seq),
      may: () => {
        const send = dice.one([null, "muted", "room_locked"] as const);
        client.push(server.allow(client.me, { send, until: null, files: [] }));
        return null;
      },
      seen: () => {
        client.push(server.readBy(client.me));
        return null;
      },
      receipt: () => {
        const receipt = server.readByTeam();
        for (const each of this.clients) each.push(receipt);
        return null;
      },
      edit: () => server.edit(seq, `edited ${dice.below(1000)}`),
      delete: () => server.remove(seq),
      erase: () => server.erase(seq),
      react: () => server.react(seq, who.id, dice.one(EMOJI), dice.happens(0.6)),
      room: () => server.changeRoom(this.ofRoom(seq)),
      purge: () =>
        server.changeRoom({ first_seq: Math.max(server.info.first_seq, server.head - 30) }),
      hold: () => {
        this.hold(false);
        return null;
      },
      shadow: () => {
        this.hold(true);
        return null;
      },
      approve: () => server.approve(),
      refuse: () => {
        const refused = server.refuse();
        const author = this.clients.find(({ me }) => me.id === refused?.author.id);
        if (refused)
          author?.push({ type: "refused", room: ROOM, cid: refused.held.cid, message: "No." });
        return null;
      },
      epoch: () => {
        server.startEpoch();
        // The snapshot of a new epoch comes before its first frame.
        for (const client of this.clients) client.push(server.sync(client.me, null, null));
        return null;
      },
    };
    const { head, epoch, waiting } = server;
    const frame = changes[kind]();
    const isOther = server.head !== head || server.epoch !== epoch || server.waiting !== waiting;
    if (isOther || ["may", "seen", "receipt"].includes(kind)) happened.add(kind);
    this.tell(frame, lossy);
  }

  step(weights: readonly Kind[]): void {
    const { server, dice } = this;
    const client = dice.one(this.clients);
    const roll = dice();
    if (roll < 0.4) this.change(dice.one(weights));
    else if (roll < 0.55)
      for (let left = dice.below(this.pace); left > 0; left -= 1) client.arrive();
    else if (roll < 0.7) client.answer();
    else if (roll < 0.8) client.older();
    else if (roll < 0.85) client.send(this.newCid());
    else if (roll < 0.92) this.write(client);
    else if (roll < 0.94) client.online ? client.disconnect() : client.connect();
    else client.push({ type: "ping", n: 1, heads: { [ROOM]: [server.epoch, server.head] } });
  }

  /** Somebody's message reaches the server, which wants to look at it first, or shows it nobody. */
  hold(asSent: boolean): void {
    const client = this.dice.one(this.clients);
    if (!client.online) return;
    const cid = this.newCid();
    client.send(cid);
    client.push(this.server.hold(client.me, cid, `text of ${cid}`, asSent));
  }

  /** A send reaches the server; its answer and its frame may come in any order, or be lost. */
  write(client: Client, lossy = true): void {
    const { server, dice } = this;
    let frame: MessageFrame | null = null;
    client.flush((cid) => {
      const posted = server.post(client.me, cid, `text of ${cid}`);
      frame = posted.frame;
      const ackFirst = dice.happens(0.5);
      if (!ackFirst) this.tell(frame, lossy);
      if (!lossy || !dice.happens(0.2)) client.push(posted.ack);
      if (ackFirst) this.tell(frame, lossy);
      return [];
    });
  }

  /** The line is good again: everything that waits goes out, and everybody is in step. */
  calm(): void {
    const { server } = this;
    for (const client of this.clients) if (!client.online) client.connect();
    for (const client of this.clients) client.settle();
    for (const client of this.clients)
      for (
        let tries = 0;
        client.state.pending.some(({ status }) => status === "sending");
        tries += 1
      ) {
        if (tries > 500) throw new Error("a message is never sent");
        this.write(client, false);
        for (const other of this.clients) other.settle();
      }
    for (const client of this.clients) {
      client.push({ type: "ping", n: 1, heads: { [ROOM]: [server.epoch, server.head] } });
      client.settle();
    }
  }
}

/** What a person sees of a room, from `floor` up. */
function view(state: RoomState, floor: number) {
  return {
    epoch: state.epoch,
    since: state.since,
    info: state.info,
    may: state.may,
    seen: state.seen,
    read: state.read,
    messages: state.groups
      .flatMap(({ messages }) => messages)
      .filter(({ seq }) => seq >= floor)
      .map((message) => ({ ...message, mine: [...message.mine].sort() })),
    waiting: state.pending
      .filter(({ status }) => status !== "refused" && status !== "failed")
      .map(({ cid, status, asSent }) => [cid, status, !!asSent]),
  };
}

function fresh(server: ModelServer, me: Visitor): RoomState {
  const client = new Client(server, me);
  client.connect();
  client.settle();
  while (client.state.older) {
    client.older();
    client.settle();
  }
  return client.state;
}

function play(seed: number, weights: readonly Kind[]): void {
  const dice = chance(seed);
  const world = new World(dice);
  for (const client of world.clients) client.connect();
  for (let count = 0; count < 180; count += 1) world.change("new", false);
  const staleAt = dice.below(STEPS);
  let stale = world.clients.map(({ state }) => state);
  for (let count = 0; count < STEPS; count += 1) {
    if (count === staleAt) stale = world.clients.map(({ state }) => state);
    world.step(weights);
  }
  world.calm();

  world.clients.forEach((client, index) => {
    const truth = fresh(world.server, client.me);
    const name = `seed ${seed}, ${client.me.name}`;
    expect(view(client.state, client.state.floor), `${name}, live`).toEqual(
      view(truth, client.state.floor),
    );
    expect(client.state, `${name}, at rest`).toMatchObject({ held: [], kept: [], asking: false });

    const returning = new Client(world.server, client.me);
    returning.state = stale[index] ?? client.state;
    returning.disconnect();
    returning.connect();
    returning.settle();
    const seen = view(returning.state, returning.state.floor);
    const expected = view(truth, returning.state.floor);
    // Its own unsent messages are its own affair; what it holds of the room is not.
    expect({ ...seen, waiting: [] }, `${name}, after sync`).toEqual({ ...expected, waiting: [] });

    const rows = [...world.server.rows.values()].filter(
      ({ message }) => message.author.id === client.me.id,
    );
    const cids = rows.map(({ message }) => message.cid);
    expect(new Set(cids).size, `${name}, twice`).toBe(cids.length);
    expect(new Set(client.sent).size, `${name}, announced twice`).toBe(client.sent.length);
  });
}

const seeds = ONLY ? [Number(ONLY)] : Array.from({ length: RUNS }, (_, run) => FIRST_SEED + run);

describe(`live frames == sync == fresh state (seeds ${seeds[0]} to ${seeds.at(-1)})`, () => {
  const usual: readonly Kind[] = [
    ...(["new", "new", "new", "edit", "delete", "react", "react", "room"] as const),
    ...(["answer", "attach", "preview", "restore", "seen"] as const),
  ];

  test("for all kinds of change together", () => {
    for (const seed of seeds) play(seed, dealt(seed, usual));
    if (RUNS >= ENOUGH && !ONLY) expect([...happened].sort()).toEqual([...KINDS].sort());
  });

  test.each(KINDS)("for %s alone among new messages", (kind) => {
    for (const seed of seeds.slice(0, Math.max(1, RUNS / 10)))
      play(seed, ["new", "new", NEEDS[kind] ?? "new", kind]);
  });
});

/** The rare and violent kinds come in some of the runs, so that the others get far. */
function dealt(seed: number, usual: readonly Kind[]): readonly Kind[] {
  const waits: Kind[] = ["hold", "approve", "refuse", "shadow"];
  const rare: Kind[] = ["erase", "purge", ...waits, "may", "receipt", "epoch"];
  const copies = [...usual, ...usual, ...usual, ...usual];
  const dice = chance(seed);
  return [...copies, ...rare.filter(() => dice.happens(0.5))];
}
