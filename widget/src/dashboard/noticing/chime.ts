/** A soft sound of two tones, made here: no file has to be fetched. */

const TONES_HZ = [587.33, 880];
const APART_S = 0.14;
const RING_S = 0.7;
const LOUDNESS = 0.07;

let context: AudioContext | undefined;

/** Silent where the browser lets no page sound that nobody has touched yet. */
export async function chime(): Promise<void> {
  try {
    context ??= new AudioContext();
    // It waits for a touch of the page: what is late by then stays silent.
    if (context.state !== "running") void context.resume().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (context.state === "running") for (const [n, hz] of TONES_HZ.entries()) ring(context, n, hz);
  } catch {
    // No sound on this machine.
  }
}

function ring(context: AudioContext, number: number, hz: number): void {
  const start = context.currentTime + number * APART_S;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + RING_S);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + RING_S);
}
