/** A stream of events, read by fetch: `EventSource` could not say whose token it is. */

export interface StreamEvent {
  readonly id: string | null;
  readonly data: string;
}

/**
 * Takes text as it comes, cut anywhere; each call returns the events that are complete. An event
 * of our server has one line of data.
 */
export function createEventParser(): (text: string) => readonly StreamEvent[] {
  let rest = "";
  return (text) => {
    const blocks = (rest + text).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const data = /^data: ?(.*)/m.exec(block)?.[1];
      return data ? [{ id: /^id: ?(.*)/m.exec(block)?.[1] ?? null, data }] : [];
    });
  };
}

/** To its end, at once where this is none. `heard` gets each piece, also one without an event. */
export async function readStream(
  { body }: Response,
  heard: (events: readonly StreamEvent[]) => void,
): Promise<void> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  const parse = createEventParser();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) return;
    heard(parse(decoder.decode(value, { stream: true })));
  }
}
