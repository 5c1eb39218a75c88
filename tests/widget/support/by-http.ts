/** A session with one room on a server that may have to be reached by HTTP. */
// Loaded before, so that they are here as soon as they are asked for.
import "../../../widget/src/session/own-actions.ts";
import "../../../widget/src/connection/fallback/fallback.ts";
import { afterEach, beforeEach, expect, vi } from "vitest";
import {
  openSession,
  type Session,
  type TransportChoice,
} from "../../../widget/src/session/session.ts";
import { type Browser, closeBrowser, openBrowser, pass } from "./browser.ts";
import { HttpServer, ROOM } from "./http-server.ts";
import { BASE, KEY, newStore, pendingOf } from "./talking.ts";

export interface Stage {
  readonly browser: Browser;
  readonly server: HttpServer;
  session: Session;
  /** Every state of the connection, in order, without repetitions. */
  states: string[];
}

function newStage(): Stage {
  const browser = openBrowser();
  const server = new HttpServer().serve();
  vi.spyOn(console, "error").mockReturnValue();
  return {
    browser,
    server,
    session: openSession({ base: BASE, site: KEY, store: newStore() }),
    states: [],
  };
}

/** A stage that each test of a file finds empty. */
export function onStage(): Stage {
  const stage = {} as Stage;
  beforeEach(() => void Object.assign(stage, newStage()));
  afterEach(() => {
    stage.session.close();
    closeBrowser();
  });
  return stage;
}

/** What promises are about to do is done. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await pass(1);
}

export async function wait(ms: number): Promise<void> {
  await pass(ms);
  await settle();
}

export async function open(stage: Stage, transport?: TransportChoice): Promise<void> {
  stage.session.close();
  const session = openSession({ base: BASE, site: KEY, store: newStore(), transport });
  stage.session = session;
  stage.states = [];
  session.on("connection", ({ status, transport: by }) => {
    const state = by ? `${status} ${by}` : status;
    if (stage.states.at(-1) !== state) stage.states.push(state);
  });
  session.join(ROOM);
  session.start();
  await settle();
}

export async function openByHttp(stage: Stage, by: "sse" | "poll" = "sse"): Promise<void> {
  await open(stage, by);
  expect(stage.session.snapshot().connection.status).toBe("online");
  stage.states = [];
}

export function bodies({ session }: Stage): string[] {
  return (session.room(ROOM)?.groups ?? []).flatMap(({ messages }) => messages.map((m) => m.body));
}

export function way({ session }: Stage): string | null {
  return session.snapshot().connection.transport;
}

/** Everything is shown, once, in the order of the server, and nothing waits. */
export function expectInStep(stage: Stage): void {
  const { session, server } = stage;
  const rows = [...server.model.rows.values()].map(({ message }) => message.body);
  expect(bodies(stage)).toEqual(rows.slice(-bodies(stage).length));
  expect(session.room(ROOM)?.since).toBe(server.model.head);
  expect(pendingOf(session)).toEqual([]);
}
