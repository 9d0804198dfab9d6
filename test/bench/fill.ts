import type { MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import type { ArrivalFacts } from '../../shared/domain/arrival.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { acceptArrival } from '../../shared/usecases/filing/accept-arrival.ts';

/** Arrivals being received at once, as from that many SMTP connections. */
const RECEIVING = 64;
/** Arrivals that may wait to be filed: like the listener, the bench holds back beyond it. */
const MAX_WAITING = 400;

/** Takes all messages in as the listener does after DATA, and waits until they are filed; not for their signatures. */
export async function fill(
  ports: Ports,
  queue: MemoryQueue,
  facts: () => ArrivalFacts,
  messages: AsyncIterable<Buffer>,
  onAccepted: (raw: Buffer) => void = () => undefined,
): Promise<void> {
  const source = messages[Symbol.asyncIterator]();
  const receive = async () => {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      while (queue.depth('arrivals') >= MAX_WAITING) await new Promise((resolve) => setTimeout(resolve, 2));
      await acceptArrival(ports, facts(), next.value);
      onAccepted(next.value);
    }
  };
  await Promise.all(Array.from({ length: RECEIVING }, receive));
  while (queue.depth('arrivals') > 0) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Throws where something was not filed. */
export async function storedBytes({ archive, intake }: Pick<Ports, 'archive' | 'intake'>): Promise<number> {
  for await (const { key } of intake.list('')) throw new Error(`${key} was not filed`);
  return await sizeOf(archive);
}

async function sizeOf(store: ObjectStore): Promise<number> {
  let bytes = 0;
  for await (const { sizeBytes } of store.list('')) bytes += sizeBytes;
  return bytes;
}
