/** Tones one after the other, each fading away: for the chat and for the workspace. */

export interface Tones {
  readonly hz: readonly number[];
  /** Between the starts of two. */
  readonly apartS: number;
  /** How long each can be heard. */
  readonly ringS: number;
  /** From 0 to 1. */
  readonly loudness: number;
}

export function ring(context: AudioContext, { hz, apartS, ringS, loudness }: Tones): void {
  for (const [number, frequency] of hz.entries()) {
    const start = context.currentTime + number * apartS;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(loudness, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + ringS);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + ringS);
  }
}
