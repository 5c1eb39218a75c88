/** A soft sound of two tones, made here: no file has to be fetched. */

const TONES_HZ = [659.25, 880];
const APART_S = 0.12;
const RING_S = 0.6;
const LOUDNESS = 0.05;
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
  for (const [n, hz] of TONES_HZ.entries()) ring(context, n, hz);
}

function ring(on: AudioContext, number: number, hz: number): void {
  const start = on.currentTime + number * APART_S;
  const tone = on.createOscillator();
  const volume = on.createGain();
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + RING_S);
  tone.connect(volume).connect(on.destination);
  tone.start(start);
  tone.stop(start + RING_S);
}
