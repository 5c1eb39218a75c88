/** A soft sound of two tones, made here: no file has to be fetched. */

import { ring, type Tones } from "./ring.ts";

const TONES: Tones = { hz: [659.25, 880], apartS: 0.12, ringS: 0.6, loudness: 0.05 };
/** A device that takes longer to begin would sound too late. */
const START_MS = 500;

let context: AudioContext | undefined;

/** Browsers let a page sound once somebody has pressed something; some only from then on. */
export function prepareSound(): void {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") void context.resume().catch(() => {});
  } catch {
    // No sound on this machine.
  }
}

/** Silent where nobody has pressed anything yet. */
export async function chime(): Promise<void> {
  // To make it before a press would be a warning in the page's console.
  if (navigator.userActivation?.hasBeenActive) prepareSound();
  if (!context) return;
  const isLate = new Promise((resolve) => setTimeout(resolve, START_MS));
  if (context.state !== "running") await Promise.race([context.resume(), isLate]).catch(() => {});
  // While it was awaited its state became another.
  if ((context.state as AudioContextState) !== "running") return;
  ring(context, TONES);
}
