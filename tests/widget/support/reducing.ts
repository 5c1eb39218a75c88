/** Runs inputs through `reduce`, as one room would. */
import {
  type Context,
  type Effect,
  emptyRoom,
  type Input,
  newPending,
  type RoomState,
  reduce,
} from "../../../widget/src/rooms/reduce.ts";
import { ME, NOW, ROOM } from "./frames.ts";

export const CONTEXT: Context = { me: ME, now: NOW };

export interface Run {
  readonly state: RoomState;
  readonly effects: readonly Effect[];
}

export function run(inputs: readonly Input[], from: RoomState = emptyRoom(ROOM)): Run {
  let state = from;
  const effects: Effect[] = [];
  for (const input of inputs) {
    const step = reduce(state, input, CONTEXT);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

export function queue(cid: string, body = cid): Input {
  return { type: "queue", entry: newPending(cid, body, NOW) };
}

export function seqs({ groups }: RoomState): number[] {
  return groups.flatMap(({ messages }) => messages.map(({ seq }) => seq));
}

export function kinds(effects: readonly Effect[]): string[] {
  return effects.map((effect) => (effect.kind === "announce" ? effect.event : effect.kind));
}
