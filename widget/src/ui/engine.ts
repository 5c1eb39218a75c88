/**
 * The engine of the conversations, a file of its own. embed.js asks for it beside this one, and the
 * panel is drawn and takes text before it is here.
 */

type Engine = typeof import("../session/session.ts");

/** It could not be loaded: as long until the next try. */
const AGAIN_MS = 5_000;

let engine: Engine | null = null;
let coming: Promise<Engine> | null = null;
let hasFailed = false;

/** The engine, where it is here. */
export const engineHere = (): Engine | null => engine;

/** Whether the last try to load it has failed. */
export const isEngineLate = (): boolean => hasFailed;

/** Resolves when it is here, and after one turn of the event loop at the latest. */
export const engineSoon = (): Promise<unknown> =>
  Promise.race([bringEngine(), new Promise((resolve) => setTimeout(resolve))]);

/** Resolves when it is here. `failed` is called after each try that was in vain. */
export function bringEngine(failed: () => void = () => {}): Promise<Engine> {
  coming ??= load();
  coming.catch(failed);
  return coming.catch(async () => {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS * (1 + Math.random())));
    return bringEngine(failed);
  });
}

async function load(): Promise<Engine> {
  try {
    engine = await import("../session/session.ts");
    hasFailed = false;
    return engine;
  } catch (cause) {
    coming = null;
    hasFailed = true;
    throw cause;
  }
}
