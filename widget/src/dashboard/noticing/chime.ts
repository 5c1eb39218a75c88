/** A soft sound of two tones, made here: no file has to be fetched. */

import { ring, type Tones } from "../../features/noticing/ring.ts";

const TONES: Tones = { hz: [587.33, 880], apartS: 0.14, ringS: 0.7, loudness: 0.07 };

let context: AudioContext | undefined;

/** Silent where the browser lets no page sound that nobody has touched yet. */
export async function chime(): Promise<void> {
  try {
    context ??= new AudioContext();
    // It waits for a touch of the page: what is late by then stays silent.
    if (context.state !== "running") void context.resume().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (context.state === "running") ring(context, TONES);
  } catch {
    // No sound on this machine.
  }
}
