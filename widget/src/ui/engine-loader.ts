/**
 * Loads the engine of the conversations, a file of its own. embed.js asks for it beside this one,
 * and the panel is drawn and takes text before it is here.
 */

import { LazyFile } from "../parts/lazy-file.ts";

/** It could not be loaded: as long until the next try. */
const AGAIN_MS = 5_000;
/**
 * A file that has come is evaluated some tasks later: 5 to 20 ms on a slow phone. Without the wait
 * the panel, 60 ms, would be drawn before the session is asked for.
 */
const SOON_MS = 30;

const engine = new LazyFile(() => import("./engine.ts"));
let hasFailed = false;

/** The engine, where it is here. */
export const engineHere = () => engine.here;

/** Whether the last try to load it has failed. */
export const isEngineLate = (): boolean => hasFailed;

/**
 * Resolves when it is here or cannot be had, and after a moment at the latest.
 * It does not try again: whoever goes online does (`bringEngine`).
 */
export const engineSoon = (): Promise<unknown> =>
  Promise.race([
    engine.fetch().catch(() => {}),
    new Promise((resolve) => setTimeout(resolve, SOON_MS)),
  ]);

/** Resolves when it is here. `failed` is called after each try that was in vain. */
export async function bringEngine(failed: () => void = () => {}) {
  for (;;) {
    try {
      const here = await engine.fetch();
      hasFailed = false;
      return here;
    } catch {
      hasFailed = true;
      failed();
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS * (1 + Math.random())));
    }
  }
}
