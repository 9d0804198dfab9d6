import type { DomainEvent, Events } from '../../ports/events.ts';

/** Keeps what was published, in order. */
export function createMemoryEvents(): Events & { readonly published: readonly DomainEvent[] } {
  const published: DomainEvent[] = [];
  return {
    published,
    async publish(event) {
      published.push(event);
    },
  };
}
