import type { Segment } from '../../../search/segments/segment.ts';

/** A segment without messages would cost nothing; each has its objects. */
const LEAST_COST = 200;

/** Segments that are kept open, those used last; bounded by the messages in them. */
export class OpenSegments {
  readonly #maxMessages: number;
  /** The one that was used last is last. */
  readonly #segments = new Map<string, { readonly segment: Promise<Segment>; readonly cost: number }>();
  #cost = 0;

  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages;
  }

  /** The segment with that name, opened by `open` where it is not. One that cannot be opened is not kept. */
  get(name: string, messages: number, open: () => Promise<Segment>): Promise<Segment> {
    const kept = this.#segments.get(name);
    if (kept) {
      this.#segments.delete(name);
      this.#segments.set(name, kept);
      return kept.segment;
    }
    const segment = open();
    segment.catch(() => this.#drop(name));
    this.#segments.set(name, { segment, cost: messages + LEAST_COST });
    this.#cost += messages + LEAST_COST;
    for (const oldest of this.#segments.keys()) {
      if (this.#cost <= this.#maxMessages || oldest === name) break;
      this.#drop(oldest);
    }
    return segment;
  }

  #drop(name: string): void {
    this.#cost -= this.#segments.get(name)?.cost ?? 0;
    this.#segments.delete(name);
  }
}
