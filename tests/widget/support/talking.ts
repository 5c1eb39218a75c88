/** A session with one room, brought online in one line. */
// Loaded before, so that it is here as soon as it is asked for.
import "../../../widget/src/session/own-actions.ts";
import { afterEach } from "vitest";
import type { ServerFrame, SyncFrame } from "../../../widget/src/protocol/frames.ts";
import { openSession, type Session } from "../../../widget/src/session/session.ts";
import { openStore, type Store } from "../../../widget/src/storage.ts";
import { FakeSocket, pass } from "./browser.ts";
import { ROOM, snapshot, welcome } from "./frames.ts";

export { welcome } from "./frames.ts";

export const BASE = "https://chat.example/";
export const KEY = "pk_test";

/** What is kept on this device, as a page that is loaded anew finds it. */
export const newStore = (site = KEY): Store => openStore("local", `inglenook:${site}:`);

export function newSession(): Session {
  return openSession({ base: BASE, site: KEY, store: newStore() });
}

/** Keeps sessions until the end of a test, and closes them then. Call it after other hooks. */
export function closedAfterEach(): <T extends { close(): void }>(session: T) => T {
  const sessions: { close(): void }[] = [];
  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
  });
  return (session) => {
    sessions.push(session);
    return session;
  };
}

/** The server's side of an opening: welcome, and a sync for the room. */
export async function greet(sync: SyncFrame = snapshot()): Promise<FakeSocket> {
  await pass();
  const socket = FakeSocket.last;
  socket.open();
  socket.receive(welcome(), sync);
  await pass();
  return socket;
}

export async function talk(
  sync: SyncFrame = snapshot(),
): Promise<{ session: Session; socket: FakeSocket }> {
  const session = newSession();
  session.join(ROOM);
  session.start();
  return { session, socket: await greet(sync) };
}

export function pendingOf(session: Session): [string, string][] {
  const { pending = [] } = session.room(ROOM) ?? {};
  return pending.map(({ body, status }) => [body, status]);
}

/** Keeps the connection from falling silent while time passes. */
export async function passWithPings(socket: FakeSocket, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 20_000) {
    await pass(Math.min(left, 20_000));
    socket.receive({ type: "ping", n: left, heads: {} } satisfies ServerFrame);
  }
}
